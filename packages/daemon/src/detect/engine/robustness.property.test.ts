import { claimantMacs, SEVERITIES } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeArpRequest } from '../../wire/arp.js'
import { encodeEchoRequest, encodeIpv6 } from '../../wire/encode-ip.js'
import {
  bareNeighborSolicitation,
  bpduFrame,
  concat,
  dhcpFrame,
  dhcpv6Address,
  dhcpv6Frame,
  dhcpv6Option,
  ipBytes,
  linkLayerDuid,
  neighborAdvertisement,
  packetOf,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
  tcpFrame,
  u16,
  u32,
} from '../../wire/fake-frames.js'
import { createDetectionEngine } from './engine.js'
import { NO_CONTEXT } from './fake-traffic.js'

const MACS = ['3c:84:6a:00:00:01', 'a4:bb:6d:00:00:10', '08:00:27:00:00:66']
const mac = fc.constantFrom(...MACS)
const host = fc.nat(60)

/** One frame of the kinds that the detectors look at, between few stations so that they meet. */
const frame = fc.tuple(mac, mac, host, host, fc.nat(10)).map(([from, to, a, b, kind]) => {
  const ends = { sourceMac: from, destinationMac: to, sourceIp: `10.0.0.${a}`, destinationIp: `10.0.0.${b}` }
  const ends6 = {
    ...ends,
    destinationMac: '33:33:00:00:00:01',
    sourceIp: `fe80::${a + 1}`,
    destinationIp: 'ff02::1',
  }
  const target = `2001:db8::${b + 1}`
  const serverId = ipBytes(`10.0.0.${b}`)
  switch (kind) {
    case 0:
      return encodeArpRequest(from, ends.sourceIp, ends.destinationIp)
    case 1:
      return tcpFrame(ends, 40_000, b + 1, a & 0x3f)
    case 2:
      return encodeEchoRequest(ends, { identifier: 1, sequence: a })
    case 3:
      return dhcpFrame(ends, {
        operation: 1,
        messageType: 1 + (a % 8),
        clientMac: to,
        options: [[54, serverId]],
      })
    case 4: {
      const options: [number, Uint8Array][] = [
        [54, serverId],
        [3, serverId],
      ]
      return dhcpFrame(ends, { operation: 2, messageType: 2, clientMac: to, yourIp: `10.0.0.${a}`, options })
    }
    case 5: {
      const options = [sourceLinkOption(from), prefixOption(`2001:db8:${b}::`)]
      return routerAdvertisement(ends6, { flags: (a % 4) * 8, lifetimeSeconds: (b % 2) * 1800, options })
    }
    case 6:
      return bareNeighborSolicitation({ ...ends6, sourceIp: '::' }, target)
    case 8: {
      const options = [dhcpv6Option(1, linkLayerDuid(to)), dhcpv6Option(2, linkLayerDuid(from))]
      if (a % 2 === 0) options.push(dhcpv6Address(target), dhcpv6Option(23, ipBytes(ends6.sourceIp)))
      return dhcpv6Frame(ends6, 1 + (b % 8), options)
    }
    case 9: {
      const header = [58, 0, ...u16(b % 2), ...u32(a)]
      return encodeIpv6(ends6, 44, concat(header, [134, 0, 0, 0], new Uint8Array(12)), 255)
    }
    case 7:
      return neighborAdvertisement(ends6, target, 0x20, from)
    default:
      return bpduFrame(from, a * 1024, to)
  }
})
const traffic = fc.array(fc.record({ frame, pauseMs: fc.nat(3000), cut: fc.nat(400) }), { maxLength: 120 })

/** The highest severity of each alert, until every verdict that waits for more is given. */
function run(frames: { frame: Uint8Array; atMs: number }[]): Map<string, number> {
  const engine = createDetectionEngine(NO_CONTEXT, {
    learningMs: 0,
    activeVerification: false,
    allowedScanners: [],
  })
  const highest = new Map<string, number>()
  const take = () => {
    for (const { alert } of engine.drain().alerts) {
      const key = `${alert.kind} ${alert.ip} ${claimantMacs(alert.parties)[0]}`
      highest.set(key, Math.max(highest.get(key) ?? 0, SEVERITIES.indexOf(alert.severity)))
    }
  }
  for (const { frame: bytes, atMs } of frames) {
    engine.tick(atMs)
    engine.observe(packetOf(bytes, atMs))
    take()
  }
  const endMs = frames.at(-1)?.atMs ?? 0
  for (let second = 1; second <= 30; second++) {
    engine.tick(endMs + second * 1000)
    take()
  }
  return highest
}

function timed(steps: { frame: Uint8Array; pauseMs: number }[]): { frame: Uint8Array; atMs: number }[] {
  let atMs = 1_700_000_000_000
  return steps.map(({ frame: bytes, pauseMs }) => {
    atMs += pauseMs
    return { frame: bytes, atMs }
  })
}

test('any order and any cut of frames is survived', () => {
  fc.assert(
    fc.property(traffic, (steps) => {
      run(timed(steps.map(({ frame: bytes, pauseMs, cut }) => ({ frame: bytes.slice(0, cut), pauseMs }))))
      run(timed([...steps].reverse()))
    }),
    { numRuns: 60 },
  )
})

test('a mirror that shows every frame twice raises nothing more', () => {
  fc.assert(
    fc.property(traffic, (steps) => {
      const once = timed(steps.map(({ frame: bytes, pauseMs }) => ({ frame: bytes, pauseMs: pauseMs + 5 })))
      const twice = once.flatMap((step) => [step, { ...step, atMs: step.atMs + 0.5 }])
      const before = run(once)
      for (const [key, severity] of run(twice)) expect([key, before.get(key)]).toEqual([key, severity])
    }),
    { numRuns: 60 },
  )
})

test('a clock that is set back is survived', () => {
  fc.assert(
    fc.property(traffic, (steps) => {
      const forward = timed(steps)
      run([...forward, ...forward.map((step) => ({ ...step, atMs: step.atMs - 86_400_000 }))])
    }),
    { numRuns: 30 },
  )
})
