import { expect, test } from 'vitest'
import { findUid, shownUid } from './user-ids.js'

test('users are found by name', () => {
  expect(findUid('root')).toBe(0)
  expect(findUid('no-such-user')).toBeNull()
})

test('what the own namespace does not know shows as the overflow user', () => {
  const all = '         0          0 4294967295\n'
  expect(shownUid(33, all)).toBe(33)
  const few = '         0          0          1\n       998        998          1\n'
  expect([0, 33, 998].map((uid) => shownUid(uid, few))).toEqual([0, 65_534, 998])
  expect(shownUid(1000, '0 1000 1')).toBe(0)
})
