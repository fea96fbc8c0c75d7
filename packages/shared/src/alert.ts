/**
 * Alerts as every part of NetWatcher speaks of them. Kinds and severities are
 * stable identifiers; docs/DETECTION.md says how each is recognised.
 */

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
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** One named reason with the evidence frames (numbered from 1) that show it. */
export interface Reason {
  rule: string
  text: string
  frames: number[]
}

export interface Verification {
  method: 'unicast_who_has' | 'forwarding_probe'
  target: { ip: string; mac: string }
  result: 'answered' | 'silent' | 'forwarded'
  text: string
  atMs: number
}

export interface Alert {
  /** 32 hexadecimal digits, stable over all updates. */
  id: string
  kind: AlertKind
  severity: Severity
  state: 'active' | 'ended'
  /** The address in question; empty where no single one is. */
  ip: string
  /** The claimants, the one the alert is about first. */
  macs: string[]
  victim: { ip: string; mac: string } | null
  expected: string
  seen: string
  reasonsFor: Reason[]
  reasonsAgainst: Reason[]
  verifications: Verification[]
  advice: string
  /** Milliseconds since 1970-01-01 UTC. */
  firstSeenMs: number
  lastSeenMs: number
  /** Frames or events folded into it. */
  count: number
}
