import { expect, test } from 'vitest'
import { Replacer } from './replaced.js'

test('addresses and names are replaced, the same by the same; figures stay', () => {
  const value = {
    a: 'from 192.168.1.10 (aa:bb:cc:dd:ee:01) to 192.168.1.10',
    mac: 'AA:BB:CC:DD:EE:01',
    v6: ['fe80::1', '2001:db8::9/64', '::ffff:10.0.0.1'],
    hostname: 'anns-laptop',
    name: 'anns-laptop',
    interface: 'enxaabbccddee01',
    configPath: '/home/ann/netwatcherd.toml',
    version: '1.2.3',
    at: '12:30:45',
    count: 3,
    tables: [{ name: 'bindings' }],
  }
  expect(new Replacer().replace(value)).toEqual({
    a: 'from ip4-1 (mac-2) to ip4-1',
    mac: 'mac-2',
    v6: ['ip6-3', 'ip6-4/64', 'ip6-5'],
    hostname: 'name-6',
    name: 'name-6',
    interface: 'enx-mac-2',
    configPath: 'name-7',
    version: '1.2.3',
    at: '12:30:45',
    count: 3,
    tables: [{ name: 'bindings' }],
  })
})
