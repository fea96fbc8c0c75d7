/**
 * Made-up traffic of many devices as the daemon would report it: plain domain
 * events for the web part's own ingest. Repeatable: no random numbers.
 */

import { NO_TEXT } from '../../packages/shared/dist/index.js'
import { applyEvents } from '../../packages/web/dist/ingest/apply.js'

/** @import { EventPayload, Host, NameSighting, ScanSummary } from '../../packages/web/dist/daemon/types.js' */
/** @import { Store } from '../../packages/web/dist/storage/store.js' */

export const DAEMON_ID = 'd'.repeat(32)
const SENSOR = { daemonId: DAEMON_ID, interface: 'eth0' }

const two = (number) => (number & 255).toString(16).padStart(2, '0')
export const macOf = (device) => `02:00:00:${two(device >> 16)}:${two(device >> 8)}:${two(device)}`
export const lanIp = (device) => `10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255}`
export const remoteIp = (remote) =>
  `${20 + (remote >> 24)}.${(remote >> 16) & 255}.${(remote >> 8) & 255}.${remote & 255}`

/** One traffic row of `device` with `remote`. */
export function trafficRow(device, remote, bytes) {
  return {
    deviceMac: macOf(device),
    deviceIp: lanIp(device),
    remoteIp: remoteIp(remote),
    protocol: remote % 4 === 0 ? 17 : 6,
    vlan: 0,
    servicePort: remote % 4 === 0 ? 53 : 443,
    txBytes: bytes,
    rxBytes: 9 * bytes,
    txPackets: 1 + (bytes >> 9),
    rxPackets: 1 + (bytes >> 7),
    isSecondView: false,
  }
}

/**
 * Of a scan by ARP that reached everybody and found so many.
 * @param {number} found
 * @returns {ScanSummary}
 */
export function scanSummary(found) {
  const counts = { found, total: found, sent: found, durationMs: 1000 }
  return { method: 'arp', isComplete: true, targets: [], vlan: 0, details: [], interfaces: [], ...counts }
}

/** Applies payloads one transaction each; keeps count of the sequence. */
export class Load {
  sequence = 0

  /** @param {Store} store */
  constructor(store) {
    this.store = store
  }

  /** @param {EventPayload[]} payloads */
  async apply(...payloads) {
    const events = payloads.map((payload) => ({
      position: { bootId: 'b'.repeat(32), sequence: ++this.sequence },
      atMs: Date.now(),
      payload,
    }))
    await applyEvents(this.store, { siteId: 1, daemonId: DAEMON_ID, name: 'default' }, events, Date.now())
  }

  async traffic(startMs, rows, durationMs = 10_000) {
    const none = { otherBytes: 0, otherPackets: 0, dropped: 0 }
    await this.apply({ kind: 'traffic', bucket: { sensor: SENSOR, startMs, durationMs, rows, ...none } })
  }

  async devices(count, seenMs) {
    /** @type {Host[]} */
    const hosts = Array.from({ length: count }, (_, device) => ({
      sensor: SENSOR,
      ip: lanIp(device),
      mac: macOf(device),
      evidence: 'arp_request',
      seenMs,
      isSelf: false,
      isGateway: false,
      isDisputed: false,
      vlan: 0,
    }))
    /** @type {NameSighting[]} */
    const names = hosts.map(({ ip, mac }, i) => ({ ip, mac, name: `host-${i}`, source: 'dhcp' }))
    await this.apply({ kind: 'observation', hosts, names, clues: [] })
  }

  async alerts(count, seenMs) {
    /** @type {EventPayload[]} */
    const payloads = Array.from({ length: count }, (_, i) => ({
      kind: 'alert',
      alert: {
        id: i.toString(16).padStart(32, '0'),
        sensor: SENSOR,
        kind: i % 3 ? 'new_device' : 'arp_spoof',
        severity: i % 3 ? 'info' : 'critical',
        state: i % 7 ? 'ended' : 'active',
        ip: lanIp(i),
        vlan: 0,
        parties: [{ role: 'suspect', mac: macOf(i), ip: lanIp(i), certainty: 'likely' }],
        expected: NO_TEXT,
        seen: NO_TEXT,
        reasonsFor: [],
        reasonsAgainst: [],
        verifications: [],
        advice: NO_TEXT,
        firstSeenMs: seenMs - i * 1000,
        lastSeenMs: seenMs - i * 500,
        count: 3,
        evidenceBytes: 0,
      },
    }))
    await this.apply(...payloads)
  }
}

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))]
}

/**
 * Rows of text cells in columns.
 * @param {string[]} header
 * @param {string[][]} rows
 */
export function formatTable(header, rows) {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const line = (cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd()
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
