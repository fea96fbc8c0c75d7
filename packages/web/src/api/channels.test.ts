import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ChannelRecord, TestResult } from '../contract/channels.js'
import { createTestApi } from '../testing/test-api.js'
import { startReceiver } from '../testing/test-receiver.js'

const SECRET = 'correct horse battery staple'

test('a secret goes in, is kept apart and never comes out', async () => {
  await using api = await createTestApi()
  await using receiver = await startReceiver()
  const settings = { type: 'ntfy', url: receiver.url, topic: 'home' }
  const made = await api.request('POST', '/api/channels', {
    body: { name: 'Phone', settings, secret: SECRET },
  })
  expect(made.status).toBe(201)
  const text = await made.text()
  expect(text).not.toContain(SECRET)
  const { id, hasSecret } = JSON.parse(text) as ChannelRecord
  expect(hasSecret).toBe(true)
  expect(await (await api.request('GET', '/api/channels')).text()).not.toContain(SECRET)
  const file = join(api.stateDir, 'state', 'notify-secrets.json')
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8').includes(SECRET)]).toEqual([0o600, true])
  expect(readFileSync(api.deps.store.database.path).includes(SECRET)).toBe(false)
  const tested = await api.request('POST', `/api/channels/${id}/test`)
  expect((await tested.json()) as TestResult).toMatchObject({ isAccepted: true, error: '' })
  expect(receiver.received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
  expect((await api.request('DELETE', `/api/channels/${id}`)).status).toBe(204)
  expect(readFileSync(file, 'utf8')).not.toContain(SECRET)
})

test('a channel that is led elsewhere has to be given its secret again', async () => {
  await using api = await createTestApi()
  const settings = { type: 'gotify', url: 'https://gotify.example' }
  const made = await api.request('POST', '/api/channels', { body: { name: 'G', settings, secret: SECRET } })
  const { id } = (await made.json()) as ChannelRecord
  const patch = async (body: unknown) => {
    const response = await api.request('PATCH', `/api/channels/${id}`, { body })
    return (await response.json()) as ChannelRecord
  }
  expect(
    await patch({ name: 'H', settings: { ...settings, url: 'https://gotify.example/sub' } }),
  ).toMatchObject({
    name: 'H',
    hasSecret: true,
  })
  expect(await patch({ settings: { ...settings, url: 'https://evil.example' } })).toMatchObject({
    hasSecret: false,
  })
  expect(await patch({ settings, secret: SECRET })).toMatchObject({ hasSecret: true })
  // The same host, but where everybody on the way can read it.
  expect(await patch({ settings: { ...settings, url: 'http://gotify.example' } })).toMatchObject({
    hasSecret: false,
  })
})

test.each([
  [{ name: 'x', settings: { type: 'webhook', url: 'file:///etc/passwd' } }, 400],
  [{ name: 'x', settings: { type: 'webhook', url: 'http://user:pw@host/' } }, 400],
  [{ name: 'x', settings: { type: 'carrier-pigeon' } }, 400],
  [{ name: 'x\ny', settings: { type: 'journal' } }, 400],
  [{ name: 'x', settings: { type: 'journal' }, secret: 's' }, 400],
  [{ name: 'x', settings: { type: 'email', host: 'h', from: 'a@b\r\nc', to: ['a@b'] } }, 400],
  [{ name: 'x', settings: { type: 'mqtt', host: 'h', topic: 'a/#' } }, 400],
  [{ name: 'x', settings: { type: 'journal' }, rules: { template: { title: '{secret}', text: '' } } }, 400],
  [{ name: 'x', settings: { type: 'journal' }, rules: { quiet: { from: '25:00', to: '07:00' } } }, 400],
])('what no channel can be is refused: %j', async (body, status) => {
  await using api = await createTestApi()
  expect((await api.request('POST', '/api/channels', { body })).status).toBe(status)
  expect(await api.deps.store.channels.list()).toEqual([])
})

test('two channels never have one name', async () => {
  await using api = await createTestApi()
  const body = { name: 'Log', settings: { type: 'journal' } }
  expect((await api.request('POST', '/api/channels', { body })).status).toBe(201)
  expect((await api.request('POST', '/api/channels', { body })).status).toBe(409)
})

test('there are fifty channels at most', async () => {
  await using api = await createTestApi()
  const add = (n: number) =>
    api.request('POST', '/api/channels', { body: { name: `Log ${n}`, settings: { type: 'journal' } } })
  for (let n = 0; n < 50; n++) expect((await add(n)).status).toBe(201)
  const refused = await add(50)
  expect([refused.status, await refused.json()]).toMatchObject([429, { reason: 'TOO_MANY_CHANNELS' }])
})

test('a test tells why a target is not reached', async () => {
  await using api = await createTestApi()
  const test = async (url: string) => {
    const settings = { type: 'webhook', url }
    const made = await api.request('POST', '/api/channels', { body: { name: url.slice(0, 60), settings } })
    const { id } = (await made.json()) as ChannelRecord
    return (await (await api.request('POST', `/api/channels/${id}/test`)).json()) as TestResult
  }
  expect(await test('http://169.254.169.254/')).toMatchObject({
    isAccepted: false,
    error: expect.stringContaining('notify.local_targets'),
  })
  expect(await test('http://127.0.0.1:1/')).toMatchObject({
    isAccepted: false,
    error: 'Nobody listens there: the connection was refused.',
  })
})
