/**
 * ARP whose sender hardware address is not the frame's source. Poisoning tools
 * that hide do this, and so do some honest devices: redundancy protocols
 * (RFC 2281 routers answer from their own MAC), the NAT of virtual machines,
 * load balancers and Wi-Fi repeaters. Alone it is worth a note, no more.
 */

import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { FindingReason } from '../engine/detector.js'
import type { Learnt } from '../knowledge/learner.js'

/** QEMU's and VMware's user-mode NAT answer for their gateway with a second MAC of the same block. */
const NAT_PREFIXES = ['52:54:00:12:35:', '52:55:0a:00:02:', '00:50:56:']

export class SenderMismatchDetector implements BindingDetector {
  observe(packet: Packet, learnt: Learnt, context: BindingContext): void {
    if (packet.payload.type !== 'arp') return
    for (const { ip, mac, frameMac, evidence } of learnt.observed.claims) {
      if (mac === frameMac || evidence === 'ip_source' || context.roles(frameMac).own) continue
      context.raise({
        kind: 'eth_arp_mismatch',
        claimer: mac,
        ip,
        severity: 'info',
        macs: [mac, frameMac],
        victim: null,
        expected: `A frame that speaks for ${mac} comes from ${mac}.`,
        seen: `${frameMac} sent an ARP message in which ${mac} claims ${ip}.`,
        reasonsFor: [
          {
            rule: 'sender_mismatch',
            text: `The Ethernet source is ${frameMac}, the ARP sender ${mac}.`,
            frames: [context.frame()],
          },
        ],
        reasonsAgainst: explain(mac, frameMac, context),
        advice: 'Nothing by itself; look at other alerts about these two MACs.',
      })
    }
  }
}

function explain(mac: string, frameMac: string, context: BindingContext): FindingReason[] {
  const reasons: FindingReason[] = []
  if (context.roles(mac).fhrp || context.roles(frameMac).fhrp)
    reasons.push({
      rule: 'fhrp_member',
      text: 'A redundancy protocol answers for a virtual MAC.',
      frames: [],
    })
  if (NAT_PREFIXES.some((prefix) => mac.startsWith(prefix) && frameMac.startsWith(prefix)))
    reasons.push({
      rule: 'virtual_nat',
      text: 'Both MACs belong to the NAT of a virtual machine.',
      frames: [],
    })
  return reasons
}
