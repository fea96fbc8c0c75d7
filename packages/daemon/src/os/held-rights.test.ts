import { expect, test } from 'vitest'
import { excessRights, readHeldRights } from './held-rights.js'

const DROPPED = {
  Uid: '901\t901\t901\t901',
  Gid: '902\t902\t902\t902',
  Groups: ' ',
  CapInh: '0000000000000000',
  CapPrm: '0000000000000000',
  CapEff: '0000000000000000',
  // CAP_SETUID, CAP_SETGID, CAP_NET_RAW, which nothing can get back.
  CapBnd: '00000000000020c0',
  CapAmb: '0000000000000000',
  NoNewPrivs: '1',
  Seccomp: '2',
  Seccomp_filters: '2',
}

function status(changes: Partial<typeof DROPPED> = {}): string {
  const lines = Object.entries({ ...DROPPED, ...changes }).map(([name, value]) => `${name}:\t${value}`)
  return `Name:\tnode\n${lines.join('\n')}\n`
}

function excess(changes: Partial<typeof DROPPED>, files: string[] = []): string {
  const threads = new Map([
    ['1', status()],
    ['2', status(changes)],
  ])
  return excessRights({ threads, files, isFiltered: true }, 901, 902)
}

test('a process that is that user alone holds nothing more', () => {
  expect(excess({}, ['pipe:[7]', 'socket:[8]', 'anon_inode:[eventpoll]'])).toBe('')
})

test.each([
  [{ Uid: '901\t901\t0\t901' }, 'the user is 901\t901\t0\t901 on thread 2'],
  [{ Gid: '0\t902\t902\t902' }, 'the group is 0\t902\t902\t902 on thread 2'],
  [{ Groups: '0 27 ' }, 'there are groups (0 27) on thread 2'],
  [{ CapInh: '0000000000002000' }, 'CapInh is 0000000000002000 on thread 2'],
  [{ CapPrm: '0000000000000080' }, 'CapPrm is 0000000000000080 on thread 2'],
  [{ CapEff: '0000000000000001' }, 'CapEff is 0000000000000001 on thread 2'],
  [{ CapAmb: '0000000000001000' }, 'CapAmb is 0000000000001000 on thread 2'],
  [{ CapBnd: '000001ffffffffff' }, 'CapBnd is 000001ffffffffff on thread 2'],
  [{ NoNewPrivs: '0' }, 'no_new_privs is not set on thread 2'],
  [{ Seccomp_filters: '1' }, 'not every thread has the filter of system calls'],
  [{ Seccomp: '0' }, 'system calls are not filtered on thread 2'],
])('one thread with more is found: %o', (changes, sentence) => {
  expect(excess(changes)).toBe(sentence)
})

test('a ring that the kernel works for is found, and a kernel that shows nothing is not believed', () => {
  expect(excess({}, ['anon_inode:[io_uring]'])).toBe('an io_uring is open')
  const rest = { files: [], isFiltered: true }
  const found = (...threads: [string, string][]) =>
    excessRights({ threads: new Map(threads), ...rest }, 901, 902)
  expect(found()).toBe('the kernel shows no thread')
  expect(found(['1', 'Name:\tnode\n'])).not.toBe('')
  expect(excessRights({ threads: new Map([['1', status()]]), files: [], isFiltered: false }, 901, 902)).toBe(
    'system calls are not filtered',
  )
})

test('this process is read whole: every thread, every open file', () => {
  const { threads, files, isFiltered } = readHeldRights()
  expect(threads.has(String(process.pid))).toBe(true)
  expect(threads.size).toBeGreaterThan(4)
  expect(files).toContain('anon_inode:[eventpoll]')
  expect(isFiltered).toBe(false)
})
