/** The words of a verdict about a disputed address: what was expected, what was seen, what to do. */

import type { AlertKind, Severity } from '@netwatcher/shared'
import type { Finding } from '../engine/detector.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import type { Claim } from '../knowledge/claim.js'
import type { Judgement } from './judge.js'

/** Sum of weights from which it is called an attack and not a suspicion. */
const ACCUSATION = 3

export const SPOOF_KINDS = ['arp_spoof', 'gateway_spoof', 'ndp_spoof'] as const

function common(record: AddressRecord, accused: Claim, rivals: Claim[], judgement: Judgement) {
  const holder = record.owner && record.owner !== accused ? record.owner : rivals[0]
  return {
    claimer: accused.mac,
    ip: record.ip,
    macs: [accused.mac, ...rivals.map((rival) => rival.mac)],
    victim: null,
    expected: holder ? `${record.ip} is at ${holder.mac}.` : `Only the holder of ${record.ip} speaks for it.`,
    seen: `${accused.mac} claims ${record.ip}.`,
    reasonsFor: judgement.reasonsFor,
    reasonsAgainst: judgement.reasonsAgainst,
  }
}

export function spoofFinding(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
): Finding {
  const base = common(record, accused, rivals, judgement)
  const isMany = judgement.reasonsFor.some((reason) => reason.rule === 'many_claimers')
  const victim = accused.told[accused.told.length - 1] ?? null
  const claimers = record.recentClaimers.map(({ mac }) => mac)
  const holder = record.owner?.mac
  const macs = isMany ? [...claimers.filter((mac) => mac !== holder), ...(holder ? [holder] : [])] : base.macs
  return {
    ...base,
    kind: spoofKind(record, judgement),
    claimer: isMany ? 'several' : accused.mac,
    severity: judgement.score >= ACCUSATION ? 'critical' : 'warning',
    macs,
    victim: victim && { ...victim },
    seen: victim
      ? `${accused.mac} tells ${victim.ip} (${victim.mac}) that it is ${record.ip}.`
      : `${accused.mac} tells everybody that it is ${record.ip}.`,
    advice:
      'Find the device with this MAC and disconnect it; until then the traffic of this address may be read or changed.',
  }
}

function spoofKind(record: AddressRecord, judgement: Judgement): AlertKind {
  if (record.ip.includes(':')) return 'ndp_spoof'
  return judgement.isGateway ? 'gateway_spoof' : 'arp_spoof'
}

export function conflictFinding(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
): Finding {
  return {
    ...common(record, accused, rivals, judgement),
    kind: 'ip_conflict',
    severity: judgement.isGateway ? 'critical' : 'warning',
    seen: `${[accused.mac, ...rivals.map((rival) => rival.mac)].join(' and ')} both use ${record.ip}.`,
    advice: 'Give one of the two devices another address; look for a fixed address inside the DHCP range.',
  }
}

export function multiHomedFinding(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
): Finding {
  return {
    ...common(record, accused, rivals, judgement),
    kind: 'multi_homed',
    severity: 'info',
    seen: `${[accused.mac, ...rivals.map((rival) => rival.mac)].join(' and ')} both answer for ${record.ip}.`,
    advice:
      'Nothing, if this is one machine with two network cards or a bond; otherwise two devices share an address.',
  }
}

export function failoverFinding(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
): Finding {
  return {
    ...common(record, accused, rivals, judgement),
    kind: 'fhrp_failover',
    severity: 'info',
    seen: `${accused.mac} took over ${record.ip}.`,
    advice: 'Nothing, if these machines back each other up.',
  }
}

export function changeFinding(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  judgement: Judgement,
): Finding {
  const kind: AlertKind = judgement.isGateway
    ? 'gateway_mac_changed'
    : accused.wasOwner
      ? 'flip_flop'
      : 'mac_changed'
  const severity: Severity = kind === 'gateway_mac_changed' ? 'warning' : 'info'
  return {
    ...common(record, accused, rivals, judgement),
    kind,
    severity,
    seen: `${accused.mac} has taken over ${record.ip}; the previous holder is silent.`,
    advice:
      kind === 'gateway_mac_changed'
        ? 'If nobody replaced the router, find out what this device is before you trust the network.'
        : 'Nothing, if the device or its network card was replaced.',
  }
}
