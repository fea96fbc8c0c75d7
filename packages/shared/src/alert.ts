/**
 * Alerts as every part of NetWatcher speaks of them. Kinds and severities are
 * stable identifiers; docs/DETECTION.md says how each is recognised.
 */

import type { Text } from './text.js'

export const ALERT_KINDS = [
  'arp_spoof',
  'gateway_spoof',
  'gateway_mac_changed',
  'mac_changed',
  'ip_conflict',
  'conflict_avoided',
  'flip_flop',
  'arp_scan',
  'host_sweep',
  'port_scan',
  'arp_storm',
  'mac_flood',
  'port_steal',
  'rogue_dhcp',
  'dhcp_starvation',
  'rogue_ra',
  'new_router',
  'ra_flood',
  'ndp_spoof',
  'dad_dos',
  'icmp_redirect',
  'stp_root_change',
  'malformed_arp',
  'malformed_nd',
  'eth_arp_mismatch',
  'new_device',
  'fhrp_failover',
  'multi_homed',
  'forwarding_host',
  'name_spoof',
  'dns_spoof',
  'fhrp_hijack',
  'dhcp_release_spoof',
  'wpad_offered',
  'decoy_touched',
  'watch_stopped',
  'drill',
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export const ROLES = ['suspect', 'holder', 'affected'] as const
/** Whose conduct it is about; who held the address first, or rightfully; who was lied to, scanned or loses traffic. */
export type Role = (typeof ROLES)[number]

export const CERTAINTIES = ['proven', 'likely', 'possible'] as const
/** Proven by frames or an active check; possible: an honest cause is as likely. */
export type Certainty = (typeof CERTAINTIES)[number]

/** What somebody is to an alert; `mac` or `ip` may be empty where it is not known, never both. */
export interface Party {
  role: Role
  mac: string
  ip: string
  certainty: Certainty
}

/** One named reason with the evidence frames (numbered from 1) that show it. */
export interface Reason extends Text {
  frames: number[]
}

/** Asked for an address it claims; shown a packet that is not for it; asked for a name that was made up. */
export const VERIFICATION_METHODS = ['unicast_who_has', 'forwarding_probe', 'name_probe'] as const
export type VerificationMethod = (typeof VERIFICATION_METHODS)[number]

export interface Verification {
  method: VerificationMethod
  target: { ip: string; mac: string }
  result: 'answered' | 'silent' | 'forwarded'
  atMs: number
}

/** What a check found, as something to say. */
export function verificationText({ method, target, result }: Verification): Text {
  return { rule: `${method}_${result}`, params: { ...target } }
}

export interface Alert {
  /** 32 hexadecimal digits, stable over all updates. */
  id: string
  kind: AlertKind
  severity: Severity
  state: 'active' | 'ended'
  /** The address in question; empty where no single one is. */
  ip: string
  /** VLAN identifier (IEEE 802.1Q); 0 when untagged. */
  vlan: number
  /** Suspects first, then holders, then the affected; the most certain of a role first. */
  parties: Party[]
  expected: Text
  seen: Text
  reasonsFor: Reason[]
  reasonsAgainst: Reason[]
  verifications: Verification[]
  advice: Text
  /** Milliseconds since 1970-01-01 UTC. */
  firstSeenMs: number
  lastSeenMs: number
  /** Frames or events folded into it. */
  count: number
}

/** MACs of suspects and holders, each once: who claims the address, or acted. */
export function claimantMacs(parties: readonly Party[]): string[] {
  const macs = parties.filter(({ role, mac }) => role !== 'affected' && mac !== '').map(({ mac }) => mac)
  return [...new Set(macs)]
}

/** The first of those affected; null when there is none. */
export function firstAffected(parties: readonly Party[]): { ip: string; mac: string } | null {
  const party = parties.find(({ role }) => role === 'affected')
  return party ? { ip: party.ip, mac: party.mac } : null
}
