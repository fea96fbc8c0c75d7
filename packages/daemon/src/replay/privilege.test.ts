import { expect, test } from 'vitest'
import { dropRoot, type ProcessIdentity } from './privilege.js'

function fakeProcess(uid: number, works = true) {
  const calls: string[] = []
  const ids = { uid, gid: uid }
  const identity: ProcessIdentity = {
    getuid: () => ids.uid,
    getgid: () => ids.gid,
    setgroups: (groups) => calls.push(`setgroups [${groups}]`),
    setgid: (id) => {
      calls.push(`setgid ${id}`)
      ids.gid = Number(id)
    },
    setuid: (id) => {
      calls.push(`setuid ${id}`)
      if (works) ids.uid = Number(id)
    },
  }
  return { identity, calls }
}

test('drops the groups before the user, which could not be done afterwards', () => {
  const { identity, calls } = fakeProcess(0)
  dropRoot(identity)
  expect(calls).toEqual(['setgroups []', 'setgid 65534', 'setuid 65534'])
})

test('leaves an ordinary user alone', () => {
  const { identity, calls } = fakeProcess(1000)
  dropRoot(identity)
  expect(calls).toEqual([])
})

test('refuses to go on as root', () => {
  const { identity } = fakeProcess(0, false)
  expect(() => dropRoot(identity)).toThrow(expect.objectContaining({ reason: 'PRIVILEGE_NOT_DROPPED' }))
})
