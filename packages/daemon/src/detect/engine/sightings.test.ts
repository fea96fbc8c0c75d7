import { MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { Sightings } from './sightings.js'

const host = (ip: string, seenMs: number, evidence: 'arp_gratuitous' | 'frame' = 'arp_gratuitous') => ({
  ...{ ip, mac: '02:00:00:00:00:01', vlan: 0 },
  ...{ evidence, seenMs },
})
const kept = (sightings: Sightings) => sightings.tables()[0]?.entries

test('a binding is reported again after half a minute, and takes no room for longer than it holds back', () => {
  const sightings = new Sightings()
  for (let i = 0; i < 200; i++) sightings.addHost(host(`10.0.0.${i}`, MINUTE_MS))
  sightings.addHost(host('', MINUTE_MS, 'frame'))
  sightings.addHost(host('10.0.0.1', MINUTE_MS + 1000))
  expect(sightings.take().hosts).toHaveLength(201)
  sightings.tick(MINUTE_MS + 1000)
  expect(kept(sightings)).toBe(201)
  sightings.tick(3 * MINUTE_MS)
  expect(kept(sightings)).toBe(1)
  sightings.addHost(host('10.0.0.1', 3 * MINUTE_MS))
  expect(sightings.take().hosts).toHaveLength(1)
})
