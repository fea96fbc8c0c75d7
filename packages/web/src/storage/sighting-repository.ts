/**
 * What was seen of devices, written in the ingest's transaction, one statement
 * per table for all of them.
 */

import { cleanName } from '@netwatcher/shared'
import type { EntityManager } from 'typeorm'
import type { FinishedScan, Host, NameSighting } from '../daemon/types.js'
import { type Claim, settleClaims } from './address-claims.js'
import { admit } from './admission.js'
import { noteChanges } from './change-log.js'
import { noteDomains } from './domains.js'
import type { Interner } from './intern.js'
import { macOf } from './keys.js'
import { type Addressed, missedBy } from './missed-scan.js'
import { beginBlind } from './presence-repository.js'

/** Fewer devices may well have left together. */
const LEAST_SILENT = 3

/** How the hosts were found: who answered a scan is there, whatever else is going on. */
export type Found = 'seen' | 'by_scan'

export class SightingRepository {
  constructor(private readonly interner: Interner) {}

  /** Hosts of one sensor and VLAN. Those with a MAC become sightings of devices; others have no identity to keep. */
  async applyHosts(
    manager: EntityManager,
    siteId: number,
    hosts: readonly Host[],
    found: Found,
  ): Promise<void> {
    const first = hosts[0]
    if (!first) return
    const sensorId = await this.interner.sensorId(manager, siteId, first.sensor)
    const networkId = await this.interner.networkId(manager, siteId, sensorId, first.vlan)
    const sighted = hosts.filter((host) => host.mac !== null)
    const macs = sighted.map((host) => host.mac ?? '')
    const devices = await this.interner.deviceIds(manager, siteId, macs, sensorId, first.seenMs)
    const stations = sighted.flatMap((host, i) => {
      const deviceId = devices[i] ?? 0
      return deviceId === 0 ? [] : [{ deviceId, host }]
    })
    const addressed = stations.filter(({ host }) => host.ip !== '')
    const ips = addressed.map(({ host }) => host.ip)
    const addresses = await this.interner.addressIds(manager, networkId, ips)
    const claims = addressed.map((station, i): Claim => ({ ...station, addressId: addresses[i] ?? 0 }))
    await settleClaims(manager, claims)
    const pairs = JSON.stringify(
      claims.map(({ deviceId, addressId, host }) => [
        deviceId,
        addressId,
        host.seenMs,
        Number(host.isDisputed),
      ]),
    )
    await noteMoves(manager, pairs)
    await manager.query(SIGHT_ADDRESSES, [pairs])
    const latest = await withThoseThatStand(
      manager,
      byDevice([...stations.filter(({ host }) => host.ip === ''), ...claims]),
    )
    const rows = JSON.stringify(latest.map(sightingRow))
    await manager.query(NOTE_ARRIVALS, [rows])
    await manager.query(SIGHT_DEVICES, [sensorId, rows])
    const atMs = Math.max(...sighted.map(({ seenMs }) => seenMs), 0)
    await admit(manager, { siteId, atMs, stated: latest.map(({ id }) => id), found })
  }

  async applyNames(
    manager: EntityManager,
    siteId: number,
    names: readonly NameSighting[],
    atMs: number,
  ): Promise<void> {
    const cleaned = names.flatMap((sighting) => {
      const name = cleanName(sighting.name)
      return name ? [{ ...sighting, name }] : []
    })
    if (cleaned.length === 0) return
    const addressed = cleaned.filter(({ ip }) => ip !== '')
    const ips = addressed.map(({ ip }) => ip)
    const destinationsId = await this.interner.destinationsId(manager, siteId)
    const addresses = await this.interner.addressIds(manager, destinationsId, ips)
    const named = addressed.map(({ source, name }, i) => ({ addressId: addresses[i] ?? 0, source, name }))
    const byAddress = named.map(({ addressId, source, name }) => [addressId, source, name])
    await manager.query(NAME_ADDRESSES, [atMs, JSON.stringify(byAddress)])
    await noteDomains(manager, named)
    const byDevice = JSON.stringify(
      cleaned.flatMap(({ mac, source, name }) => (mac ? [[mac, source, name]] : [])),
    )
    await noteRenamed(manager, siteId, byDevice, atMs)
    await manager.query(NAME_DEVICES, [atMs, byDevice, siteId])
  }

  /**
   * A finished scan of a sensor: who was asked and did not answer. One that found nobody says more about the
   * sensor than about the network.
   */
  async applyScan(
    manager: EntityManager,
    siteId: number,
    { sensor, summary, hosts }: FinishedScan,
    atMs: number,
  ): Promise<void> {
    const sensorId = await this.interner.sensorId(manager, siteId, sensor)
    const networkId = await this.interner.networkId(manager, siteId, sensorId, summary.vlan)
    const rows: (Addressed & { rootId: number })[] = await manager.query(WATCHED_ADDRESSES, [sensorId])
    const found = new Set(hosts.map(({ mac }) => mac))
    const answered = new Set(rows.filter(({ mac }) => found.has(mac)).map(({ rootId }) => rootId))
    const silent = rows.filter((row) => row.networkId === networkId && !answered.has(row.rootId))
    const missed = missedBy(
      summary.targets,
      silent.map((row) => ({ ...row, id: row.rootId })),
    )
    if (!hosts.some(({ mac, isSelf }) => mac && !isSelf)) {
      if (missed.length >= LEAST_SILENT)
        await beginBlind(manager, { sensorId, fromMs: atMs, cause: 'scan_found_nobody' })
      return
    }
    await manager.query(
      'UPDATE device SET missed_scans = missed_scans + 1 WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(missed)],
    )
  }
}

/** The latest sighting of one row. */
interface Sighting {
  id: number
  seenMs: number
  evidence: string
  isSelf: boolean
  isGateway: boolean
}

const sightingRow = ({ id, seenMs, evidence, isSelf, isGateway }: Sighting) => [
  id,
  seenMs,
  evidence,
  Number(isSelf),
  Number(isGateway),
]

/** One sighting per row: its latest; an address that it owns and that is a gateway makes it one. */
function byDevice(claims: readonly Omit<Claim, 'addressId'>[]): Sighting[] {
  const latest = new Map<number, Sighting>()
  for (const { deviceId: id, host } of claims) {
    const { seenMs, evidence, isSelf, isDisputed } = host
    // What a liar claims does not make it the gateway.
    merge(latest, { id, seenMs, evidence, isSelf, isGateway: host.isGateway && !isDisputed })
  }
  return [...latest.values()]
}

function merge(latest: Map<number, Sighting>, sighting: Sighting): void {
  const other = latest.get(sighting.id)
  const newer = !other || sighting.seenMs >= other.seenMs ? sighting : other
  latest.set(sighting.id, {
    ...newer,
    isSelf: sighting.isSelf || (other?.isSelf ?? false),
    isGateway: sighting.isGateway || (other?.isGateway ?? false),
  })
}

/** What is seen of one MAC is seen of the row that stands for it, too. */
async function withThoseThatStand(manager: EntityManager, sightings: Sighting[]): Promise<Sighting[]> {
  const merged: { id: number; root: number }[] = await manager.query(
    `SELECT id, merged_into AS root FROM device
     WHERE merged_into IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(sightings.map(({ id }) => id))],
  )
  if (merged.length === 0) return sightings
  const rootOf = new Map(merged.map(({ id, root }) => [id, root]))
  const all = new Map<number, Sighting>()
  for (const sighting of sightings) {
    merge(all, sighting)
    const root = rootOf.get(sighting.id)
    if (root !== undefined) merge(all, { ...sighting, id: root })
  }
  return [...all.values()]
}

/** Devices that a sensor watches, by the IPv4 address that each row was seen with last. */
const WATCHED_ADDRESSES = `
  SELECT d.id, coalesce(d.merged_into, d.id) AS rootId, ${macOf('d.id')} AS mac, a.network_id AS networkId, a.ip,
    max(da.last_seen_ms)
  FROM device d JOIN device_address da ON da.device_id = d.id JOIN address a ON a.id = da.address_id
  WHERE d.sensor_id = ? AND d.is_self = 0 AND d.admitted_ms IS NOT NULL AND d.presence <> 'offline'
    AND da.is_disputed = 0 AND a.ip NOT LIKE '%:%'
  GROUP BY d.id`

const SIGHT_ADDRESSES = `
  INSERT INTO device_address (device_id, address_id, first_seen_ms, last_seen_ms, is_disputed)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
  ON CONFLICT (device_id, address_id) DO UPDATE SET
    first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
    last_seen_ms = max(last_seen_ms, excluded.last_seen_ms),
    is_disputed = excluded.is_disputed`

/** Who was away is present from now on. */
const NOTE_ARRIVALS = `
  INSERT OR IGNORE INTO presence_change (device_id, at_ms, is_present, told_ms, evidence)
  SELECT d.id, value ->> 1, 1, value ->> 1, value ->> 2 FROM json_each(?) CROSS JOIN device d ON d.id = value ->> 0
  WHERE value ->> 1 >= d.last_seen_ms AND d.presence IN ('offline', 'unknown') AND NOT coalesce(
    (SELECT is_present FROM presence_change WHERE device_id = d.id ORDER BY at_ms DESC, is_present LIMIT 1), 0)`

const SIGHT_DEVICES = `
  UPDATE device SET
    evidence = CASE WHEN value ->> 1 >= last_seen_ms THEN value ->> 2 ELSE evidence END,
    presence = CASE WHEN value ->> 1 >= last_seen_ms THEN 'online' ELSE presence END,
    missed_scans = CASE WHEN value ->> 1 >= last_seen_ms THEN 0 ELSE missed_scans END,
    sensor_id = CASE WHEN value ->> 1 >= last_seen_ms THEN ? ELSE sensor_id END,
    is_self = value ->> 3, is_gateway = value ->> 4,
    first_seen_ms = min(first_seen_ms, value ->> 1), last_seen_ms = max(last_seen_ms, value ->> 1)
  FROM json_each(?) WHERE device.id = value ->> 0`

/** IPv4 addresses that a device is seen with for the first time, and the one that it had. */
async function noteMoves(manager: EntityManager, pairs: string): Promise<void> {
  const moves: { deviceId: number; before: string; after: string; atMs: number }[] = await manager.query(
    `SELECT value ->> 0 AS deviceId, value ->> 2 AS atMs, address.ip AS after, (SELECT ip FROM device_address da
        JOIN address a ON a.id = da.address_id WHERE da.device_id = value ->> 0 AND ip NOT LIKE '%:%'
        ORDER BY da.last_seen_ms DESC LIMIT 1) AS before
     FROM json_each(?) CROSS JOIN address ON address.id = value ->> 1
     WHERE value ->> 3 = 0 AND address.ip NOT LIKE '%:%' AND before IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM device_address WHERE device_id = value ->> 0 AND address_id = value ->> 1)`,
    [pairs],
  )
  for (const { atMs, ...change } of moves) {
    await noteChanges(manager, [{ ...change, field: 'address' }], { atMs, source: 'network' })
  }
}

const NAME_ADDRESSES = `
  INSERT INTO address_name (address_id, source, name, seen_ms)
  SELECT value ->> 0, value ->> 1, value ->> 2, ? FROM json_each(?) WHERE true
  ON CONFLICT (address_id, source) DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms`

const NAME_DEVICES = `
  INSERT INTO device_name (device_id, source, name, seen_ms)
  SELECT device_mac.device_id, value ->> 1, value ->> 2, ?1 FROM json_each(?2)
  CROSS JOIN device_mac ON site_id = ?3 AND mac = value ->> 0 WHERE true
  ON CONFLICT (device_id, source) DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms`

async function noteRenamed(
  manager: EntityManager,
  siteId: number,
  names: string,
  atMs: number,
): Promise<void> {
  const renamed: { deviceId: number; before: string; after: string; field: string }[] = await manager.query(
    `SELECT n.device_id AS deviceId, 'hostname_' || n.source AS field, n.name AS before, value ->> 2 AS after
     FROM json_each(?2) CROSS JOIN device_mac m ON m.site_id = ?1 AND m.mac = value ->> 0
     CROSS JOIN device_name n ON n.device_id = m.device_id AND n.source = value ->> 1 WHERE n.name <> value ->> 2`,
    [siteId, names],
  )
  await noteChanges(manager, renamed, { atMs, source: 'network' })
}
