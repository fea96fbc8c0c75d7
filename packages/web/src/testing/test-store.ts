/** A store in a temporary directory, and daemon events for it. */

import { NO_TEXT } from '@netwatcher/shared'
import type { DeviceKey } from '../contract/devices.js'
import type {
  DaemonEvent,
  EventPayload,
  Host,
  ScanSummary,
  SensorAlert,
  TrafficRow,
} from '../daemon/types.js'
import { DEFAULT_SITE_ID } from '../storage/site-repository.js'
import { openStore, type Store } from '../storage/store.js'
import { prepareMigrated } from './migrated-state.js'
import { temporaryDirectory } from './temporary-directory.js'

export const SENSOR = { daemonId: 'd'.repeat(32), interface: 'eth0' }
export const SOURCE = { siteId: DEFAULT_SITE_ID, daemonId: SENSOR.daemonId, name: 'default' }
export const BOOT = 'b'.repeat(32)

export async function createTestStore(): Promise<AsyncDisposable & { store: Store; stateDir: string }> {
  const directory = await temporaryDirectory()
  await prepareMigrated(directory.path)
  const store = await openStore({ stateDir: directory.path, nowMs: Date.now })
  return {
    store,
    stateDir: directory.path,
    async [Symbol.asyncDispose]() {
      await store.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** As a person names it. */
export async function rename({ inventory }: Store, key: DeviceKey, name: string): Promise<void> {
  const id = await inventory.idOf(key)
  const change = { patch: { name }, addTags: [], removeTags: [] }
  await inventory.change({ ids: [id ?? 0] }, change, { atMs: 0, source: 'person' })
}

/** With no room the next page that the database needs is SQLITE_FULL. */
export async function setRoom({ database }: Store, room: 'none' | 'plenty'): Promise<void> {
  const pages = room === 'none' ? 1 : 1_000_000_000
  await database.writes.runOutside((manager) => manager.query(`PRAGMA max_page_count = ${pages}`))
}

export function event(sequence: number, payload: EventPayload, bootId = BOOT): DaemonEvent {
  return { position: { bootId, sequence }, atMs: 1_800_000_000_000 + sequence, payload }
}

export function trafficOf(
  rows: Partial<TrafficRow>[],
  startMs = 1_800_000_000_000,
  sensor = SENSOR,
): EventPayload {
  const full = rows.map((row) => ({
    deviceMac: 'aa:bb:cc:dd:ee:01',
    deviceIp: '192.168.1.10',
    remoteIp: '8.8.8.8',
    protocol: 17,
    servicePort: 53,
    vlan: 0,
    txBytes: 100,
    rxBytes: 200,
    txPackets: 1,
    rxPackets: 2,
    isSecondView: false,
    ...row,
  }))
  const counters = { durationMs: 1000, otherBytes: 0, otherPackets: 0, dropped: 0 }
  return { kind: 'traffic', bucket: { sensor, startMs, rows: full, ...counters } }
}

export function hostOf(ip: string, mac: string, change: Partial<Host> = {}): Host {
  const seen = { evidence: 'arp_solicited' as const, seenMs: 1_800_000_000_000 }
  return {
    sensor: SENSOR,
    ip,
    mac,
    ...seen,
    isSelf: false,
    isGateway: false,
    isDisputed: false,
    vlan: 0,
    ...change,
  }
}

/** A complete scan of 10.0.0.0/24. */
export function scanSummary(change: Partial<ScanSummary> = {}): ScanSummary {
  return {
    method: 'arp',
    details: [],
    found: 0,
    total: 254,
    sent: 254,
    durationMs: 1,
    targets: ['10.0.0.0/24'],
    vlan: 0,
    isComplete: true,
    interfaces: [],
    ...change,
  }
}

export function alertOf(change: Partial<SensorAlert> = {}): SensorAlert {
  return {
    id: 'a'.repeat(32),
    sensor: SENSOR,
    kind: 'arp_spoof',
    severity: 'warning',
    state: 'active',
    ip: '192.168.1.1',
    vlan: 0,
    parties: [{ role: 'suspect', mac: 'aa:bb:cc:dd:ee:66', ip: '', certainty: 'likely' }],
    expected: NO_TEXT,
    seen: NO_TEXT,
    reasonsFor: [],
    reasonsAgainst: [],
    verifications: [],
    advice: NO_TEXT,
    firstSeenMs: 1_800_000_000_000,
    lastSeenMs: 1_800_000_000_000,
    count: 1,
    evidenceBytes: 0,
    ...change,
  }
}

/** Bytes over all levels of a table family, after folding what has just arrived. */
export async function sumOf(store: Store, family: 'traffic' | 'usage', where = '1 = 1'): Promise<number> {
  await store.traffic.fold()
  const levels = ['minute', 'hour', 'day']
    .map((level) => `SELECT * FROM ${family}_${level}`)
    .join(' UNION ALL ')
  const [row] = await store.database.read.query(
    `SELECT coalesce(sum(tx_bytes + rx_bytes), 0) AS bytes FROM (${levels}) WHERE ${where}`,
  )
  return row.bytes
}

/** Conversations with 8.8.8.8, 65 536 of each protocol; the nth has sent n bytes. */
export async function fillFlows({ database }: Store, count: number): Promise<void> {
  await database.writes.run(async (manager) => {
    await manager.query("INSERT INTO address (id, network_id, ip) VALUES (1000, 1, '8.8.8.8')")
    await manager.query(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
       INSERT INTO flow (sensor_id, device_id, device_address_id, remote_id, protocol, port, tx_bytes, rx_bytes,
         tx_packets, rx_packets, first_seen_ms, last_seen_ms, bytes_rank, seen_rank)
       SELECT 0, 0, 1000, 1000, i >> 16, i & 65535, i, 0, 1, 0, 0, 1, CAST(8 * log2(1 + i) AS INTEGER), 1 FROM n`,
    )
  })
}
