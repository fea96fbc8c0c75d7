import { makeCidr } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { LINKTYPE_RAW } from '../../capture/packet-source.js'
import { decodeFrame } from '../../wire/decode-frame.js'
import { udpFrame } from '../../wire/fake-frames.js'
import { NO_CONTEXT } from './detection.js'
import { createDetectionEngine } from './engine.js'

const MAC = '02:00:00:00:00:01'

test('on a tunnel, peers are known by their address, and the world behind it is none', () => {
  const vpn = makeCidr('203.0.113.0', 24)
  const engine = createDetectionEngine(
    { ...NO_CONTEXT, ownIps: ['203.0.113.1'], subnets: vpn ? [vpn] : [] },
    { learningMs: 0, activeVerification: false, allowedScanners: [] },
  )
  for (const sourceIp of ['203.0.113.1', '203.0.113.7', '100.101.102.103', '8.8.8.8', '0.0.0.0']) {
    const ends = { sourceMac: MAC, destinationMac: MAC, sourceIp, destinationIp: '203.0.113.1' }
    const bytes = udpFrame(ends, 5000, 53, new Uint8Array(4)).subarray(14)
    engine.observe(decodeFrame(bytes, LINKTYPE_RAW, bytes.length, 1000))
  }
  expect(engine.drain().hosts.map(({ ip, mac, evidence }) => [ip, mac, evidence])).toEqual([
    ['203.0.113.7', '', 'ip_source'],
    ['100.101.102.103', '', 'ip_source'],
  ])
})
