/** A real server, and clients that hold its places. */

import { createServer, get, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HttpConnections } from './http-connections.js'
import { endpoint, type TcpSocket } from './tcp-table.js'

const PLACES = 8
const OWNER = 1000
const ATTACKER = 1001
const PROXY = 33

let server: Server
let port: number
let sockets: Socket[]
/** By the client's port. */
let users: Map<number, number>
let nowMs: number
let requests: number
/** By the client's port. */
let accepted: Set<number>

beforeEach(async () => {
  sockets = []
  users = new Map()
  nowMs = 0
  requests = 0
  accepted = new Set()
  // A request for /wait is not answered.
  server = createServer((request, response) => {
    requests++
    if (request.url !== '/wait') response.end('hello')
  })
  const readTable = (): TcpSocket[] =>
    [...users].map(([own, uid]) => ({
      local: endpoint('127.0.0.1', own),
      remote: endpoint('127.0.0.1', port),
      isListening: false,
      uid,
    }))
  const monotonicMs = () => {
    nowMs += 1000
    return nowMs
  }
  const limits = { connections: PLACES, proxyUids: new Set([PROXY]), readTable, monotonicMs }
  new HttpConnections(limits).watch(server)
  server.on('connection', ({ remotePort }) => accepted.add(remotePort ?? 0))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function hold(uid: number, text: string): Promise<Socket> {
  const requestsBefore = requests
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  users.set(socket.localPort ?? 0, uid)
  socket.write(text)
  socket.resume()
  // One after the other, so that it is known who is oldest.
  if (text.endsWith('\r\n\r\n')) await expect.poll(() => requests).toBe(requestsBefore + 1)
  else await expect.poll(() => accepted.has(socket.localPort ?? 0)).toBe(true)
  return socket
}

function ask(): Promise<string> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => resolve(String(response.statusCode))).on(
      'error',
      (error: NodeJS.ErrnoException) => resolve(error.code ?? ''),
    )
  })
}

const WAITING = 'GET /wait HTTP/1.1\r\nHost: x\r\n\r\n'
const ANSWERED = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

test('half requests shut nobody out', async () => {
  for (let count = 0; count < 5 * PLACES; count++) await hold(ATTACKER, 'GET / HTTP/1.1\r\nHost:')
  expect(await ask()).toBe('200')
})

test('the oldest half request goes first, then who waits for a next one', async () => {
  const idle = await hold(ATTACKER, ANSWERED)
  const half = await hold(ATTACKER, 'GET')
  while (sockets.length < PLACES) await hold(ATTACKER, WAITING)
  expect(await ask()).toBe('200')
  await expect.poll(() => half.destroyed).toBe(true)
  expect(idle.destroyed).toBe(false)
  await hold(ATTACKER, WAITING)
  expect(await ask()).toBe('200')
  await expect.poll(() => idle.destroyed).toBe(true)
})

test('what one user holds is not taken from another', async () => {
  const own = await hold(OWNER, 'GET / HTTP/1.1\r\nHost:')
  for (let count = 1; count < PLACES; count++) await hold(ATTACKER, WAITING)
  expect(await ask()).toBe('200')
  expect(own.destroyed).toBe(false)
})

test('a reverse proxy keeps what it has while somebody else has something', async () => {
  const proxied: Socket[] = []
  for (let count = 1; count < PLACES; count++) proxied.push(await hold(PROXY, ANSWERED))
  const other = await hold(ATTACKER, 'GET')
  expect(await ask()).toBe('200')
  await expect.poll(() => other.destroyed).toBe(true)
  expect(proxied.some(({ destroyed }) => destroyed)).toBe(false)
})

test('while all are being answered and nobody has most, a new one is refused', async () => {
  for (let count = 0; count < PLACES; count++) await hold(OWNER + count, WAITING)
  expect(await ask()).toBe('ECONNRESET')
})
