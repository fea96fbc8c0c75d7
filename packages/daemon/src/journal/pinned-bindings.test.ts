import { expect, test } from 'vitest'
import type { FileStore } from '../os/state-directory.js'
import { PinnedBindings } from './pinned-bindings.js'

const ROUTER = { ip: '192.168.1.1', mac: '02:00:00:00:00:01' }
const LIAR = { ip: '192.168.1.1', mac: '02:00:00:00:00:66' }

function pinned(configured = [ROUTER]) {
  const write = () => {}
  return new PinnedBindings(configured, { write } as Partial<FileStore> as FileStore)
}

test('what the configuration pins cannot be pinned or unpinned by call', () => {
  const bindings = pinned()
  const refused = expect.objectContaining({ reason: 'PINNED_IN_CONFIG' })
  expect(() => bindings.pin(LIAR)).toThrow(refused)
  expect(() => bindings.unpin(ROUTER)).toThrow(refused)
  expect(bindings.list()).toEqual([ROUTER])
})

test('no more than 1024 can be pinned, and who was refused is counted', () => {
  const bindings = pinned([])
  const nth = (n: number) => ({ ip: `10.0.${n >> 8}.${n & 255}`, mac: LIAR.mac })
  for (let n = 0; n < 1024; n++) bindings.pin(nth(n))
  expect(() => bindings.pin(nth(1024))).toThrow(expect.objectContaining({ reason: 'TOO_MANY_PINNED' }))
  bindings.pin({ ...nth(0), mac: ROUTER.mac })
  expect(bindings.table()).toMatchObject({ entries: 1024, refused: 1 })
})
