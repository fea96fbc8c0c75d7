/** Alerts: one row per alert id, replaced by every update of it that is not older. */

import { fromWorded, isWorded, SEVERITIES, type Severity, type WordedAlert } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { AlertSort } from '../contract/alerts.js'
import type { SensorAlert } from '../daemon/types.js'
import type { Interner } from './intern.js'
import { likePattern, type Order, orderAndLimit, type PageQuery, Where } from './paging.js'
import { macPattern } from './search.js'
import { DEVICES_LIKE, deviceLikes } from './traffic-query.js'
import type { TransactionQueue } from './transaction-queue.js'

/** An alert with what the person has done about it. */
export interface StoredAlert {
  alert: SensorAlert
  /** When it was marked as read; null when not yet. */
  acknowledgedMs: number | null
}

export interface AlertQuery extends PageQuery {
  order: Order
  kind?: string
  severity?: Severity
  state?: 'active' | 'ended'
  ip?: string
  mac?: string
  isAcknowledged?: boolean
  incident?: string
  /** All of them have to be found. */
  words?: readonly string[]
  fromMs?: number
  toMs?: number
}

const ORDERS: Record<AlertSort, readonly string[]> = {
  lastSeen: ['a.last_seen_ms'],
  firstSeen: ['a.first_seen_ms'],
  severity: ['a.severity'],
  kind: ['a.kind'],
  count: ['a.count'],
}

export class AlertRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly interner: Interner,
  ) {}

  /**
   * Escalation opens an alert again that a person had marked as read. The count
   * tells which update is newer: clocks may have been set back. Another sensor's
   * alert is never touched, whatever id somebody gives its own.
   */
  async apply(manager: EntityManager, siteId: number, alert: SensorAlert): Promise<void> {
    const sensorId = await this.interner.sensorId(manager, siteId, alert.sensor)
    const severity = SEVERITIES.indexOf(alert.severity)
    await manager.query(
      `INSERT INTO alert (id, sensor_id, kind, severity, state, ip, body, first_seen_ms, last_seen_ms, count)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         acknowledged_ms = CASE WHEN excluded.severity > severity THEN NULL ELSE acknowledged_ms END,
         severity = excluded.severity, state = excluded.state, body = excluded.body, kind = excluded.kind,
         ip = excluded.ip, last_seen_ms = excluded.last_seen_ms, count = excluded.count
       WHERE excluded.sensor_id = sensor_id
         AND (excluded.count > count OR excluded.count = count AND excluded.last_seen_ms >= last_seen_ms)`,
      [
        alert.id,
        sensorId,
        alert.kind,
        severity,
        alert.state,
        alert.ip,
        JSON.stringify(alert),
        alert.firstSeenMs,
        alert.lastSeenMs,
        alert.count,
      ],
    )
    const macs = new Set(alert.parties.map(({ mac }) => mac).filter((mac) => mac !== ''))
    await manager.query(
      `INSERT OR IGNORE INTO alert_mac (site_id, mac, alert_id) SELECT ?, value, alert.id FROM json_each(?)
       JOIN alert ON alert.id = ? AND sensor_id = ?`,
      [siteId, JSON.stringify([...macs]), alert.id, sensorId],
    )
  }

  async list(query: AlertQuery): Promise<{ alerts: StoredAlert[]; total: number }> {
    const where = conditions(query)
    const [count]: { total: number }[] = await this.read.query(
      `SELECT count(*) AS total FROM alert a ${where}`,
      where.parameters,
    )
    const rows: RawAlert[] = await this.read.query(
      `SELECT a.body, a.acknowledged_ms FROM alert a ${where} ${orderAndLimit(ORDERS, query.order, query, 'a.id')}`,
      where.parameters,
    )
    return { alerts: rows.map(alertFrom), total: count?.total ?? 0 }
  }

  async get(id: string): Promise<StoredAlert | null> {
    const [row]: RawAlert[] = await this.read.query('SELECT body, acknowledged_ms FROM alert WHERE id = ?', [
      id,
    ])
    return row ? alertFrom(row) : null
  }

  async getMany(ids: readonly string[]): Promise<StoredAlert[]> {
    const rows: RawAlert[] = await this.read.query(
      'SELECT body, acknowledged_ms FROM alert WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(ids)],
    )
    return rows.map(alertFrom)
  }

  /** False when there is no such alert. An earlier mark stays. */
  acknowledge(id: string, nowMs: number): Promise<boolean> {
    return this.writes.run(async (manager) => {
      const found: unknown[] = await manager.query('SELECT 1 FROM alert WHERE id = ?', [id])
      if (found.length === 0) return false
      await manager.query('UPDATE alert SET acknowledged_ms = ? WHERE id = ? AND acknowledged_ms IS NULL', [
        nowMs,
        id,
      ])
      return true
    })
  }

  async countOpen(): Promise<Record<Severity, number>> {
    const rows: { severity: number; n: number }[] = await this.read.query(
      'SELECT severity, count(*) AS n FROM alert WHERE acknowledged_ms IS NULL GROUP BY severity',
    )
    const open: Record<Severity, number> = { info: 0, warning: 0, critical: 0 }
    for (const { severity, n } of rows) open[SEVERITIES[severity] ?? 'info'] += n
    return open
  }

  async count(): Promise<number> {
    const [row]: { n: number }[] = await this.read.query('SELECT count(*) AS n FROM alert')
    return row?.n ?? 0
  }
}

function conditions(query: AlertQuery): Where {
  const where = new Where()
  if (query.kind !== undefined) where.add('a.kind = ?', query.kind)
  if (query.severity !== undefined) where.add('a.severity = ?', SEVERITIES.indexOf(query.severity))
  if (query.state !== undefined) where.add('a.state = ?', query.state)
  if (query.ip !== undefined) where.add('a.ip = ?', query.ip)
  if (query.mac !== undefined) {
    where.add(
      'a.id IN (SELECT alert_id FROM alert_mac WHERE site_id IN (SELECT id FROM site) AND mac = ?)',
      query.mac,
    )
  }
  if (query.incident !== undefined) {
    where.add('a.id IN (SELECT alert_id FROM incident_alert WHERE incident_id = ?)', query.incident)
  }
  if (query.isAcknowledged !== undefined) {
    where.add(`a.acknowledged_ms IS ${query.isAcknowledged ? 'NOT ' : ''}NULL`)
  }
  if (query.fromMs !== undefined) where.add('a.last_seen_ms >= ?', query.fromMs)
  if (query.toMs !== undefined) where.add('a.first_seen_ms < ?', query.toMs)
  for (const word of query.words ?? []) addWord(where, word)
  return where
}

/** In what it says, or in the name of a device that it names. */
function addWord(where: Where, word: string): void {
  where.add(
    `(a.body LIKE ? ESCAPE '\\' OR a.body LIKE ? ESCAPE '\\' OR a.id IN
      (SELECT alert_id FROM alert_mac JOIN device_mac USING (site_id, mac) WHERE device_id IN ${DEVICES_LIKE}))`,
    likePattern(word),
    macPattern(word),
    ...deviceLikes(word),
  )
}

interface RawAlert {
  body: string
  acknowledged_ms: number | null
}

function alertFrom(row: RawAlert): StoredAlert {
  const body: SensorAlert | (SensorAlert & WordedAlert) = JSON.parse(row.body)
  return { alert: isWorded(body) ? fromWorded(body) : body, acknowledgedMs: row.acknowledged_ms }
}
