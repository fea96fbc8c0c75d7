import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServiceManager } from './sd-notify.js'

/** Binds, and says of each datagram the sender's pid (unix(7) SCM_CREDENTIALS) and what it says. */
const RECEIVER = `import socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind(sys.argv[1].replace('@', chr(0)))
print('bound', flush=True)
while True:
    data, extra, _, _ = s.recvmsg(4096, 1024)
    print(struct.unpack('3i', extra[0][2])[0], data.decode().replace(chr(10), '|'), flush=True)`

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-notify-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

async function withReceiver(
  path: string,
  use: (next: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const receiver = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(receiver.stdout)[Symbol.asyncIterator]()
  const next = async () => String((await lines.next()).value)
  try {
    expect(await next()).toBe('bound')
    await use(next)
  } finally {
    receiver.kill()
  }
}

test.each([
  ['in the file system', () => join(directory, 'notify')],
  ['in the abstract name space', () => `@netwatcher-notify-${process.pid}`],
])('the process itself tells what it does, by a socket %s', async (_, path) => {
  const socket = path()
  await withReceiver(socket, async (next) => {
    const warn = vi.fn()
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' }
    const manager = createServiceManager(env, { info: () => {}, warn, error: () => {} })
    manager.ready('watching lan0, müsli0')
    expect(await next()).toBe(`${process.pid} READY=1|STATUS=watching lan0, müsli0`)
    manager.startWatchdog()
    expect(await next()).toBe(`${process.pid} WATCHDOG=1`)
    manager.stop()
    manager.stopping()
    await expect.poll(next).toBe(`${process.pid} STOPPING=1`)
    expect(warn).not.toHaveBeenCalled()
  })
})

test('nobody there is a warning, and outside systemd nothing happens', () => {
  const warn = vi.fn()
  const log = { info: () => {}, warn, error: () => {} }
  createServiceManager({}, log).ready('')
  expect(warn).not.toHaveBeenCalled()
  createServiceManager({ NOTIFY_SOCKET: join(directory, 'none') }, log).ready('')
  expect(warn).toHaveBeenCalledWith('systemd could not be notified', {
    error: `${join(directory, 'none')}: ENOENT`,
  })
})
