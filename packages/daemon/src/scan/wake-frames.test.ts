import { expect, test } from 'vitest'
import type { HostSeen } from '../model/host.js'
import { wakeFrames } from './wake-frames.js'

const OWN = '02:00:00:00:00:01'
const NAS = 'aa:bb:cc:dd:ee:01'

function seen(mac: string, vlan = 0): HostSeen {
  return { ip: '10.0.0.9', mac, vlan, evidence: 'arp_request', seenMs: 0 }
}

test('a magic packet: to all, ones, and the address sixteen times', () => {
  const [frame, ...others] = wakeFrames(NAS, OWN, [seen(NAS), seen(NAS), seen('aa:bb:cc:dd:ee:02')])
  const hex = Buffer.from(frame ?? []).toString('hex')
  const header = 'ffffffffffff' + '020000000001' + '0842'
  expect(hex).toBe(header + 'ff'.repeat(6) + 'aabbccddee01'.repeat(16))
  expect(others).toEqual([frame, frame])
})

test('where it is known in a VLAN the packet has the tag', () => {
  const frames = wakeFrames(NAS, OWN, [seen(NAS, 30)])
  const hex = Buffer.from(frames[0] ?? []).toString('hex')
  expect(hex.slice(0, 36)).toBe('ffffffffffff' + '020000000001' + '8100' + '001e' + '0842')
})

test('nothing is sent to whom nobody has seen, and a bounded number however many VLANs are claimed', () => {
  expect(wakeFrames(NAS, OWN, [seen('aa:bb:cc:dd:ee:02')])).toEqual([])
  const everywhere = Array.from({ length: 4094 }, (_, n) => seen(NAS, n + 1))
  expect(wakeFrames(NAS, OWN, everywhere)).toHaveLength(24)
})
