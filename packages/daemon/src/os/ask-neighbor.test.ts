import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { askNeighbor } from './ask-neighbor.js'

test('one empty datagram goes out, and whoever cannot be reached is no error', async () => {
  const receiver = createSocket('udp4')
  const isBound = await new Promise<boolean>((resolve) => {
    receiver.on('error', () => resolve(false)).bind(9, '127.0.0.1', () => resolve(true))
  })
  const received = new Promise<number>((resolve) => receiver.on('message', ({ length }) => resolve(length)))
  await askNeighbor('127.0.0.1', 'lo')
  // Without rights nobody can listen on that port.
  if (isBound) expect(await received).toBe(0)
  receiver.close()
  await expect(askNeighbor('fe80::1', 'nonexistent0')).resolves.toBeUndefined()
})
