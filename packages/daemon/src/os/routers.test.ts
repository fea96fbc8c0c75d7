import { expect, test } from 'vitest'
import type { CommandRunner } from './command.js'
import { readRouters } from './routers.js'

function printing(rows: unknown): CommandRunner {
  return async (file, args) => {
    expect([file, ...args]).toEqual(['ip', '-j', 'route', 'show', 'table', 'all'])
    return { type: 'exited', code: 0, stdout: JSON.stringify(rows), stderr: '' }
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
  expect(await readRouters(printing(rows))).toEqual([
    { ip: '192.168.1.1', interface: 'eth0' },
    { ip: '192.168.1.9', interface: 'eth0' },
    { ip: '192.168.2.1', interface: 'eth1' },
    { ip: '192.168.1.2', interface: 'eth0' },
    { ip: 'fe80::3', interface: 'eth1' },
    { ip: 'fe80::1', interface: 'eth0' },
    { ip: 'fe80::2', interface: 'eth0' },
  ])
})

test('routes that cannot be read are an error, never nobody', async () => {
  await expect(readRouters(async () => ({ type: 'not_found' }))).rejects.toThrow('ip -j route show table all')
})
