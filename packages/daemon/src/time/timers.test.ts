import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readingTimers, systemTimers, type Timers } from './timers.js'

/** What came first, after the process was held up: what had arrived by then, or the time that was up. */
async function firstOf(timers: Timers): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [peer] = (await once(server, 'connection')) as [Socket]
  try {
    return await new Promise((resolve) => {
      peer.once('data', () => resolve('what arrived'))
      timers.after(20, () => resolve('the time'))
      client.write('x')
      const untilMs = performance.now() + 100
      while (performance.now() < untilMs) {
        // Held up: the loop does not turn.
      }
    })
  } finally {
    client.destroy()
    peer.destroy()
    server.close()
  }
}

test('after a hold-up what had arrived is read before a time is up', async () => {
  expect(await firstOf(systemTimers)).toBe('the time')
  expect(await firstOf(readingTimers)).toBe('what arrived')
})

test('what was cancelled is not called', async () => {
  let calls = 0
  readingTimers.after(1, () => calls++)()
  await new Promise<void>((resolve) => readingTimers.after(20, resolve))
  expect(calls).toBe(0)
})
