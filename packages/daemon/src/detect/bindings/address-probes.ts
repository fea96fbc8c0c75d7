/**
 * Conflicts that a careful host finds by itself: its RFC 5227 probe is answered
 * and it takes another address (worth a note), or it declines a DHCP lease
 * because the address is in use (RFC 2131 section 3.1 step 5), which leaves a
 * squatter in the server's range.
 */

import type { TableStatus } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { FrameReference } from '../engine/detector.js'
import type { Learnt } from '../knowledge/learner.js'
import { BoundedMap } from '../tables/bounded-map.js'

interface AnsweredProbe {
  holderMac: string
  frames: FrameReference[]
}

export class AddressProbeDetector implements BindingDetector {
  /** Answered probes by VLAN, address and prober. */
  readonly #answered = new BoundedMap<AnsweredProbe>(1024)

  tables(): TableStatus[] {
    return [this.#answered.status('answered_probes')]
  }

  observe(packet: Packet, learnt: Learnt, context: BindingContext): void {
    this.#observeAnswer(packet, learnt, context)
    if (packet.payload.type === 'dhcpv4' && packet.payload.dhcp.messageType === 'decline') {
      const { clientMac, requestedIp } = packet.payload.dhcp
      if (requestedIp !== null) this.#raiseDeclined(requestedIp, clientMac, learnt.vlan, context)
    }
  }

  #observeAnswer(packet: Packet, { observed, vlan }: Learnt, context: BindingContext): void {
    const { answered } = observed
    const claim = observed.claims[0]
    // DAD has its own detector: there an answer to every solicitation is an attack of its own.
    if (packet.payload.type !== 'arp' || !answered?.isProbe || !claim) return
    if (claim.mac === answered.requesterMac) return
    const frames = [context.frame()]
    this.#answered.set(`${vlan}|${claim.ip}|${answered.requesterMac}`, { holderMac: claim.mac, frames })
    context.raise({
      kind: 'conflict_avoided',
      claimer: answered.requesterMac,
      ip: claim.ip,
      severity: 'info',
      macs: [answered.requesterMac, claim.mac],
      victim: { ip: claim.ip, mac: claim.mac },
      expected: `${claim.ip} is free.`,
      seen: `${answered.requesterMac} asked whether ${claim.ip} is free, and ${claim.mac} answered that it is not.`,
      reasonsFor: [
        { rule: 'probe_answered', text: 'An address probe (RFC 5227) was answered by another host.', frames },
      ],
      reasonsAgainst: [],
      advice: 'Nothing: the device that asked takes another address.',
    })
  }

  #raiseDeclined(ip: string, clientMac: string, vlan: string, context: BindingContext): void {
    const answered = this.#answered.peek(`${vlan}|${ip}|${clientMac}`)
    const holder = answered?.holderMac ?? context.bindings.owner(ip)?.mac ?? null
    const isHeldByOther = holder !== null && holder !== clientMac
    // Where this machine holds the address, the alert is about who wanted it too.
    const claimer = holder === null || context.roles(holder).own ? clientMac : holder
    const reasonsFor = [
      { rule: 'dhcp_decline', text: `${clientMac} declined a lease of ${ip}.`, frames: [context.frame()] },
    ]
    if (answered)
      reasonsFor.push({
        rule: 'probe_answered',
        text: 'Its address probe was answered.',
        frames: answered.frames,
      })
    context.raise({
      kind: 'ip_conflict',
      claimer,
      ip,
      severity: 'warning',
      macs: isHeldByOther ? [claimer, claimer === holder ? clientMac : holder] : [clientMac],
      victim: { ip, mac: clientMac },
      expected: `${ip} is free for the DHCP server to give.`,
      seen: `${clientMac} refused ${ip}, which the DHCP server had offered, because it is in use.`,
      reasonsFor,
      reasonsAgainst: [],
      advice: 'Find the device with a fixed address inside the DHCP range and move it out of the range.',
    })
  }
}
