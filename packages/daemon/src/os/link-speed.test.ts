import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLinkSpeed } from './link-speed.js'

test.each([
  ['a card', '1000\n', true, 1000],
  ['a card without a carrier', '-1\n', true, null],
  ['a card that says nothing', null, true, null],
  ['a tap', '10\n', false, null],
])('%s', (_what, said, isHardware, expected) => {
  const root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
  const directory = join(root, 'sys/class/net/eth0')
  mkdirSync(isHardware ? join(directory, 'device') : directory, { recursive: true })
  if (said !== null) writeFileSync(join(directory, 'speed'), said)
  expect(readLinkSpeed('eth0', root)).toBe(expected)
  rmSync(root, { recursive: true })
})

test('this machine has no such interface', () => {
  expect(readLinkSpeed('nosuch0')).toBeNull()
})
