/**
 * Denial of duplicate address detection (RFC 4862 section 5.4, RFC 3756
 * section 4.1.3): somebody answers "taken" to every address that a host wants,
 * so that it gets none. An address with 64 random bits, or one made from the
 * host's own MAC, is never taken by chance.
 */

import { isUnspecifiedIp, MINUTE_MS, macBytes, parseIpBytes, SECOND_MS, text } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FindingReason, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow } from '../tables/windows.js'

/** RFC 4862: a host waits RetransTimer (1 s) after its last probe; some send up to 3. */
const TENTATIVE_MS = 4 * SECOND_MS
/** Real duplicates come one at a time. */
const SEVERAL = { windowMs: 10 * MINUTE_MS, targets: 2 }
const MAX_TENTATIVE = 2048

interface Tentative {
  mac: string
  sinceMs: number
  frame: FrameReference
  /** Another station already had the address when the host asked. */
  wasTaken: boolean
}

export function createDadDosDetector(): Detector {
  const tentative = new BoundedMap<Tentative>(MAX_TENTATIVE)
  const denied = new DistinctWindow(SEVERAL.windowMs, MAX_TENTATIVE)
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type !== 'icmpv6') return
      const { icmp, ip } = payload
      if (icmp.kind === 'neighbor_solicitation' && isUnspecifiedIp(ip.source))
        observeProbe(tentative, denied, icmp.target, packet, context)
      else if (icmp.kind === 'neighbor_advertisement')
        observeDenial(tentative, denied, icmp.target, packet, context)
    },
  }
}

function observeProbe(
  tentative: BoundedMap<Tentative>,
  denied: DistinctWindow,
  target: string,
  packet: Packet,
  context: DetectorContext,
): void {
  const key = `${context.vlan}|${target}`
  const mac = packet.ethernet.sourceMac
  const known = tentative.peek(key)
  if (known !== undefined && context.nowMs - known.sinceMs <= TENTATIVE_MS) {
    // RFC 4862 section 5.4.3: somebody else's probe for the same address makes a host give it up as well.
    observeDenial(tentative, denied, target, packet, context)
    return
  }
  const wasTaken = context.bindings
    .claims(target)
    .some((claim) => claim.mac !== mac && claim.lastMs < context.nowMs)
  tentative.set(key, { mac, sinceMs: context.nowMs, frame: context.frame(), wasTaken })
}

function observeDenial(
  tentative: BoundedMap<Tentative>,
  denied: DistinctWindow,
  target: string,
  packet: Packet,
  context: DetectorContext,
): void {
  const probe = tentative.peek(`${context.vlan}|${target}`)
  const mac = packet.ethernet.sourceMac
  const { nowMs } = context
  if (probe === undefined || nowMs - probe.sinceMs > TENTATIVE_MS || probe.mac === mac) return
  // The holder of a real duplicate answers once the address was in use by it before.
  if (probe.wasTaken) return
  const count = denied.add(target, nowMs)
  const reasonsFor = weigh(target, probe, mac, count, context)
  context.raise(
    finding({
      kind: 'dad_dos',
      severity: reasonsFor.length > 1 ? 'critical' : 'warning',
      claimer: probe.mac,
      parties: [
        suspect(mac, reasonsFor.length > 1 ? 'likely' : 'possible'),
        affected(probe.mac, 'proven', target),
      ],
      ip: target,
      expected: text('expected_unused_address', { ip: target }),
      seen: text('seen_address_denied', { mac, ip: target, affected_mac: probe.mac }),
      reasonsFor,
      advice: text('advice_dad_dos'),
    }),
  )
}

function weigh(
  target: string,
  probe: Tentative,
  mac: string,
  count: number,
  context: DetectorContext,
): FindingReason[] {
  const figures = { mac, ip: target, affected_mac: probe.mac }
  const reasons = [reason('tentative_address_denied', figures, [probe.frame, context.frame()])]
  if (count >= SEVERAL.targets) reasons.push(reason('several_addresses_denied', { count }))
  if (isMadeFromMac(target, probe.mac))
    reasons.push(reason('made_from_own_mac', { ip: target, mac: probe.mac }))
  else if (hasRandomInterfaceId(target)) reasons.push(reason('random_interface_id', { ip: target }))
  return reasons
}

/** Modified EUI-64 (RFC 4291 appendix A). */
function isMadeFromMac(ip: string, mac: string): boolean {
  const bytes = parseIpBytes(ip)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac)
  const eui64 = [a ^ 2, b, c, 0xff, 0xfe, d, e, f]
  return bytes?.length === 16 && eui64.every((byte, i) => byte === bytes[8 + i])
}

/** Not one that a person wrote or a DHCPv6 server counted: those have zeros in the upper half. */
function hasRandomInterfaceId(ip: string): boolean {
  const bytes = parseIpBytes(ip)
  return bytes?.length === 16 && bytes.subarray(8, 12).filter((byte) => byte !== 0).length >= 3
}
