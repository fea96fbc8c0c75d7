/** The server on a real socket, against clients that speak HTTP/2 as no gRPC library would. */

import { mkdtempSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { MIB } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { REASON_METADATA } from './errors.js'
import { Handlers } from './handlers.js'
import type { QuotaLimits } from './quota.js'
import { createReflection } from './reflection.js'
import { createRpcServer, type RpcServer } from './server.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const LIMITS: QuotaLimits = {
  connections: 8,
  prefaceMs: 300,
  requestMs: 300,
  idleMs: 60_000,
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 200,
  calls: { each: 8, all: 16 },
  streams: { each: 2, all: 4 },
  unsentBytes: { each: 4 * MIB, all: 10 * MIB },
}
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
])
const identity = (bytes: Buffer) => bytes
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
/** Not compressed, 2 bytes: list_services = "". */
const LIST_SERVICES = Buffer.from([0, 0, 0, 0, 2, 0x3a, 0])
const EMPTY = Buffer.alloc(5)

let directory: string
let path: string
let listener: Server
let server: RpcServer
let accepted: Socket[]
let ended: (() => void)[]

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-server-'))
  path = join(directory, 'socket')
  accepted = []
  ended = []
  server = createServices()
  listener = createServer((socket) => {
    accepted.push(socket)
    server.accept(socket)
  })
  await new Promise<void>((resolve) => listener.listen(path, resolve))
})

afterEach(async () => {
  for (const end of ended) end()
  server.close()
  await new Promise((resolve) => listener.close(resolve))
  rmSync(directory, { recursive: true })
})

function createServices(changes: Partial<QuotaLimits> = {}): RpcServer {
  const handlers = new Handlers(LOG)
  const method = (name: string, responseStream: boolean) => ({
    path: `/t/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  })
  const definition = {
    large: method('large', false),
    small: method('small', false),
    watch: method('watch', true),
  }
  const implementation = {
    large: handlers.unary(() => Buffer.alloc(MIB)),
    small: handlers.unary(() => Buffer.from('small')),
    watch: handlers.stream<Buffer, Buffer>(100, async (_request, stream) => {
      await stream.write(Buffer.from('watching'))
      await new Promise((resolve) => stream.signal.addEventListener('abort', resolve))
    }),
  }
  const services = [{ definition, implementation }, ...createReflection(handlers)]
  return createRpcServer(services, { ...LIMITS, ...changes }, LOG)
}

function grpcClient(): Client {
  // Each a connection of its own.
  const client = new Client(`unix:${path}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  })
  ended.push(() => client.close())
  return client
}

function ask(client: Client, method = 'small'): Promise<string> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(`/t/${method}`, identity, identity, Buffer.alloc(0), (error, value) => {
      resolve(error ? reasonOf(error) : `${value?.length} bytes`)
    })
  })
}

function reasonOf({ code, metadata }: ServiceError): string {
  return String(metadata.get(REASON_METADATA)[0] ?? status[code])
}

/** A connection that has said `bytes` and keeps its end open. */
function raw(bytes: Uint8Array = Buffer.alloc(0)): Socket {
  const socket = connect({ path, allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(bytes)
  socket.resume()
  ended.push(() => socket.destroy())
  return socket
}

function http2(settings: { initialWindowSize: number } = { initialWindowSize: 65_535 }): ClientHttp2Session {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(path), settings })
  session.on('error', () => {})
  ended.push(() => session.destroy())
  return session
}

/** Begins a call without ending the request; nothing of the answer is read. */
function begin(session: ClientHttp2Session, to: string, body = EMPTY): ClientHttp2Stream {
  const headers = { ':method': 'POST', ':path': to, 'content-type': 'application/grpc', te: 'trailers' }
  const stream = session.request(headers)
  stream.on('error', () => {})
  if (body.length > 0) stream.write(body)
  return stream
}

function open(): number {
  return accepted.filter((socket) => !socket.destroyed).length
}

test('a call is answered', async () => {
  expect(await ask(grpcClient())).toBe('5 bytes')
  expect(await ask(grpcClient(), 'large')).toBe(`${MIB} bytes`)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a preface', PREFACE.subarray(0, 20)],
  [
    'settings that do not come',
    Buffer.concat([PREFACE.subarray(0, 26), Buffer.from([6, 4, 0, 0, 0, 0, 0, 0])]),
  ],
])('a connection that says %s is closed', async (_what, bytes) => {
  raw(bytes)
  await expect.poll(() => accepted.length).toBe(1)
  await expect.poll(open, { timeout: 3000 }).toBe(0)
})

test('a preface that comes byte by byte is one', async () => {
  const socket = raw()
  let answered = 0
  socket.on('data', ({ length }) => {
    answered += length
  })
  for (const byte of PREFACE) {
    socket.write(Uint8Array.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect.poll(() => answered).toBeGreaterThan(8)
})

test('silent connections give way to one that speaks', async () => {
  for (let count = 0; count < 30; count++) raw(PREFACE.subarray(0, count % 20))
  await expect.poll(() => accepted.length).toBe(30)
  expect(await ask(grpcClient())).toBe('5 bytes')
  expect(open()).toBeLessThanOrEqual(LIMITS.connections)
})

test('connections without a call give way too, those with one do not', async () => {
  const busy = http2()
  const watching = begin(busy, '/t/watch').end()
  await new Promise((resolve) => watching.once('data', resolve))
  for (let count = 0; count < 30; count++) raw(PREFACE)
  await expect.poll(() => accepted.length).toBe(31)
  expect(await ask(grpcClient())).toBe('5 bytes')
  expect(busy.destroyed).toBe(false)
  expect(open()).toBeLessThanOrEqual(LIMITS.connections)
})

test('a protocol error leaves no descriptor behind, however long the client stays', async () => {
  // A frame of stream 0 that only a stream may have.
  const dataOnStreamZero = Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 7])
  for (let count = 0; count < 6; count++) raw(Buffer.concat([PREFACE, dataOnStreamZero]))
  await expect.poll(() => accepted.length).toBe(6)
  await expect.poll(open, { timeout: 3000 }).toBe(0)
})

test('a request that does not come to its end is refused', async () => {
  const stream = begin(http2(), '/t/small', Buffer.from([0, 0, 0]))
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve))
  expect(headers[REASON_METADATA]).toBe('REQUEST_INCOMPLETE')
})

test('calls under way are limited for each connection', async () => {
  const session = http2()
  const refused: unknown[] = []
  for (let count = 0; count < 12; count++) {
    begin(session, '/t/small', Buffer.alloc(0)).once('response', (headers) =>
      refused.push(headers[REASON_METADATA]),
    )
  }
  await expect.poll(() => refused.length).toBeGreaterThanOrEqual(4)
  expect(refused.slice(0, 4)).toEqual(Array(4).fill('TOO_MANY_CALLS'))
})

test('whoever has all calls under way loses his connection, and another gets his answer', async () => {
  const sessions = [http2(), http2(), http2()]
  for (const session of sessions) {
    for (let count = 0; count < 8; count++) begin(session, '/t/small', Buffer.alloc(0))
  }
  await expect.poll(() => sessions.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(0)
  expect(await ask(grpcClient())).toBe('5 bytes')
})

test('streams of one client do not shut out those of another', async () => {
  const sessions = [http2(), http2(), http2()]
  const watch = async (session: ClientHttp2Session) => {
    const stream = begin(session, '/t/watch').end()
    return new Promise((resolve) => {
      stream.once('response', (headers) => resolve(headers[REASON_METADATA] ?? 'open'))
      stream.once('close', () => resolve('closed'))
    })
  }
  for (const session of sessions.slice(0, 2)) {
    expect(await Promise.all([watch(session), watch(session), watch(session)])).toEqual([
      'open',
      'open',
      'TOO_MANY_STREAMS',
    ])
  }
  for (const session of sessions.slice(2)) expect(await watch(session)).toBe('open')
  await expect.poll(() => sessions[0]?.destroyed).toBe(true)
})

test('answers that are not read are limited for each connection and for all', async () => {
  const unread: ClientHttp2Session[] = []
  const reasons: unknown[] = []
  while (unread.length < 4) {
    const session = http2({ initialWindowSize: 0 })
    unread.push(session)
    for (let count = 0; count < 6; count++) {
      begin(session, '/t/large')
        .end()
        .once('response', (headers) => reasons.push(headers[REASON_METADATA] ?? 'kept'))
    }
    await expect.poll(() => reasons.length, { timeout: 5000 }).toBeGreaterThanOrEqual(6 * unread.length)
  }
  // 4 MiB of each, then refusals; the third and fourth need what the first two hold.
  expect(reasons.filter((reason) => reason === 'kept').length).toBe(16)
  expect(reasons.filter((reason) => reason === 'TOO_MUCH_UNREAD').length).toBe(8)
  await expect.poll(() => unread.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false])
  expect(await ask(grpcClient(), 'large')).toBe(`${MIB} bytes`)
})

test('what has been read is counted no more', async () => {
  const client = grpcClient()
  for (let count = 0; count < 12; count++) expect(await ask(client, 'large')).toBe(`${MIB} bytes`)
  const watching = http2()
  for (let count = 0; count < 12; count++) {
    const stream = begin(watching, '/t/watch').end()
    await new Promise((resolve) => stream.once('response', resolve))
    stream.close()
    await new Promise((resolve) => stream.once('close', resolve))
    expect(await ask(client)).toBe('5 bytes')
  }
})

test('reflection reads no further than its answers are read', async () => {
  const stream = begin(http2(), REFLECTION, LIST_SERVICES)
  await new Promise((resolve) => stream.once('response', resolve))
  stream.pause()
  const requests = Buffer.alloc(LIST_SERVICES.length * 100_000, LIST_SERVICES)
  stream.write(requests)
  let before = -1
  // Until nothing moves any more.
  for (let now = stream.writableLength; now !== before; now = stream.writableLength) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  expect(stream.writableLength).toBeGreaterThan(0)
  expect(await ask(grpcClient())).toBe('5 bytes')
})

test('reflection answers one request after the other', async () => {
  const stream = begin(http2(), REFLECTION, Buffer.alloc(LIST_SERVICES.length * 50, LIST_SERVICES)).end()
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('latin1')
  expect(text.split('netwatcher.v1.DaemonService').length - 1).toBe(50)
})

/** Settles when the server has closed the connection. */
function isClosed(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => socket.once('close', () => resolve(true)))
}

test('a connection without calls is closed after a while', async () => {
  server.close()
  server = createServices({ idleMs: 200 })
  const client = grpcClient()
  expect(await ask(client)).toBe('5 bytes')
  const [socket] = accepted
  expect(socket && (await isClosed(socket))).toBe(true)
})

test('a client that does not answer when it is asked whether it lives is disconnected', async () => {
  server.close()
  server = createServices({ keepaliveMs: 200 })
  const dead = connect(path)
  dead.on('error', () => {})
  dead.resume()
  dead.write(PREFACE)
  expect(await isClosed(dead)).toBe(true)
})

test('a request that is too large is refused', async () => {
  const client = grpcClient()
  const outcome = await new Promise((resolve) => {
    const large = Buffer.alloc(65 * 1024)
    client.makeUnaryRequest('/t/small', identity, identity, large, (error) => resolve(error?.code))
  })
  expect(outcome).toBe(status.RESOURCE_EXHAUSTED)
})

test('what is no HTTP/2 is disconnected at once', async () => {
  server.close()
  server = createServices({ prefaceMs: 60_000 })
  const browser = connect(path)
  browser.on('error', () => {})
  browser.resume()
  browser.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await isClosed(browser)).toBe(true)
})

test('a client that keeps its end open after ours is closed does not keep the descriptor', async () => {
  server.close()
  server = createServices({ idleMs: 200 })
  const half = connect({ path, allowHalfOpen: true })
  half.on('error', () => {})
  half.resume()
  half.write(PREFACE)
  await expect.poll(() => accepted[0]?.destroyed, { timeout: 10_000 }).toBe(true)
  half.destroy()
})
