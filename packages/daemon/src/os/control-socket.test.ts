import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ControlSocket } from './control-socket.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-socket-'))
  path = join(directory, 'run', 'netwatcherd.sock')
})
afterEach(() => rmSync(directory, { recursive: true }))

function controlSocket(at = path): ControlSocket {
  const onConnection = (connection: Socket) => {
    // Somebody who only wants to know whether we are there goes at once.
    connection.on('error', () => {})
    connection.end('hello')
  }
  const options = { path: at, group: 'no-such-group', onConnection }
  return new ControlSocket(options, LOG)
}

function ask(at = path): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(at)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.on('end', () => resolve(text))
  })
}

/** A socket file that nobody listens on, as a killed daemon leaves it. */
async function leaveStaleSocket(at: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${at}.1`, resolve))
  renameSync(`${at}.1`, at)
  await new Promise((resolve) => server.close(resolve))
}

test('the socket is 0660 in a directory 0750, and goes when it is closed', async () => {
  const socket = controlSocket()
  await socket.listen()
  expect(statSync(path).mode & 0o777).toBe(0o660)
  expect(statSync(join(directory, 'run')).mode & 0o777).toBe(0o750)
  expect(readdirSync(join(directory, 'run'))).toEqual(['netwatcherd.sock'])
  expect(await ask()).toBe('hello')
  socket.close()
  expect(existsSync(path)).toBe(false)
})

test('a directory that takes no socket is told', async () => {
  await expect(controlSocket('/proc/netwatcherd.sock').listen()).rejects.toMatchObject({
    reason: 'SOCKET',
    message: expect.stringContaining('The socket /proc/netwatcherd.sock cannot be used'),
  })
})

test('without a group it is for its owner alone', async () => {
  const socket = new ControlSocket({ path, group: null, onConnection: (one) => one.end('hello') }, LOG)
  await socket.listen()
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await ask()).toBe('hello')
  socket.close()
})

test('a stale socket is replaced, a live one is not', async () => {
  const first = controlSocket()
  await first.listen()
  await expect(controlSocket().listen()).rejects.toMatchObject({ reason: 'SOCKET' })
  expect(await ask()).toBe('hello')
  first.close()
  await leaveStaleSocket(path)
  expect(await ask()).toBe('ECONNREFUSED')
  const second = controlSocket()
  await second.listen()
  expect(await ask()).toBe('hello')
  second.close()
})

test('a file that is no socket is left alone', async () => {
  const file = join(directory, 'precious')
  writeFileSync(file, 'data')
  await expect(controlSocket(file).listen()).rejects.toMatchObject({ reason: 'SOCKET' })
  expect(existsSync(file)).toBe(true)
})

test('a path that the kernel would cut is refused', async () => {
  const long = join(directory, 'x'.repeat(108))
  await expect(controlSocket(long).listen()).rejects.toMatchObject({ reason: 'SOCKET' })
  expect(readdirSync(directory)).toEqual([])
})

test('a deleted socket file comes back, and connections go on', async () => {
  const socket = controlSocket()
  await socket.listen()
  unlinkSync(path)
  await socket.check()
  expect(await ask()).toBe('hello')
  await socket.check()
  expect(await ask()).toBe('hello')
  rmSync(join(directory, 'run'), { recursive: true })
  await socket.check()
  expect(await ask()).toBe('hello')
  socket.close()
})

test('closing leaves the socket of another daemon in its place', async () => {
  const old = controlSocket()
  await old.listen()
  unlinkSync(path)
  const other = controlSocket()
  await other.listen()
  await old.check()
  old.close()
  expect(await ask()).toBe('hello')
  other.close()
})
