/**
 * Conflicts that a careful host finds by itself: its RFC 5227 probe is answered
 * and it takes another address (worth a note), or it declines a DHCP lease
 * because the address is in use (RFC 2131 section 3.1 step 5), which leaves a
 * squatter in the server's range.
 */

import { MINUTE_MS, type Party, type TableStatus, text } from '@netwatcher/shared'
import type { Packet } from '../../wire/packet.js'
import type { BindingContext, BindingDetector } from '../engine/binding-context.js'
import type { FrameReference } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Learnt } from '../knowledge/learner.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow } from '../tables/windows.js'

/** A range has one squatter or two. */
const MOST_UNHELD = 3
const UNHELD_MS = 10 * MINUTE_MS

interface AnsweredProbe {
  holderMac: string
  frames: FrameReference[]
}

export class AddressProbeDetector implements BindingDetector {
  /** Declined addresses for which nobody was seen to answer. */
  readonly #unheld = new DistinctWindow(UNHELD_MS, 64)
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
    const seen = { mac: answered.requesterMac, holder_mac: claim.mac, ip: claim.ip }
    context.raise({
      kind: 'conflict_avoided',
      claimer: answered.requesterMac,
      ip: claim.ip,
      severity: 'info',
      parties: [
        { role: 'suspect', mac: answered.requesterMac, ip: '', certainty: 'possible' },
        { role: 'holder', mac: claim.mac, ip: claim.ip, certainty: 'likely' },
      ],
      expected: text('expected_free', { ip: claim.ip }),
      seen: text('seen_probe_answered', seen),
      reasonsFor: [reason('probe_answered', { mac: answered.requesterMac, ip: claim.ip }, frames)],
      reasonsAgainst: [],
      advice: text('advice_takes_another_address'),
    })
  }

  #raiseDeclined(ip: string, clientMac: string, vlan: string, context: BindingContext): void {
    const answered = this.#answered.peek(`${vlan}|${ip}|${clientMac}`)
    // One after the other and none with a holder in view: starvation, which has an alert of its own.
    if (!answered && this.#unheld.add(ip, context.nowMs) > MOST_UNHELD) return
    const holder = answered?.holderMac ?? context.bindings.owner(ip)?.mac ?? null
    const client = { mac: clientMac, ip }
    const reasonsFor = [reason('dhcp_decline', client, [context.frame()])]
    if (answered) reasonsFor.push(reason('probe_answered', client, answered.frames))
    // Where this machine holds the address, the alert is about who wanted it too.
    const isOurs = holder !== null && context.roles(holder).own
    context.raise({
      kind: 'ip_conflict',
      claimer: isOurs ? clientMac : (holder ?? clientMac),
      ip,
      severity: 'warning',
      parties: [
        ...holderParties(ip, clientMac, holder),
        {
          role: isOurs ? 'suspect' : 'affected',
          mac: clientMac,
          ip,
          certainty: isOurs ? 'possible' : 'proven',
        },
      ],
      expected: text('expected_free_for_dhcp', { ip }),
      seen: text('seen_lease_declined', client),
      reasonsFor,
      reasonsAgainst: [],
      advice: text('advice_fixed_address_in_range'),
    })
  }
}

/** Whoever has the address held it first, and the client that was given it has to go without. */
function holderParties(ip: string, clientMac: string, holder: string | null): Party[] {
  if (holder === null || holder === clientMac) return []
  return [{ role: 'holder', mac: holder, ip, certainty: 'likely' }]
}
