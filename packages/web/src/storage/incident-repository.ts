/**
 * Incidents: which alerts are one story, told in the transaction that stores
 * the alert. Severity, times and whether it goes on are always those of the
 * alerts; what a person did about it (read, snoozed, muted) is kept beside.
 */

import { type AlertKind, type Party, SEVERITIES, type Severity } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { IncidentSort, IncidentState } from '../contract/incidents.js'
import type { Block, SensorAlert } from '../daemon/types.js'
import {
  CROWD,
  CROWD_WITHIN_MS,
  crowdKey,
  JOIN_WITHIN_MS,
  keysOf,
  LONGEST_MS,
  withAddress,
  withParties,
} from '../incidents/story.js'
import type { Interner } from './intern.js'
import { type Order, orderAndLimit, type PageQuery, Where } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

/** What became of an incident. */
export type IncidentTurn = 'opened' | 'escalated' | 'ended' | 'reopened'

export interface StoredIncident {
  /** That of its first alert. */
  id: string
  site: string
  /** Of its most severe alert. */
  kind: AlertKind
  severity: Severity
  parties: Party[]
  addresses: string[]
  alerts: number
  /** Alerts that go on. */
  active: number
  firstSeenMs: number
  lastSeenMs: number
  /** When it was stored, by this machine's clock. */
  openedMs: number
  acknowledgedMs: number | null
  acknowledgedBy: string | null
  /** 0 when not. */
  snoozedUntilMs: number
  mutedUntilMs: number
}

export interface IncidentQuery extends PageQuery {
  order: Order
  state?: IncidentState
  severity?: Severity
  kind?: AlertKind
  mac?: string
  alert?: string
  fromMs?: number
  toMs?: number
}

export interface IncidentEntry {
  atMs: number
  kind: string
  ref: string
}

/** How many there are of each, for the status and for what counts them elsewhere. */
export interface IncidentCount {
  state: IncidentState
  severity: Severity
  count: number
}

const ORDERS: Record<IncidentSort, readonly string[]> = {
  lastSeen: ['i.last_seen_ms'],
  firstSeen: ['i.first_seen_ms'],
  severity: ['i.severity', 'i.last_seen_ms'],
  alerts: ['i.alerts'],
}
const STATE = `CASE WHEN i.active = 0 THEN 'ended' WHEN i.acknowledged_ms IS NULL THEN 'open' ELSE 'acknowledged' END`
const SELECT = `SELECT i.*, s.name AS site FROM incident i JOIN site s ON s.id = i.site_id`

export class IncidentRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
  ) {}

  /** After the alert itself was stored. Null when nothing of interest has become of the incident. */
  async apply(
    manager: EntityManager,
    siteId: number,
    alert: SensorAlert,
    nowMs: number,
  ): Promise<{ id: string; turn: IncidentTurn | null } | null> {
    const sensorId = await this.interner.sensorId(manager, siteId, alert.sensor)
    const [own]: unknown[] = await manager.query('SELECT 1 FROM alert WHERE id = ? AND sensor_id = ?', [
      alert.id,
      sensorId,
    ])
    if (own === undefined) return null
    const found = (await incidentOf(manager, alert.id)) ?? (await join(manager, siteId, alert, nowMs))
    const id = found ?? (await open(manager, siteId, alert, nowMs))
    const [before]: RawIncident[] = await manager.query(`${SELECT} WHERE i.id = ?`, [id])
    if (before === undefined) return null
    await manager.query('INSERT OR IGNORE INTO incident_alert (alert_id, incident_id) VALUES (?, ?)', [
      alert.id,
      id,
    ])
    const after = await summarize(manager, before, alert)
    const turn = found === null ? 'opened' : turnOf(before, after)
    if (turn !== null) await note(manager, id, { atMs: nowMs, kind: turn, ref: String(nowMs) })
    return { id, turn }
  }

  /** Blocks of those whom an incident is about, as far as they are news. */
  async noteBlocks(manager: EntityManager, siteId: number, blocks: readonly Block[]): Promise<void> {
    for (const { id, targets, appliedMs } of blocks) {
      await manager.query(
        `INSERT OR IGNORE INTO incident_entry (incident_id, at_ms, kind, ref)
         SELECT DISTINCT i.id, ?1, 'blocked', ?2 FROM incident i JOIN incident_key k ON k.incident_id = i.id
         WHERE k.site_id = ?3 AND k.key IN (SELECT value FROM json_each(?4)) AND i.last_seen_ms >= ?1 - ?5`,
        [appliedMs, id, siteId, JSON.stringify(targets), LONGEST_MS],
      )
    }
  }

  async list(query: IncidentQuery): Promise<{ incidents: StoredIncident[]; total: number }> {
    const where = conditions(query)
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM incident i ${where}`,
      where.parameters,
    )
    const rows: RawIncident[] = await this.read.query(
      `${SELECT} ${where} ${orderAndLimit(ORDERS, query.order, query, 'i.id')}`,
      where.parameters,
    )
    return { incidents: rows.map(incidentFrom), total: count?.total ?? 0 }
  }

  async get(id: string): Promise<StoredIncident | null> {
    const [row]: RawIncident[] = await this.read.query(`${SELECT} WHERE i.id = ?`, [id])
    return row ? incidentFrom(row) : null
  }

  /** Those that there are. */
  async getMany(ids: readonly string[]): Promise<StoredIncident[]> {
    const rows: RawIncident[] = await this.read.query(
      `${SELECT} WHERE i.id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    )
    return rows.map(incidentFrom)
  }

  /** Incidents that these alerts are part of, each once. */
  async ofAlerts(alertIds: readonly string[]): Promise<StoredIncident[]> {
    const rows: RawIncident[] = await this.read.query(
      `${SELECT} WHERE i.id IN
         (SELECT incident_id FROM incident_alert WHERE alert_id IN (SELECT value FROM json_each(?)))`,
      [JSON.stringify(alertIds)],
    )
    return rows.map(incidentFrom)
  }

  /** At most so many, the oldest first. */
  async alertIds(id: string, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.read.query(
      `SELECT alert.id FROM alert JOIN incident_alert ON alert_id = alert.id
       WHERE incident_id = ? ORDER BY first_seen_ms, alert.id LIMIT ?`,
      [id, limit],
    )
    return rows.map((row) => row.id)
  }

  async entries(id: string): Promise<IncidentEntry[]> {
    return await this.read.query(
      'SELECT at_ms AS atMs, kind, ref FROM incident_entry WHERE incident_id = ? ORDER BY at_ms, id LIMIT 500',
      [id],
    )
  }

  /** Marks it and its alerts as read. False when there is no such incident; an earlier mark stays. */
  acknowledge(id: string, by: string, nowMs: number): Promise<boolean> {
    return this.change(id, async (manager) => {
      await manager.query(
        `UPDATE incident SET acknowledged_ms = ?, acknowledged_by = ?
         WHERE id = ? AND acknowledged_ms IS NULL`,
        [nowMs, by, id],
      )
      await manager.query(
        `UPDATE alert SET acknowledged_ms = ? WHERE acknowledged_ms IS NULL
         AND id IN (SELECT alert_id FROM incident_alert WHERE incident_id = ?)`,
        [nowMs, id],
      )
      await note(manager, id, { atMs: nowMs, kind: 'acknowledged', ref: by })
    })
  }

  /** The unread incident of an alert, of which every alert has been read; null when there is none. */
  async allRead(alertId: string): Promise<string | null> {
    const [row]: { id: string }[] = await this.read.query(
      `SELECT i.id FROM incident_alert m JOIN incident i ON i.id = m.incident_id
       WHERE m.alert_id = ? AND i.acknowledged_ms IS NULL AND NOT EXISTS (
         SELECT 1 FROM incident_alert o JOIN alert a ON a.id = o.alert_id
         WHERE o.incident_id = i.id AND a.acknowledged_ms IS NULL)`,
      [alertId],
    )
    return row?.id ?? null
  }

  /** Nothing more is sent about it until then. */
  snooze(id: string, untilMs: number, nowMs: number): Promise<boolean> {
    return this.change(id, async (manager) => {
      await manager.query('UPDATE incident SET snoozed_until_ms = ? WHERE id = ?', [untilMs, id])
      await note(manager, id, { atMs: nowMs, kind: 'snoozed', ref: String(untilMs) })
    })
  }

  /** Nothing is sent until then about it, nor about further incidents of the same kind and suspects. */
  mute(id: string, untilMs: number, nowMs: number): Promise<boolean> {
    return this.change(id, async (manager) => {
      await manager.query('UPDATE incident SET muted_until_ms = ? WHERE id = ?', [untilMs, id])
      await note(manager, id, { atMs: nowMs, kind: 'muted', ref: String(untilMs) })
    })
  }

  async counts(): Promise<IncidentCount[]> {
    const rows: { state: IncidentState; severity: number; count: number }[] = await this.read.query(
      `SELECT ${STATE} AS state, i.severity, count(*) AS count FROM incident i GROUP BY 1, 2`,
    )
    return rows.map((row) => ({ ...row, severity: SEVERITIES[row.severity] ?? 'info' }))
  }

  private change(id: string, work: (manager: EntityManager) => Promise<void>): Promise<boolean> {
    return this.writes.run(async (manager) => {
      const found: unknown[] = await manager.query('SELECT 1 FROM incident WHERE id = ?', [id])
      if (found.length === 0) return false
      await work(manager)
      return true
    })
  }
}

async function incidentOf(manager: EntityManager, alertId: string): Promise<string | null> {
  const [row]: { incident_id: string }[] = await manager.query(
    'SELECT incident_id FROM incident_alert WHERE alert_id = ?',
    [alertId],
  )
  return row?.incident_id ?? null
}

/** The incident that a new alert belongs to; null when it is the first of another one. */
async function join(
  manager: EntityManager,
  siteId: number,
  alert: SensorAlert,
  nowMs: number,
): Promise<string | null> {
  const keys = keysOf(alert)
  const [row]: { id: string }[] = await manager.query(
    `SELECT i.id FROM incident i JOIN incident_key k ON k.incident_id = i.id
     WHERE k.site_id = ?1 AND k.key IN (SELECT value FROM json_each(?2))
       AND i.last_seen_ms >= ?3 - ${JOIN_WITHIN_MS} AND i.first_seen_ms >= ?3 - ${LONGEST_MS}
     ORDER BY i.first_seen_ms DESC, i.id LIMIT 1`,
    [siteId, JSON.stringify(keys), alert.firstSeenMs],
  )
  const crowd = crowdKey(alert.kind)
  if (row !== undefined || keys.includes(crowd)) {
    if (row !== undefined) await addKeys(manager, siteId, row.id, keys)
    return row?.id ?? null
  }
  const [latest]: { id: string; count: number }[] = await manager.query(
    `SELECT id, count(*) OVER () AS count FROM incident
     WHERE site_id = ? AND kind = ? AND opened_ms > ? ORDER BY opened_ms DESC, id LIMIT 1`,
    [siteId, alert.kind, nowMs - CROWD_WITHIN_MS],
  )
  if (latest === undefined || latest.count < CROWD) return null
  await addKeys(manager, siteId, latest.id, [crowd])
  return latest.id
}

async function open(
  manager: EntityManager,
  siteId: number,
  alert: SensorAlert,
  nowMs: number,
): Promise<string> {
  const keys = keysOf(alert)
  await manager.query(
    `INSERT INTO incident (id, site_id, kind, severity, parties, addresses, alerts, active,
       first_seen_ms, last_seen_ms, opened_ms, muted_until_ms)
     VALUES (?1, ?2, ?3, ?4, '[]', '[]', 0, 0, ?5, ?6, ?7,
       coalesce((SELECT max(muted_until_ms) FROM incident WHERE site_id = ?2 AND kind = ?3 AND muted_until_ms > ?7
         AND id IN (SELECT incident_id FROM incident_key WHERE site_id = ?2
           AND key IN (SELECT value FROM json_each(?8)))), 0))`,
    [
      alert.id,
      siteId,
      alert.kind,
      SEVERITIES.indexOf(alert.severity),
      alert.firstSeenMs,
      alert.lastSeenMs,
      nowMs,
      JSON.stringify(keys),
    ],
  )
  await addKeys(manager, siteId, alert.id, keys)
  return alert.id
}

async function addKeys(manager: EntityManager, siteId: number, id: string, keys: readonly string[]) {
  await manager.query(
    `INSERT OR IGNORE INTO incident_key (site_id, key, incident_id) SELECT ?, value, ? FROM json_each(?)`,
    [siteId, id, JSON.stringify(keys)],
  )
}

interface Summary {
  severity: number
  active: number
}

/** Puts together what the alerts say. One that gets worse is no longer read. */
/** A mere note that belongs to it (a new device) may be older than what happened. */
async function summarize(manager: EntityManager, before: RawIncident, alert: SensorAlert): Promise<Summary> {
  const [sum]: (Summary & { alerts: number; first: number; last: number; kind: AlertKind })[] =
    await manager.query(
      `SELECT count(*) AS alerts, sum(state = 'active') AS active, max(severity) AS severity,
         coalesce(min(iif(severity > 0, first_seen_ms, NULL)), min(first_seen_ms)) AS first,
         max(last_seen_ms) AS last,
         (SELECT kind FROM alert JOIN incident_alert ON alert_id = alert.id WHERE incident_id = ?1
          ORDER BY severity DESC, first_seen_ms, alert.id LIMIT 1) AS kind
       FROM alert JOIN incident_alert ON alert_id = alert.id WHERE incident_id = ?1`,
      [before.id],
    )
  if (sum === undefined) return before
  const parties = withParties(JSON.parse(before.parties), alert.parties)
  const addresses = withAddress(JSON.parse(before.addresses), alert.ip)
  const isWorse = sum.severity > before.severity
  await manager.query(
    `UPDATE incident SET kind = ?, severity = ?, parties = ?, addresses = ?, alerts = ?, active = ?,
       first_seen_ms = ?, last_seen_ms = ?${isWorse ? ', acknowledged_ms = NULL, acknowledged_by = NULL' : ''}
     WHERE id = ?`,
    [
      sum.kind,
      sum.severity,
      JSON.stringify(parties),
      JSON.stringify(addresses),
      sum.alerts,
      sum.active,
      sum.first,
      sum.last,
      before.id,
    ],
  )
  return sum
}

function turnOf(before: Summary, after: Summary): IncidentTurn | null {
  if (after.severity > before.severity) return 'escalated'
  if (before.active > 0 && after.active === 0) return 'ended'
  return before.active === 0 && after.active > 0 ? 'reopened' : null
}

async function note(manager: EntityManager, id: string, { atMs, kind, ref }: IncidentEntry): Promise<void> {
  await manager.query(
    'INSERT OR IGNORE INTO incident_entry (incident_id, at_ms, kind, ref) VALUES (?, ?, ?, ?)',
    [id, atMs, kind, ref],
  )
}

function conditions(query: IncidentQuery): Where {
  const where = new Where()
  if (query.state !== undefined) where.add(`${STATE} = ?`, query.state)
  if (query.severity !== undefined) where.add('i.severity = ?', SEVERITIES.indexOf(query.severity))
  if (query.kind !== undefined) where.add('i.kind = ?', query.kind)
  if (query.mac !== undefined) {
    where.add(
      `i.id IN (SELECT incident_id FROM incident_alert JOIN alert_mac USING (alert_id)
        WHERE alert_mac.site_id IN (SELECT id FROM site) AND mac = ?)`,
      query.mac,
    )
  }
  if (query.alert !== undefined) {
    where.add('i.id IN (SELECT incident_id FROM incident_alert WHERE alert_id = ?)', query.alert)
  }
  if (query.fromMs !== undefined) where.add('i.last_seen_ms >= ?', query.fromMs)
  if (query.toMs !== undefined) where.add('i.first_seen_ms < ?', query.toMs)
  return where
}

interface RawIncident {
  id: string
  site: string
  kind: AlertKind
  severity: number
  parties: string
  addresses: string
  alerts: number
  active: number
  first_seen_ms: number
  last_seen_ms: number
  opened_ms: number
  acknowledged_ms: number | null
  acknowledged_by: string | null
  snoozed_until_ms: number
  muted_until_ms: number
}

function incidentFrom(row: RawIncident): StoredIncident {
  return {
    id: row.id,
    site: row.site,
    kind: row.kind,
    severity: SEVERITIES[row.severity] ?? 'info',
    parties: JSON.parse(row.parties),
    addresses: JSON.parse(row.addresses),
    alerts: row.alerts,
    active: row.active,
    firstSeenMs: row.first_seen_ms,
    lastSeenMs: row.last_seen_ms,
    openedMs: row.opened_ms,
    acknowledgedMs: row.acknowledged_ms,
    acknowledgedBy: row.acknowledged_by,
    snoozedUntilMs: row.snoozed_until_ms,
    mutedUntilMs: row.muted_until_ms,
  }
}
