/**
 * ARP whose sender hardware address is not the frame's source. Poisoning tools
 * that hide do this, and so do some honest devices: redundancy protocols
 * (RFC 2281 routers answer from their own MAC), the NAT of virtual machines,
 * load balancers and Wi-Fi repeaters. Alone it is worth a note, no more.
 */

import { text } from '@netwatcher/shared'
import { isClusterMember } from '../../wire/cluster-mac.js'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Learnt } from '../knowledge/learner.js'

/** QEMU's and VMware's user-mode NAT answer for their gateway with a second MAC of the same block. */
const NAT_PREFIXES = ['52:54:00:12:35:', '52:55:0a:00:02:', '00:50:56:']

export class SenderMismatchDetector implements BindingDetector {
  observe(packet: Packet, learnt: Learnt, context: BindingContext): void {
    if (packet.payload.type !== 'arp') return
    for (const { ip, mac, frameMac, evidence } of learnt.observed.claims) {
      if (mac === frameMac || evidence === 'ip_source') continue
      if (context.roles(mac).own || context.roles(frameMac).own) continue
      if (isClusterMember(frameMac, mac)) continue
      context.raise({
        kind: 'eth_arp_mismatch',
        claimer: mac,
        ip,
        severity: 'info',
        parties: [
          { role: 'suspect', mac: frameMac, ip: '', certainty: 'possible' },
          { role: 'holder', mac, ip, certainty: 'possible' },
        ],
        expected: text('expected_own_frames', { mac }),
        seen: text('seen_frame_of_other', { frame_mac: frameMac, mac, ip }),
        reasonsFor: [reason('sender_mismatch', { mac }, [context.frame()])],
        reasonsAgainst: explain(mac, frameMac, context),
        advice: text('advice_look_at_others'),
      })
    }
  }
}

function explain(mac: string, frameMac: string, context: BindingContext): FindingReason[] {
  const member = [mac, frameMac].find((candidate) => context.roles(candidate).fhrp)
  const isNat = NAT_PREFIXES.some((prefix) => mac.startsWith(prefix) && frameMac.startsWith(prefix))
  return [
    ...(member === undefined ? [] : [reason('fhrp_member', { mac: member })]),
    ...(isNat ? [reason('virtual_nat')] : []),
  ]
}
