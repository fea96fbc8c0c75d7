import { expect, test } from 'vitest'
import { encodeIpv6 } from '../../wire/encode-ip.js'
import { concat, u16, u32 } from '../../wire/fake-frames.js'
import { BOB, FakeTraffic, MALLORY } from '../engine/fake-traffic.js'

const FRAGMENT = 44
const DESTINATION_OPTIONS = 60
const ICMPV6 = 58
const ADVERTISEMENT = concat([134, 0, 0, 0, 64, 0, 7, 8], new Uint8Array(8))
const REPORT = concat([143, 0, 0, 0], new Uint8Array(12))

const toAll = (mac: string, sourceIp = 'fe80::66') => ({
  sourceMac: mac,
  destinationMac: '33:33:00:00:00:01',
  sourceIp,
  destinationIp: 'ff02::1',
})

/** RFC 8200 section 4.5; `offset` in bytes. */
function fragment(
  traffic: FakeTraffic,
  next: number,
  offset: number,
  hasMore: boolean,
  data: Uint8Array,
  id = 7,
) {
  const header = concat([next, 0], u16(offset | (hasMore ? 1 : 0)), u32(id))
  traffic.send(encodeIpv6(toAll(MALLORY.mac), FRAGMENT, concat(header, data), 255))
}

/** Destination options of 256 bytes, of which the first fragment holds 64, then the message. */
function behindOptions(traffic: FakeTraffic, message: Uint8Array, ids: [number, number] = [7, 7]): void {
  const options = concat([ICMPV6, 31], new Uint8Array(254))
  fragment(traffic, DESTINATION_OPTIONS, 0, true, options.subarray(0, 64), ids[0])
  fragment(traffic, DESTINATION_OPTIONS, 64, false, concat(options.subarray(64), message), ids[1])
}

const rogues = (traffic: FakeTraffic) => traffic.loud().filter((alert) => alert.startsWith('rogue_ra'))

test('finds an advertisement in a fragment of its own', () => {
  const traffic = new FakeTraffic()
  fragment(traffic, ICMPV6, 0, false, ADVERTISEMENT)
  expect(rogues(traffic)).toEqual(['rogue_ra/critical'])
})

test('finds an advertisement that begins in the second fragment', () => {
  const traffic = new FakeTraffic()
  behindOptions(traffic, ADVERTISEMENT)
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'rogue_ra')
  expect(alert).toMatchObject({ severity: 'critical', macs: [MALLORY.mac] })
  expect(alert?.reasonsFor).toMatchObject([{ rule: 'hidden_in_fragments' }])
})

test('finds it behind further fragment headers too', () => {
  const traffic = new FakeTraffic()
  const inner = concat([DESTINATION_OPTIONS, 0, 0, 0], u32(9), [ICMPV6, 31], new Uint8Array(62))
  fragment(traffic, FRAGMENT, 0, true, inner)
  fragment(traffic, FRAGMENT, inner.length, false, concat(new Uint8Array(192), ADVERTISEMENT))
  expect(rogues(traffic)).toEqual(['rogue_ra/critical'])
})

test('says nothing of fragments that carry something else, or belong to something else', () => {
  const traffic = new FakeTraffic()
  behindOptions(traffic, REPORT)
  behindOptions(traffic, ADVERTISEMENT, [1, 2])
  fragment(traffic, ICMPV6, 1232, false, ADVERTISEMENT, 3)
  traffic.packet(BOB, MALLORY.mac, '192.168.1.66')
  expect(rogues(traffic)).toEqual([])
})

test('makes one flood of many hidden advertisements', () => {
  const traffic = new FakeTraffic()
  for (let i = 1; i < 60; i++) {
    const header = concat([ICMPV6, 0, 0, 0], u32(i))
    const ends = toAll(MALLORY.mac, `fe80::${i.toString(16)}`)
    traffic.send(encodeIpv6(ends, FRAGMENT, concat(header, ADVERTISEMENT), 255))
  }
  expect(traffic.loud()).toContain('ra_flood/critical')
  expect(rogues(traffic).length).toBeLessThan(10)
})
