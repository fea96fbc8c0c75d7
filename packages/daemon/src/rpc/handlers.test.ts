import { mkdtempSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js'
import { type ErrorCode, NetWatcherError } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REASON_METADATA } from './errors.js'
import { Handlers } from './handlers.js'

const logged: string[] = []
const LOG = {
  info: () => {},
  warn: () => {},
  error: (_text: string, fields = {}) => void logged.push(JSON.stringify(fields)),
}
const CODES: [ErrorCode, status][] = [
  ['invalid_argument', status.INVALID_ARGUMENT],
  ['not_found', status.NOT_FOUND],
  ['already_exists', status.ALREADY_EXISTS],
  ['permission_denied', status.PERMISSION_DENIED],
  ['failed_precondition', status.FAILED_PRECONDITION],
  ['resource_exhausted', status.RESOURCE_EXHAUSTED],
  ['unavailable', status.UNAVAILABLE],
  ['unimplemented', status.UNIMPLEMENTED],
  ['internal', status.INTERNAL],
]

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-handlers-'))
const address = `unix:${join(directory, 'socket')}`
const client = new Client(address, credentials.createInsecure())
const server = new Server()
const identity = (bytes: Buffer) => bytes
const written = { count: 0, isAborted: false, started: 0, ended: 0 }

function method(path: string, responseStream: boolean) {
  const serialize = {
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  }
  return { path, requestStream: false, responseStream, ...serialize }
}

/** The request names what is to happen. */
async function act(request: Buffer): Promise<Buffer> {
  const text = request.toString()
  const code = CODES.find(([known]) => known === text)?.[0]
  if (code) throw new NetWatcherError(code, 'SOME_REASON', 'One sentence.')
  if (text === 'throw') throw new Error('secret path /root/x')
  if (text === 'reject') return Promise.reject(new TypeError('secret'))
  if (text === 'nothing') throw undefined
  return request
}

beforeAll(async () => {
  const handlers = new Handlers(LOG)
  const chunk = Buffer.alloc(16_384)
  server.addService(
    {
      act: method('/t/act', false),
      sync: method('/t/sync', false),
      actStream: method('/t/actStream', true),
      flood: method('/t/flood', true),
    },
    {
      act: handlers.unary(act),
      sync: handlers.unary(() => {
        throw new Error('at once')
      }),
      actStream: handlers.stream<Buffer, Buffer>(1, async (request, stream) =>
        stream.write(await act(request)),
      ),
      flood: handlers.stream<Buffer, Buffer>(2, async (_request, stream) => {
        written.started++
        try {
          for (;;) {
            await stream.write(chunk)
            written.count++
          }
        } finally {
          written.isAborted = stream.signal.aborted
          written.ended++
        }
      }),
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    )
  })
})

afterAll(() => {
  client.close()
  server.forceShutdown()
  rmSync(directory, { recursive: true })
})

function call(path: string, request: string): Promise<{ code: status; reason: unknown; details: string }> {
  return new Promise((resolve) => {
    const stream = client.makeServerStreamRequest(path, identity, identity, Buffer.from(request))
    stream.on('data', () => {})
    stream.on('error', ({ code, details, metadata }: ServiceError) => {
      resolve({ code, details, reason: metadata.get(REASON_METADATA)[0] })
    })
    stream.on('end', () => resolve({ code: status.OK, details: '', reason: undefined }))
  })
}

test.each(['/t/act', '/t/actStream'])(
  '%s: every error has its status, its reason and its sentence',
  async (path) => {
    for (const [code, expected] of CODES) {
      expect(await call(path, code)).toEqual({
        code: expected,
        reason: 'SOME_REASON',
        details: 'One sentence.',
      })
    }
    expect((await call(path, 'fine')).code).toBe(status.OK)
  },
)

test.each([
  ['/t/act', 'throw'],
  ['/t/act', 'reject'],
  ['/t/act', 'nothing'],
  ['/t/sync', ''],
  ['/t/actStream', 'throw'],
  ['/t/actStream', 'nothing'],
])('%s, %s: anything else is logged and does not leak', async (path, request) => {
  logged.length = 0
  const outcome = await call(path, request)
  expect(outcome).toMatchObject({ code: status.INTERNAL, reason: 'INTERNAL' })
  expect(outcome.details).not.toMatch(/secret|at once/)
  expect(logged.length).toBe(1)
  expect((await call('/t/act', 'fine')).code).toBe(status.OK)
})

/** Calls `flood` and never reads: grpc-js itself would read into memory, whoever listens. */
function openFlood(): ClientHttp2Session {
  const session = connect('http://localhost', {
    createConnection: () => createConnection(join(directory, 'socket')),
  })
  session.on('error', () => {})
  const headers = {
    ':method': 'POST',
    ':path': '/t/flood',
    'content-type': 'application/grpc',
    te: 'trailers',
  }
  const request = session.request(headers)
  request.on('error', () => {})
  // One empty message: not compressed, length 0.
  request.end(Buffer.alloc(5))
  return session
}

test('a stream does not run ahead of a reader who does not read, and ends with them', async () => {
  const session = openFlood()
  await expect.poll(() => written.count).toBeGreaterThan(0)
  let before = -1
  while (before !== written.count && written.count < 1000) {
    before = written.count
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  // The window of HTTP/2 is 64 KiB, each message 16 KiB, and 16 of them wait.
  expect(written.count).toBeLessThan(50)
  session.destroy()
  await expect.poll(() => written.isAborted).toBe(true)
})

test('calls of one method are limited in number', async () => {
  written.started = 0
  const sessions = [openFlood(), openFlood()]
  await expect.poll(() => written.started).toBe(2)
  expect(await call('/t/flood', '')).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    reason: 'TOO_MANY_STREAMS',
  })
  for (const session of sessions) session.destroy()
  await expect.poll(() => written.ended).toBe(3)
  const third = openFlood()
  await expect.poll(() => written.started).toBe(3)
  third.destroy()
})
