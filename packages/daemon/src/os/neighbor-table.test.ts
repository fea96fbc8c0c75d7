import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { CommandOutcome, CommandRunner } from './command.js'
import { readNeighborEntries, readNeighborTable } from './neighbor-table.js'

const root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
afterAll(() => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'proc/net'), { recursive: true })
writeFileSync(
  join(root, 'proc/net/arp'),
  `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         02:00:00:00:00:AA     *        eth0
192.168.1.2      0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.3      0x1         0x6         02:00:00:00:00:03     *        wlan0
192.168.1.300    0x1         0x2         02:00:00:00:00:04     *        eth0
192.168.1.5      0x1         0x2         02:00:00:00:00        *        eth0
192.168.1.6      0x1         0x2         02:00:00:00:00:06     *
224.0.0.251      0x1         0x2         01:00:5e:00:00:fb     *        eth0
192.168.1.7      0x1         0x2         00:00:00:00:00:00     *        eth0

half a row
`,
)
const IPV4 = [
  { interface: 'eth0', ip: '192.168.1.1', mac: '02:00:00:00:00:aa' },
  { interface: 'wlan0', ip: '192.168.1.3', mac: '02:00:00:00:00:03' },
]

function answering(outcome: CommandOutcome): CommandRunner {
  return async (file, args) => {
    expect([file, ...args]).toEqual(['ip', '-j', 'neigh', 'show'])
    return outcome
  }
}
const exited = (stdout: string, code = 0): CommandOutcome => ({ type: 'exited', code, stdout, stderr: '' })

test('proven entries of both families, bad rows skipped', async () => {
  const rows = [
    { dst: 'fe80::1', dev: 'eth0', lladdr: '02:00:00:00:00:aa', router: null, state: ['REACHABLE'] },
    { dst: 'fe80::2', dev: 'eth0', lladdr: '02:00:00:00:00:02', state: ['STALE'] },
    { dst: 'fd00::1', dev: 'eth0', state: ['FAILED'] },
    { dst: 'fd00::2', dev: 'eth0', lladdr: '02:00:00:00:00:09', state: ['FAILED'] },
    { dst: 'ff02::16', dev: 'eth0', lladdr: '33:33:00:00:00:16', state: ['NOARP'] },
    { dst: 'nonsense', dev: 'eth0', lladdr: '02:00:00:00:00:05', state: ['STALE'] },
    { dst: 'fe80::6', lladdr: '02:00:00:00:00:06' },
    null,
    7,
  ]
  const table = await readNeighborTable(answering(exited(JSON.stringify(rows))), root)
  expect(table).toEqual([
    { interface: 'eth0', ip: 'fe80::1', mac: '02:00:00:00:00:aa' },
    { interface: 'eth0', ip: 'fe80::2', mac: '02:00:00:00:00:02' },
  ])
})

test('an address that nobody has answered for yet is an entry without a MAC', async () => {
  const rows = [
    { dst: '10.0.0.1', dev: 'eth0', state: ['INCOMPLETE'] },
    { dst: '10.0.0.2', dev: 'eth0', lladdr: '02:00:00:00:00:02', state: ['DELAY'] },
  ]
  expect(await readNeighborEntries(answering(exited(JSON.stringify(rows))))).toEqual([
    { interface: 'eth0', ip: '10.0.0.1', mac: '', state: 'INCOMPLETE' },
    { interface: 'eth0', ip: '10.0.0.2', mac: '02:00:00:00:00:02', state: 'DELAY' },
  ])
  expect(await readNeighborEntries(answering(exited('')))).toEqual([])
})

test.each<[string, CommandOutcome, string]>([
  ['missing', { type: 'not_found' }, 'it is not installed'],
  ['failing', { type: 'exited', code: 1, stdout: '', stderr: 'RTNETLINK answers: No\nmore' }, 'RTNETLINK'],
  ['printing nonsense', exited('Object "neigh" is unknown'), 'something else than JSON'],
  ['printing something else', exited('{}'), 'something else than JSON'],
  ['hanging', { type: 'stopped', reason: 'timeout', stdout: '', stderr: '' }, 'did not finish in time'],
  ['flooding', { type: 'stopped', reason: 'output_limit', stdout: '', stderr: '' }, 'printed too much'],
])('when `ip` is %s, that is an error; IPv4 alone is still read', async (_, outcome, why) => {
  await expect(readNeighborEntries(answering(outcome))).rejects.toThrow(why)
  expect(await readNeighborTable(answering(outcome), root)).toEqual(IPV4)
})

test('without any table it says so', async () => {
  const absent = join(root, 'absent')
  await expect(readNeighborTable(answering({ type: 'not_found' }), absent)).rejects.toThrow('/proc/net/arp')
})
