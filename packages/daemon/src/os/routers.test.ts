import { expect, test } from 'vitest'
import type { CommandRunner } from './command.js'
import { readRouters } from './routers.js'

const ROUTES = 'ip -j route show table all'
const NEXT_HOPS = 'ip -j nexthop show'

function printing(printed: Record<string, unknown>): CommandRunner {
  return async (file, args) => {
    const rows = printed[[file, ...args].join(' ')]
    return { type: 'exited', code: rows ? 0 : 2, stdout: JSON.stringify(rows), stderr: 'not there' }
  }
}

test('next hops of all tables, of multipath routes and of the other family, each once', async () => {
  const rows = [
    { dst: 'default', gateway: '192.168.1.1', dev: 'eth0', flags: [] },
    { dst: '10.0.0.0/8', gateway: '192.168.1.9', dev: 'eth0', protocol: 'static', flags: [] },
    { dst: 'default', gateway: '192.168.2.1', dev: 'eth1', table: '100', flags: [] },
    { dst: '172.16.0.0/12', gateway: '192.168.1.1', dev: 'eth0', flags: [] },
    {
      dst: 'default',
      table: '7',
      flags: [],
      nexthops: [
        { gateway: '192.168.1.2', dev: 'eth0', weight: 1, flags: [] },
        { via: { family: 'inet6', host: 'fe80::3' }, dev: 'eth1', weight: 1, flags: [] },
      ],
    },
    { dst: 'default', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth0', flags: [] },
    { dst: 'fd00::/64', gateway: 'fe80::2', dev: 'eth0', flags: [], pref: 'medium' },
    { dst: '192.168.1.0/24', dev: 'eth0', scope: 'link', flags: [] },
    { type: 'blackhole', dst: '10.9.0.0/16', dev: 'lo', flags: [] },
    { dst: 'default', gateway: 'nonsense', dev: 'eth0' },
    { dst: 'default', gateway: '::', dev: 'eth0' },
    7,
  ]
  expect(await readRouters(printing({ [ROUTES]: rows, [NEXT_HOPS]: [] }))).toEqual([
    { ip: '192.168.1.1', interface: 'eth0' },
    { ip: '192.168.1.9', interface: 'eth0' },
    { ip: '192.168.2.1', interface: 'eth1' },
    { ip: '192.168.1.2', interface: 'eth0' },
    { ip: 'fe80::3', interface: 'eth1' },
    { ip: 'fe80::1', interface: 'eth0' },
    { ip: 'fe80::2', interface: 'eth0' },
  ])
})

test('objects that routes name by their number count, groups of them by their members', async () => {
  const objects = [
    { id: 1, gateway: '192.168.1.1', dev: 'eth0', scope: 'link', flags: [] },
    { id: 2, via: { family: 'inet6', host: 'fe80::2' }, dev: 'eth0', scope: 'link', flags: [] },
    { id: 3, blackhole: null, flags: [] },
    { id: 4, dev: 'eth0', scope: 'link', flags: [] },
    { id: 10, group: [{ id: 1 }, { id: 2 }], flags: [] },
  ]
  const routes = [{ dst: 'default', nhid: 10, flags: [] }]
  expect(await readRouters(printing({ [ROUTES]: routes, [NEXT_HOPS]: objects }))).toEqual([
    { ip: '192.168.1.1', interface: 'eth0' },
    { ip: 'fe80::2', interface: 'eth0' },
  ])
})

test.each([ROUTES, NEXT_HOPS])('without the answer of %s it is an error, never nobody', async (missing) => {
  const printed = { [ROUTES]: [], [NEXT_HOPS]: [], [missing]: undefined }
  await expect(readRouters(printing(printed))).rejects.toThrow(`${missing}: not there`)
})
