import { expect, test } from 'vitest'
import { effectiveCapabilities, hasCapability } from './process-status.js'
import { findGroupId, findUser } from './users.js'

const PASSWD =
  'root:x:0:0:root:/root:/bin/bash\n+::::::\nbroken\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n'
const GROUP = 'root:x:0:\nnetwatcher:x:998:alice,bob\n'

test('ids are found by the whole name', () => {
  expect(findUser('nobody', PASSWD)).toEqual({ name: 'nobody', uid: 65_534, gid: 65_534 })
  expect(findUser('nobod', PASSWD)).toBeNull()
  expect(findUser('broken', PASSWD)).toBeNull()
  expect(findGroupId('netwatcher', GROUP)).toBe(998)
  expect(findGroupId('alice', GROUP)).toBeNull()
})

test('capabilities are read bit by bit', () => {
  const held = effectiveCapabilities('Name:\tnode\nCapPrm:\tffffffffffffffff\nCapEff:\t0000000000002000\n')
  expect(held).toBe(0x2000n)
  expect(hasCapability(held, 13n)).toBe(true)
  expect(hasCapability(held, 12n)).toBe(false)
  expect(() => effectiveCapabilities('Name:\tnode\n')).toThrow()
})
