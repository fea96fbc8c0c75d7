/** The ports that were found open on each device, what is new against the scan before, and who is scanned regularly. */

import { HOUR_MS } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { PortFinding } from '../contract/portscan.js'
import { isLastHolder } from './keys.js'
import type { NoteRepository } from './note-repository.js'
import type { TransactionQueue } from './transaction-queue.js'

/** Of one device; the oldest go. */
const MOST_SCANS = 50

export interface PortScan {
  siteId: number
  ip: string
  profile: string
  ports: readonly PortFinding[]
  atMs: number
}

export interface StoredPortScan {
  atMs: number
  profile: string
  ports: PortFinding[]
}

export interface DuePortScan {
  deviceId: number
  siteId: number
  ip: string
}

export class PortScanRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly notes: NoteRepository,
  ) {}

  /** Of the device that has the address; of an address that nobody has there is nothing to keep. */
  record({ siteId, ip, profile, ports, atMs }: PortScan): Promise<void> {
    return this.writes.run(async (manager) => {
      const [holder]: { id: number }[] = await manager.query(HOLDER, [siteId, ip])
      if (!holder) return
      const before = await lastScan(manager, holder.id, profile)
      await manager.query('INSERT INTO port_scan (device_id, at_ms, profile, ports) VALUES (?, ?, ?, ?)', [
        holder.id,
        atMs,
        profile,
        JSON.stringify(ports),
      ])
      await manager.query(
        `DELETE FROM port_scan WHERE device_id = ?1 AND id <= (SELECT id FROM port_scan WHERE device_id = ?1
           ORDER BY id DESC LIMIT 1 OFFSET ${MOST_SCANS})`,
        [holder.id],
      )
      const subjects = before === null ? [] : newlyOpen(before, ports)
      await this.notes.add(
        manager,
        subjects.map((subject) => ({ atMs, kind: 'port_opened', deviceId: holder.id, subject })),
      )
    })
  }

  /** Newest first. */
  async list(deviceId: number): Promise<StoredPortScan[]> {
    const rows: { atMs: number; profile: string; ports: string }[] = await this.read.query(
      'SELECT at_ms AS atMs, profile, ports FROM port_scan WHERE device_id = ? ORDER BY id DESC',
      [deviceId],
    )
    return rows.map((row) => ({ ...row, ports: JSON.parse(row.ports) }))
  }

  /** Null when it is not scanned regularly. */
  async everyHours(deviceId: number): Promise<number | null> {
    const [row]: { hours: number }[] = await this.read.query(
      'SELECT every_hours AS hours FROM port_scan_plan WHERE device_id = ?',
      [deviceId],
    )
    return row?.hours ?? null
  }

  schedule(deviceId: number, everyHours: number | null, nowMs: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query('DELETE FROM port_scan_plan WHERE device_id = ?', [deviceId])
      if (everyHours === null) return
      await manager.query('INSERT INTO port_scan_plan (device_id, every_hours, next_ms) VALUES (?, ?, ?)', [
        deviceId,
        everyHours,
        nowMs + everyHours * HOUR_MS,
      ])
    })
  }

  /** Whose turn it is, with the IPv4 address that each has now; taken once, also when nothing comes of it. */
  takeDue(nowMs: number): Promise<DuePortScan[]> {
    return this.writes.run(async (manager) => {
      const due: DuePortScan[] = await manager.query(DUE, [nowMs])
      await manager.query(
        `UPDATE port_scan_plan SET next_ms = ?1 + every_hours * ${HOUR_MS} WHERE next_ms <= ?1`,
        [nowMs],
      )
      return due
    })
  }
}

async function lastScan(manager: EntityManager, deviceId: number, profile: string) {
  const [row]: { ports: string }[] = await manager.query(
    'SELECT ports FROM port_scan WHERE device_id = ? AND profile = ? ORDER BY id DESC LIMIT 1',
    [deviceId, profile],
  )
  return row ? (JSON.parse(row.ports) as PortFinding[]) : null
}

/** Open now, and not open then. */
export function newlyOpen(before: readonly PortFinding[], now: readonly PortFinding[]): string[] {
  const keyOf = ({ protocol, number }: PortFinding) => `${protocol}/${number}`
  const open = ({ state }: PortFinding) => state === 'open'
  const known = new Set(before.filter(open).map(keyOf))
  return now
    .filter((port) => open(port) && !known.has(keyOf(port)))
    .map((port) => `${keyOf(port)} ${port.service}`.trim())
}

const HOLDER = `
  SELECT coalesce(d.merged_into, d.id) AS id FROM device_address da JOIN address a ON a.id = da.address_id
  JOIN device d ON d.id = da.device_id JOIN device_mac m ON m.device_id = d.id
  WHERE m.site_id = ? AND a.ip = ? AND ${isLastHolder('da')} LIMIT 1`

const DUE = `
  SELECT p.device_id AS deviceId, m.site_id AS siteId, (SELECT a.ip FROM device_address da
      JOIN address a ON a.id = da.address_id JOIN device d ON d.id = da.device_id
      WHERE coalesce(d.merged_into, d.id) = p.device_id AND a.ip NOT LIKE '%:%' AND ${isLastHolder('da')}
      ORDER BY da.last_seen_ms DESC LIMIT 1) AS ip
  FROM port_scan_plan p JOIN device_mac m ON m.device_id = p.device_id
  WHERE p.next_ms <= ? AND ip IS NOT NULL GROUP BY p.device_id`
