import type { lookup } from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { startReceiver } from '../testing/test-receiver.js'
import { Outgoing } from './outgoing.js'

const TLS = { certificate: '' }
const signal = () => AbortSignal.timeout(5000)
const lan = (() => ({
  eth0: [{ address: '203.0.113.5', cidr: '203.0.113.5/24' }],
})) as unknown as typeof networkInterfaces
/** A resolver that says whatever somebody wants it to. */
const saying = (...addresses: string[]) =>
  ((_name: string, _options: object, done: (...result: unknown[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof lookup

test.each([
  ['127.0.0.1', false],
  ['127.9.9.9', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['::', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fd00::1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['2002:7f00:1::', false],
  ['203.0.113.77', false],
  ['203.0.114.77', true],
  ['9.9.9.9', true],
  ['2620:fe::fe', true],
])('%s may be reached without being listed: %s', (address, expected) => {
  expect(new Outgoing([], undefined, lan).isAllowed(address)).toBe(expected)
})

test('what is listed may be reached, and nothing beside it', () => {
  const outgoing = new Outgoing(['192.168.1.0/28', '::1'], undefined, lan)
  expect(['192.168.1.10', '192.168.1.16', '::1', '127.0.0.1'].map((one) => outgoing.isAllowed(one))).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('a name is refused by what it stands for at the moment of connecting', async () => {
  await using receiver = await startReceiver()
  const { port } = new URL(receiver.url)
  const post = (resolver: typeof lookup, listed: string[] = []) =>
    new Outgoing(listed, resolver, lan).post({
      url: `http://harmless.example:${port}/`,
      headers: {},
      body: '{}',
      tls: TLS,
      signal: signal(),
    })
  await expect(post(saying('127.0.0.1'))).rejects.toMatchObject({ reason: 'LOCAL_TARGET' })
  await expect(post(saying('::ffff:127.0.0.1', '192.168.0.1'))).rejects.toMatchObject({
    reason: 'LOCAL_TARGET',
  })
  expect(receiver.received).toEqual([])
  expect((await post(saying('192.168.0.1', '127.0.0.1'), ['127.0.0.1'])).status).toBe(200)
})

test('a literal address in any spelling is refused, for requests, connections and datagrams', async () => {
  await using receiver = await startReceiver()
  const { port } = new URL(receiver.url)
  const outgoing = new Outgoing([])
  const refused = { reason: 'LOCAL_TARGET' }
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:7f00:1]', 'localhost']) {
    const url = `http://${host}:${port}/`
    await expect(
      outgoing.post({ url, headers: {}, body: '', tls: TLS, signal: signal() }),
      host,
    ).rejects.toMatchObject(refused)
  }
  const to = { host: '127.0.0.1', port: Number(port) }
  await expect(outgoing.connect(to, null, signal())).rejects.toMatchObject(refused)
  await expect(outgoing.sendDatagram(to, new Uint8Array(1))).rejects.toMatchObject(refused)
  expect(receiver.received).toEqual([])
})

test('a redirect is an answer, not an errand', async () => {
  await using receiver = await startReceiver()
  receiver.answer = async () => ({ status: 307, headers: { location: `${receiver.url}/elsewhere` } })
  const outgoing = new Outgoing(['127.0.0.1'])
  const request = { url: receiver.url, headers: {}, body: '{}', tls: TLS, signal: signal() }
  expect((await outgoing.post(request)).status).toBe(307)
  expect(receiver.received.map(({ path }) => path)).toEqual(['/'])
})

test('an answer without end is cut off, and its first is enough', async () => {
  const server = createServer((_request, response) => {
    const more = () => void (response.destroyed || response.write('x'.repeat(4096), () => setImmediate(more)))
    more()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const outgoing = new Outgoing(['127.0.0.1'])
  const request = { url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}', tls: TLS }
  const { text } = await outgoing.post({ ...request, signal: AbortSignal.timeout(20_000) })
  expect(text).toBe('x'.repeat(4096))
  server.close()
})

test('who never answers is given up after the time that there is', async () => {
  await using receiver = await startReceiver()
  receiver.answer = () => new Promise(() => {})
  const outgoing = new Outgoing(['127.0.0.1'])
  const request = { url: receiver.url, headers: {}, body: '{}', tls: TLS }
  await expect(outgoing.post({ ...request, signal: AbortSignal.timeout(100) })).rejects.toThrow()
})
