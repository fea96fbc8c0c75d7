/**
 * The scan of one interface as its caller and the journal see it: every host
 * once, with what the daemon knows of it, the machine itself among them; and a
 * summary in any case, also when the sensor was lost on the way.
 */

import { cidrContains, errorMessage, NetWatcherError, parseCidr, type Text, text } from '@netwatcher/shared'
import type { HostFound, HostSeen } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanProgress, ScanSummary } from '../model/scan.js'
import type { Scans, ScanWish } from './scans.js'

/** A /16, and IPv6 neighbours beside. */
const MOST_HOSTS = 100_000

export interface InterfaceScanDependencies {
  scans: Pick<Scans, 'start'>
  facts(interfaceName: string): InterfaceFacts | null
  /** A host with what the daemon itself knows of it. */
  found(interfaceName: string, host: HostSeen): HostFound
  /** A scan has ended. */
  onScanned(interfaceName: string, summary: ScanSummary, hosts: HostFound[]): void
  /** Milliseconds since 1970-01-01 UTC, which may be set during a scan. */
  nowMs(): number
  /** For durations. */
  monotonicMs(): number
}

export interface InterfaceScanListener {
  onHost(host: HostFound): void
  onProgress(interfaceName: string, progress: ScanProgress): void
}

export interface InterfaceScan {
  /** With the error that ended it; null when none did. Never rejects. */
  ended: Promise<{ summary: ScanSummary; error: unknown }>
  cancel(): void
}

/** Throws when the scan is not allowed. */
export function startInterfaceScan(
  deps: InterfaceScanDependencies,
  wish: ScanWish,
  listener: InterfaceScanListener,
): InterfaceScan {
  const { interfaceName } = wish
  const startedMs = deps.monotonicMs()
  const hosts = new Map<string, HostFound>()
  const addHost = (host: HostSeen) => {
    const key = `${host.ip} ${host.mac}`
    // More than were asked and could answer are no hosts.
    if (hosts.has(key) || hosts.size >= MOST_HOSTS) return
    const found = deps.found(interfaceName, host)
    hosts.set(key, found)
    listener.onHost(found)
  }
  const scan = deps.scans.start(wish, (step) => {
    if (step.type === 'host') addHost(step.host)
    else if (step.type === 'progress') listener.onProgress(interfaceName, step.progress)
  })
  // The machine itself does not answer its own questions.
  for (const host of ownHosts(deps.facts(interfaceName), wish.targets, deps.nowMs())) addHost(host)
  const tell = (summary: ScanSummary) => {
    // IPv6 hosts and the machine itself are found without having been asked for.
    const whole = { ...summary, found: hosts.size, total: Math.max(summary.total, hosts.size) }
    deps.onScanned(interfaceName, whole, [...hosts.values()])
    return whole
  }
  const ended = scan.done.then(
    (summary) => ({ summary: tell(summary), error: null }),
    (error: unknown) => {
      const durationMs = deps.monotonicMs() - startedMs
      return { summary: tell(brokenSummary(interfaceName, error, durationMs)), error }
    },
  )
  return { ended, cancel: scan.cancel }
}

function ownHosts(facts: InterfaceFacts | null, targets: readonly string[], seenMs: number): HostSeen[] {
  const cidrs = targets.map((target) => parseCidr(target, { allowHostBits: true }))
  const isWanted = (ip: string) =>
    targets.length === 0 || cidrs.some((cidr) => cidr && cidrContains(cidr, ip))
  const own = facts?.addresses.filter(({ ip }) => isWanted(ip)) ?? []
  return own.map(({ ip }) => ({ ip, mac: facts?.mac ?? '', evidence: 'own' as const, seenMs, vlan: 0 }))
}

function brokenSummary(interfaceName: string, error: unknown, durationMs: number): ScanSummary {
  return {
    method: 'arp',
    details: [whatBroke(interfaceName, error)],
    found: 0,
    total: 0,
    sent: 0,
    durationMs,
    targets: [],
    vlan: 0,
    isComplete: false,
  }
}

function whatBroke(interfaceName: string, error: unknown): Text {
  const isLost = error instanceof NetWatcherError && error.reason === 'SENSOR_LOST'
  if (isLost) return text('scan_sensor_lost', { interface: interfaceName })
  return text('scan_failed', { interface: interfaceName, error: errorMessage(error) })
}
