import { BROADCAST_MAC } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { decodeFrame } from '../../wire/decode-frame.js'
import { cdpBytes, lldpBytes, lldpText, textBytes } from '../../wire/fake-announcements.js'
import { concat, udpFrame } from '../../wire/fake-frames.js'
import { NO_CONTEXT } from '../engine/detection.js'
import { createDetectionEngine } from '../engine/engine.js'

const LLDP_GROUP = [0x01, 0x80, 0xc2, 0, 0, 0x0e]
const CDP_GROUP = [0x01, 0, 0x0c, 0xcc, 0xcc, 0xcc]
const OPTIONS = { learningMs: 0, activeVerification: false, allowedScanners: [] }

function macBytesOf(n: number): number[] {
  return [0x00, 0x11, 0x22, 0, n >> 8, n & 255]
}

function lldpFrame(n: number): Uint8Array {
  return concat(LLDP_GROUP, macBytesOf(n), [0x88, 0xcc], lldpBytes(lldpText(5, `sw-${n}`)))
}

function cdpFrame(n: number): Uint8Array {
  const payload = concat([0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0], cdpBytes('core', 'X 1', 8))
  return concat(CDP_GROUP, macBytesOf(n), [payload.length >> 8, payload.length & 255], payload)
}

function ssdpFrame(n: number, type: string): Uint8Array {
  const ends = {
    sourceMac: `00:11:22:00:00:0${n}`,
    destinationMac: BROADCAST_MAC,
    sourceIp: '198.51.100.7',
    destinationIp: '239.255.255.250',
  }
  return udpFrame(ends, 1900, 1900, textBytes('NOTIFY * HTTP/1.1', `NT: ${type}`, 'SERVER: \u202eX'))
}

function observe(...frames: Uint8Array[]) {
  const engine = createDetectionEngine(NO_CONTEXT, OPTIONS)
  for (const [i, bytes] of frames.entries()) engine.observe(decodeFrame(bytes, 1, bytes.length, 1000 + i))
  return engine.drain({ isLast: true })
}

test('a switch that only speaks LLDP is listed, with its name and its clues', () => {
  const { hosts, names, clues } = observe(lldpFrame(1))
  expect(hosts).toMatchObject([{ ip: '', mac: '00:11:22:00:00:01', evidence: 'frame' }])
  expect(names).toMatchObject([{ ip: '', mac: '00:11:22:00:00:01', name: 'sw-1', source: 'lldp' }])
  expect(clues).toContainEqual({ mac: '00:11:22:00:00:01', source: 'lldp_name', value: 'sw-1', vlan: 0 })
})

test('one that only speaks CDP, too', () => {
  const { hosts, clues } = observe(cdpFrame(2))
  expect(hosts).toMatchObject([{ mac: '00:11:22:00:00:02', evidence: 'frame' }])
  expect(clues).toContainEqual({
    mac: '00:11:22:00:00:02',
    source: 'cdp_capabilities',
    value: 'switch',
    vlan: 0,
  })
})

test('a flood of them lists nobody', () => {
  const { hosts, clues } = observe(...Array.from({ length: 2000 }, (_, n) => lldpFrame(n)))
  expect(hosts).toEqual([])
  expect(clues).toEqual([])
})

test('a clue is told once, cleaned', () => {
  const frame = ssdpFrame(3, 'upnp:rootdevice')
  const { clues } = observe(frame, frame, frame)
  expect(clues.filter(({ source }) => source === 'ssdp_type')).toHaveLength(1)
  expect(clues.find(({ source }) => source === 'ssdp_server')?.value).toBe('?X')
})
