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

const costOf = (
  interfaces: Parameters<typeof scanCost>[0]['interfaces'],
  wanted: Parameters<typeof scanCost>[1],
  maxScanAddresses = 65_536,
) => scanCost({ interfaces, maxScanAddresses }, wanted)

test('all that is watched is asked, each network once; IPv6 is not swept', () => {
  expect(costOf([HOME, CAMPUS, OTHER], { pace: 'normal' })).toEqual({
    networks: [
      { interface: 'eth0', cidr: '192.168.1.0/24', addresses: 256, isLarge: false, isTooWide: false },
      { interface: 'eth1', cidr: '10.1.0.0/16', addresses: 65_536, isLarge: true, isTooWide: false },
      { interface: 'eth1', cidr: '172.16.0.0/22', addresses: 1024, isLarge: false, isTooWide: false },
    ],
    addresses: 66_816,
    seconds: 502,
    isLarge: true,
    maxAddresses: 65_536,
  })
})

test('the pace makes the time, and an interface that is named is asked alone', () => {
  expect(costOf([HOME, CAMPUS], { pace: 'fast', interface: 'eth1' })).toMatchObject({ seconds: 50 })
  expect(costOf([HOME, CAMPUS], { pace: 'normal', interface: 'eth0' })).toMatchObject({
    addresses: 256,
    isLarge: false,
  })
  for (const name of ['wlan9', 'eth2'])
    expect(() => costOf([HOME, OTHER], { pace: 'normal', interface: name })).toThrow(
      expect.objectContaining({ reason: 'INTERFACE_NOT_WATCHED', message: `${name} is not watched.` }),
    )
})

test('what the daemon never scans is no question of permission, and costs nothing', () => {
  expect(costOf([HOME, CAMPUS], { pace: 'normal' }, 4096)).toMatchObject({
    networks: [
      { isLarge: false, isTooWide: false },
      { cidr: '10.1.0.0/16', isLarge: false, isTooWide: true },
      { isLarge: false, isTooWide: false },
    ],
    addresses: 1280,
    isLarge: false,
    maxAddresses: 4096,
  })
  // A daemon that does not say how much it scans.
  expect(costOf([CAMPUS], { pace: 'normal' }, 0)).toMatchObject({ addresses: 66_560, isLarge: true })
})
