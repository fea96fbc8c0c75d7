import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { channelSettings, rulesSchema } from '../contract/channels.js'
import { Outgoing } from '../os/outgoing.js'
import { startReceiver } from '../testing/test-receiver.js'
import type { Channel } from './channel.js'
import { makeChannel } from './channels.js'
import { sampleMessage } from './sample.js'
import { syslogLine } from './syslog.js'
import { sign } from './webhook.js'

/** Of a loaded machine. */
const WITHIN = { timeout: 20_000 }
vi.setConfig({ testTimeout: 60_000 })
const NOW = 1_800_000_000_000
const MESSAGE = sampleMessage(rulesSchema.parse({}), NOW)
const SECRET = 'a secret'

function channelOf(settings: object, secret = '', writeJournal = (_: string) => {}): Channel {
  const channel = makeChannel(channelSettings.parse(settings), secret, {
    outgoing: new Outgoing(['127.0.0.1']),
    nowMs: () => NOW,
    clientId: 'test',
    retained: { read: async () => new Map(), keep: async () => {} },
    homeState: async () => ({ version: '0', openIncidents: 0, sentence: '', sensors: [], devices: [] }),
    writeJournal,
  })
  onTestFinished(() => channel.close())
  return channel
}

const send = (channel: Channel) => channel.send(MESSAGE, AbortSignal.timeout(5000))

/** A TCP server that lets `talk` speak with each client. */
async function startTcp(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    talk(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('a webhook is signed over its time and body, and names the message', async () => {
  await using receiver = await startReceiver()
  await send(channelOf({ type: 'webhook', url: `${receiver.url}/hook` }, SECRET))
  const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = receiver.received
  expect(path).toBe('/hook')
  expect(JSON.parse(body)).toEqual(MESSAGE)
  const seconds = String(NOW / 1000)
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'x-netwatcher-version': '1',
    'x-netwatcher-id': MESSAGE.id,
    'x-netwatcher-event': 'incident_opened',
    'x-netwatcher-timestamp': seconds,
    'x-netwatcher-signature': `sha256=${sign(SECRET, seconds, body)}`,
  })
  expect(sign(SECRET, seconds, body)).not.toBe(sign(SECRET, seconds, `${body} `))
})

test('ntfy, Gotify and Telegram get what their documentation asks for', async () => {
  await using receiver = await startReceiver()
  const { url } = receiver
  await send(channelOf({ type: 'ntfy', url, topic: 'home' }, 'tk_1'))
  await send(channelOf({ type: 'gotify', url: `${url}/` }, 'app'))
  await send(channelOf({ type: 'telegram', url, chatId: '-100' }, '12:abc'))
  const said = receiver.received.map(({ path, headers, body }) => ({
    path,
    headers,
    body: JSON.parse(body),
  }))
  expect(said).toMatchObject([
    {
      path: '/',
      headers: { authorization: 'Bearer tk_1' },
      body: { topic: 'home', title: MESSAGE.title, message: MESSAGE.text, priority: 5 },
    },
    {
      path: '/message',
      headers: { 'x-gotify-key': 'app' },
      body: { title: MESSAGE.title, message: MESSAGE.text, priority: 8 },
    },
    {
      path: '/bot12:abc/sendMessage',
      body: { chat_id: '-100', text: `${MESSAGE.title}\n${MESSAGE.text}`, disable_notification: false },
    },
  ])
})

test.each([
  [301, false],
  [401, false],
  [404, false],
  [422, true],
  [429, false],
  [500, false],
])('an answer of %i is a refusal, for good: %s', async (status, isFinal) => {
  await using receiver = await startReceiver()
  receiver.answer = async () => ({ status, headers: { location: `${receiver.url}/elsewhere` } })
  const failure = send(channelOf({ type: 'webhook', url: receiver.url }))
  await expect(failure).rejects.toMatchObject({ isFinal, reason: 'NOT_ACCEPTED' })
  expect(receiver.received).toHaveLength(1)
})

test('a Telegram token never becomes another path', async () => {
  await using receiver = await startReceiver()
  const channel = channelOf({ type: 'telegram', url: receiver.url, chatId: '1' }, '../../1:x')
  await expect(send(channel)).rejects.toThrow('@BotFather')
  expect(receiver.received).toEqual([])
})

/** A mail server that offers nothing and says what it heard. */
async function startMail(heard: string[], extensions: string[] = []): Promise<number> {
  return await startTcp((socket) => {
    socket.write('220 mail.example ESMTP\r\n')
    let isData = false
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        heard.push(line)
        if (isData) {
          if (line !== '.') continue
          isData = false
          socket.write('250 taken\r\n')
        } else if (line.startsWith('EHLO')) {
          socket.write(
            [...extensions, 'HELP']
              .map((one, n, all) => `250${n < all.length - 1 ? '-' : ' '}${one}\r\n`)
              .join(''),
          )
        } else if (line === 'DATA') {
          isData = true
          socket.write('354 go on\r\n')
        } else socket.write(line === 'STARTTLS' ? '502 not here\r\n' : '250 fine\r\n')
      }
    })
  })
}

test('mail carries the id of the message; without STARTTLS nothing is said that needs it', async () => {
  const heard: string[] = []
  const port = await startMail(heard, ['AUTH PLAIN'])
  const mail = { type: 'email', host: '127.0.0.1', port, from: 'nw@home.example', to: ['me@home.example'] }
  await send(channelOf({ ...mail, security: 'none' }))
  expect(heard).toContain(`Message-ID: <${MESSAGE.id}@home.example>`)
  expect(heard).toContain('Auto-Submitted: auto-generated')
  heard.length = 0
  const secured = channelOf({ ...mail, username: 'nw' }, SECRET)
  await expect(send(secured)).rejects.toThrow('The mail server')
  expect(heard.filter((line) => /AUTH|MAIL|RCPT|DATA/.test(line))).toEqual([])
})

test('a text that looks like another header stays in the body', async () => {
  const heard: string[] = []
  const port = await startMail(heard)
  const mail = { type: 'email', host: '127.0.0.1', port, from: 'nw@home.example', to: ['me@home.example'] }
  const channel = channelOf({ ...mail, security: 'none' })
  const title = 'x\r\nBcc: other@evil.example\r\n\r\nhello'
  await channel.send({ ...MESSAGE, title }, AbortSignal.timeout(5000))
  expect(heard.filter((line) => /^(Bcc|RCPT)/i.test(line))).toEqual(['RCPT TO:<me@home.example>'])
})

test('syslog is RFC 5424, by datagram and by octet counting', async () => {
  const line = syslogLine({ ...MESSAGE, text: 'one "two"\n three]' }, 'box')
  expect(line).toBe(
    `<106>1 2027-01-15T08:00:00.000Z box netwatcher - incident_opened [netwatcher@32473 id="${MESSAGE.id}" event="incident_opened" severity="critical" kind="gateway_spoof"] \ufeffone "two" three]`,
  )
  const udp = createSocket('udp4')
  onTestFinished(() => void udp.close())
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const datagram = once(udp, 'message')
  await send(channelOf({ type: 'syslog', host: '127.0.0.1', port: udp.address().port }))
  expect(String((await datagram)[0])).toContain(`id="${MESSAGE.id}"`)
  let text = ''
  const port = await startTcp((socket) => socket.on('data', (chunk) => (text += chunk)))
  const tcp = channelOf({ type: 'syslog', host: '127.0.0.1', port, protocol: 'tcp' })
  await send(tcp)
  await send(tcp)
  await expect.poll(() => text.match(/incident_opened \[/g)?.length, WITHIN).toBe(2)
  const [, length = '', rest = ''] = /^(\d+) ([\s\S]*)$/.exec(text) ?? []
  expect(Buffer.from(rest).subarray(Number(length)).toString()).toMatch(/^\d+ <106>1 /)
})

test('a syslog connection that ended is made again', async () => {
  let connections = 0
  const port = await startTcp((socket) => {
    connections++
    socket.once('data', () => socket.end())
  })
  const channel = channelOf({ type: 'syslog', host: '127.0.0.1', port, protocol: 'tcp' })
  await send(channel)
  await expect
    .poll(async () => {
      await send(channel).catch(() => undefined)
      return connections
    })
    .toBeGreaterThan(1)
})

test('the journal gets one line with the priority that systemd reads', async () => {
  const lines: string[] = []
  await send(channelOf({ type: 'journal' }, '', (line) => lines.push(line)))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^<2>\{.*\}\n$/)
  expect(JSON.parse(lines[0]?.slice(3) ?? '').notification).toMatchObject({ id: MESSAGE.id })
})

test('a broker that closes, and one that never answers, are failures with a reason', async () => {
  const port = await startTcp((socket) => socket.end())
  await expect(send(channelOf({ type: 'mqtt', host: '127.0.0.1', port }))).rejects.toThrow('broker')
  const silent = await startTcp(() => {})
  const channel = channelOf({ type: 'mqtt', host: '127.0.0.1', port: silent })
  await expect(channel.send(MESSAGE, AbortSignal.timeout(200))).rejects.toThrow('broker')
})
