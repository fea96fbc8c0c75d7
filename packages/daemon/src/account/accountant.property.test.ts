/** The typed-array table against a Map of strings, over random traffic: equal, not close. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINKTYPE_ETHERNET } from '../capture/packet-source.js'
import type { TrafficRow } from '../model/traffic.js'
import { Accountant } from './accountant.js'
import { makeBatch } from './fake-batch.js'
import { type FakeFrame, makeFrame } from './fake-frame.js'

const MACS = ['02:00:00:00:00:01', '82:ff:00:00:00:01', '02:00:80:00:00:01', '02:00:00:00:00:02']
const LOCAL4 = ['10.0.0.1', '10.0.0.2', '192.168.255.255', '169.254.0.1']
const REMOTE4 = ['1.1.1.1', '200.0.0.1', '8.8.8.8', '127.255.255.255']
const LOCAL6 = ['fd00::1', 'fd00::1:0:0:1', 'fe80::1', 'fe80:0:0:1::1']
const REMOTE6 = ['2001:db8::1', '2001:db8:8000::1', '2001:db8::8000:1']

const endpoints = (local: string[], remote: string[]) =>
  fc.record({ source: fc.constantFrom(...local), destination: fc.constantFrom(...remote) })

type Traffic = FakeFrame & { wireLength: number; isReply: boolean }

const frames: fc.Arbitrary<Traffic> = fc
  .tuple(
    fc.oneof(endpoints(LOCAL4, REMOTE4), endpoints(LOCAL6, REMOTE6)),
    fc.record({
      sourceMac: fc.constantFrom(...MACS),
      destinationMac: fc.constantFrom(...MACS),
      protocol: fc.constantFrom(6, 17, 47),
      sourcePort: fc.constantFrom(0, 1, 443, 40_000, 65_535),
      destinationPort: fc.constantFrom(0, 53, 443, 65_535),
      wireLength: fc.integer({ min: 80, max: 70_000 }),
      isReply: fc.boolean(),
    }),
  )
  .map(([addresses, rest]) => ({ ...addresses, ...rest }))

/** The source is the local side here, unless the frame is a reply. */
function countPlainly(traffic: Traffic[], capacity: number) {
  const rows = new Map<string, TrafficRow>()
  const other = { otherBytes: 0, otherPackets: 0 }
  for (const frame of traffic) {
    const hasPorts = frame.protocol !== 47
    const servicePort = hasPorts ? Math.min(frame.sourcePort ?? 0, frame.destinationPort ?? 0) : 0
    const {
      sourceMac: deviceMac,
      source: deviceIp,
      destination: remoteIp,
      protocol,
      wireLength,
      isReply,
    } = frame
    const key = [deviceMac, deviceIp, remoteIp, protocol, servicePort].join()
    let row = rows.get(key)
    if (!row) {
      if (rows.size >= capacity) {
        other.otherBytes += wireLength
        other.otherPackets++
        continue
      }
      row = {
        deviceMac,
        deviceIp,
        remoteIp,
        protocol,
        servicePort,
        txBytes: 0,
        rxBytes: 0,
        txPackets: 0,
        rxPackets: 0,
        isSecondView: false,
      }
      rows.set(key, row)
    }
    row[isReply ? 'rxBytes' : 'txBytes'] += wireLength
    row[isReply ? 'rxPackets' : 'txPackets']++
  }
  return { rows: [...rows.values()], ...other }
}

const swap = (frame: FakeFrame): FakeFrame => ({
  ...frame,
  sourceMac: frame.destinationMac,
  destinationMac: frame.sourceMac,
  source: frame.destination,
  destination: frame.source,
  sourcePort: frame.destinationPort ?? 0,
  destinationPort: frame.sourcePort ?? 0,
})

test('the table equals a plain Map over several buckets, overflow included', () => {
  const buckets = fc.array(fc.array(frames, { maxLength: 200 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(buckets, fc.constantFrom(1, 3, 16, 1000), (traffics, capacity) => {
      const accountant = new Accountant({ flowCapacity: capacity })
      for (const traffic of traffics) {
        const batch = makeBatch(
          traffic.map((frame) => ({
            bytes: makeFrame(frame.isReply ? swap(frame) : frame),
            wireLength: frame.wireLength,
          })),
        )
        accountant.account(batch, LINKTYPE_ETHERNET, () => {})
        expect(accountant.takeBucket(0, 1000)).toEqual({
          startMs: 0,
          durationMs: 1000,
          ...countPlainly(traffic, capacity),
        })
      }
    }),
    { numRuns: 100 },
  )
})

test('random bytes never throw, and each frame counts once', () => {
  const frame = fc.record({ bytes: fc.uint8Array({ maxLength: 120 }), extra: fc.nat(2000) })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 50 }), fc.constantFrom(1, 101, 113, 276), (list, linkType) => {
      const accountant = new Accountant({ flowCapacity: 16, maxRows: 4 })
      const batch = makeBatch(list.map(({ bytes, extra }) => ({ bytes, wireLength: bytes.length + extra })))
      accountant.account(batch, linkType, () => {})
      const { rows, otherBytes, otherPackets } = accountant.takeBucket(0, 1)
      expect(rows.length).toBeLessThanOrEqual(4)
      const sum = (pick: (row: TrafficRow) => number) => rows.reduce((total, row) => total + pick(row), 0)
      const wire = list.reduce((total, { bytes, extra }) => total + bytes.length + extra, 0)
      expect(sum((row) => row.txBytes + row.rxBytes) + otherBytes).toBe(wire)
      expect(sum((row) => row.txPackets + row.rxPackets) + otherPackets).toBe(list.length)
    }),
  )
})
