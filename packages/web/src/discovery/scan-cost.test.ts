import { expect, test } from 'vitest'
import { scanCost } from './scan-cost.js'

const watched = (name: string, ...addresses: [string, number][]) => ({
  name,
  isWatched: true,
  addresses: addresses.map(([ip, prefixLength]) => ({ ip, prefixLength })),
})
const HOME = watched('eth0', ['192.168.1.5', 24], ['192.168.1.6', 24], ['fe80::1', 64])
const CAMPUS = watched('eth1', ['10.1.2.3', 16], ['172.16.0.1', 22])
const OTHER = { ...watched('eth2', ['10.9.0.1', 8]), isWatched: false }

test('all that is watched is asked, each network once; IPv6 is not swept', () => {
  expect(scanCost([HOME, CAMPUS, OTHER], { pace: 'normal' })).toEqual({
    networks: [
      { interface: 'eth0', cidr: '192.168.1.0/24', addresses: 256, isLarge: false },
      { interface: 'eth1', cidr: '10.1.0.0/16', addresses: 65_536, isLarge: true },
      { interface: 'eth1', cidr: '172.16.0.0/22', addresses: 1024, isLarge: false },
    ],
    addresses: 66_816,
    seconds: 502,
    isLarge: true,
  })
})

test('the pace makes the time, and an interface that is named is asked alone', () => {
  expect(scanCost([HOME, CAMPUS], { pace: 'fast', interface: 'eth1' })).toMatchObject({ seconds: 50 })
  expect(scanCost([HOME, CAMPUS], { pace: 'normal', interface: 'eth0' })).toMatchObject({
    addresses: 256,
    isLarge: false,
  })
  for (const name of ['wlan9', 'eth2'])
    expect(() => scanCost([HOME, OTHER], { pace: 'normal', interface: name })).toThrow(
      expect.objectContaining({ reason: 'INTERFACE_NOT_WATCHED', message: `${name} is not watched.` }),
    )
})
