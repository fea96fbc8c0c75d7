import { expect, test } from 'vitest'
import { protocolName, protocolNumber } from './protocols.js'

test("protocol names and numbers are each other's inverse", () => {
  for (const number of [-2, -1, 1, 6, 17, 58, 99, 255, 256 + 0x0806, 256 + 0x1234]) {
    expect(protocolNumber(protocolName(number))).toBe(number)
  }
  expect(protocolNumber('carrier-pigeon')).toBeNull()
})
