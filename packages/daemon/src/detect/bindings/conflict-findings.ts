/** A verdict about a disputed address as a finding: its kind, who is what to it, and which sentences say it. */

import { type AlertKind, type Certainty, type Party, type Text, text } from '@netwatcher/shared'
import type { Finding } from '../engine/detector.js'
import type { Claim } from '../knowledge/claim.js'
import { vlanId } from '../knowledge/views.js'
import type { Facts } from './facts.js'
import { has, type Verdict } from './verdict.js'

export const SPOOF_KINDS = ['arp_spoof', 'gateway_spoof', 'ndp_spoof'] as const

type Particular = Pick<Finding, 'kind' | 'severity' | 'seen' | 'advice'> & Partial<Finding>

function conflict(verdict: Verdict, particular: Particular): Finding {
  const { facts, reasonsFor, reasonsAgainst } = verdict
  const { record, claim } = facts
  return {
    claimer: claim.mac,
    ip: record.ip,
    vlan: vlanId(record.vlan),
    parties: [suspect(claim.mac, claim.ip, 'possible'), ...holderParties(verdict)],
    expected: expectation(facts),
    reasonsFor,
    reasonsAgainst,
    ...particular,
  }
}

export function spoofFinding(verdict: Verdict): Finding {
  const { facts, reasonsFor } = verdict
  const { record, claim } = facts
  const isMany = has(reasonsFor, 'many_claimers')
  const recipient = claim.recipients[claim.recipients.length - 1]
  const certainty = verdict.isProven ? 'proven' : 'likely'
  const macs = isMany ? recentClaimants(facts) : [claim.mac]
  return conflict(verdict, {
    kind: spoofKind(facts),
    claimer: isMany ? 'several' : claim.mac,
    severity: verdict.isAttack ? 'critical' : 'warning',
    parties: [
      ...macs.map((mac) => suspect(mac, record.ip, isMany ? 'likely' : certainty)),
      ...holderParties(verdict).filter(({ mac }) => !macs.includes(mac)),
      ...claim.recipients.map(({ ip, mac }): Party => ({ role: 'affected', mac, ip, certainty })).reverse(),
    ],
    seen: recipient
      ? text('seen_claim_to_one', {
          mac: claim.mac,
          ip: record.ip,
          to_ip: recipient.ip,
          to_mac: recipient.mac,
        })
      : text('seen_claim_to_all', { mac: claim.mac, ip: record.ip }),
    advice: text('advice_disconnect_claimant'),
  })
}

/** Two hosts with one address. */
export function sameAddressFinding(verdict: Verdict): Finding {
  return conflict(verdict, {
    kind: 'ip_conflict',
    severity: verdict.facts.isGateway ? 'critical' : 'warning',
    seen: text('seen_both_use', claimantsOf(verdict.facts)),
    advice: text('advice_change_one_address'),
  })
}

export function multiHomedFinding(verdict: Verdict): Finding {
  return conflict(verdict, {
    kind: 'multi_homed',
    severity: 'info',
    seen: text('seen_both_answer', claimantsOf(verdict.facts)),
    advice: text('advice_one_machine_or_two'),
  })
}

export function failoverFinding(verdict: Verdict): Finding {
  const { record, claim } = verdict.facts
  return conflict(verdict, {
    kind: 'fhrp_failover',
    severity: 'info',
    seen: text('seen_failover', { mac: claim.mac, ip: record.ip }),
    advice: text('advice_backup_machines'),
  })
}

export function changeFinding(verdict: Verdict): Finding {
  const { record, claim, isGateway } = verdict.facts
  return conflict(verdict, {
    kind: changeKind(verdict.facts),
    severity: isGateway ? 'warning' : 'info',
    seen: text('seen_new_holder', { mac: claim.mac, ip: record.ip }),
    advice: text(isGateway ? 'advice_router_replaced' : 'advice_card_replaced'),
  })
}

function spoofKind({ record, isGateway }: Facts): AlertKind {
  if (record.ip.includes(':')) return 'ndp_spoof'
  return isGateway ? 'gateway_spoof' : 'arp_spoof'
}

function changeKind({ claim, isGateway }: Facts): AlertKind {
  if (isGateway) return 'gateway_mac_changed'
  return claim.wasOwner ? 'flip_flop' : 'mac_changed'
}

function expectation(facts: Facts): Text {
  const { ip } = facts.record
  const holder = firstHolder(facts)
  return holder ? text('expected_holder', { ip, mac: holder.mac }) : text('expected_only_holder', { ip })
}

/** Who held the address first, as far as it was seen. */
function firstHolder({ record, claim, holders }: Facts): Claim | undefined {
  return record.owner && record.owner !== claim ? record.owner : holders[0]
}

function claimantsOf({ record, claim, holders }: Facts) {
  return { ip: record.ip, macs: [claim, ...holders].map(({ mac }) => mac) }
}

function recentClaimants({ record }: Facts): string[] {
  return record.recentClaimers.map(({ mac }) => mac).filter((mac) => mac !== record.owner?.mac)
}

function suspect(mac: string, ip: string, certainty: Certainty): Party {
  return { role: 'suspect', mac, ip, certainty }
}

function holderParties({ facts }: Verdict): Party[] {
  const first = firstHolder(facts)
  const others = facts.holders.filter((holder) => holder !== first)
  return [...(first ? [first] : []), ...others].map((holder) => ({
    role: 'holder',
    mac: holder.mac,
    ip: holder.ip,
    certainty: holder === first ? holderCertainty(holder, facts) : 'possible',
  }))
}

/** Configured to be at this machine or pinned: nobody has to guess. */
function holderCertainty({ mac, isOwn }: Claim, { pinnedMac }: Facts): Certainty {
  return isOwn || mac === pinnedMac ? 'proven' : 'likely'
}
