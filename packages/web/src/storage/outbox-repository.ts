/**
 * What happened and is not told yet, and what waits for each channel. A
 * happening becomes messages, and several messages one, in one transaction; a
 * message is gone from here only when the other end has accepted it. So a kill
 * at any moment repeats at most the message that was under way, under its id.
 */

import { isNoText, type Text } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { Message } from '../contract/message.js'
import type { CaptureStatus, Gap } from '../daemon/types.js'
import type { TransactionQueue } from './transaction-queue.js'

/** Messages that wait for one channel; then the oldest gives way, and that is told. */
export const MOST_WAITING = 1000
/** Of what was sent or given up. */
const KEPT_DELIVERED = 5000
/** Happenings that nobody has looked at yet. */
const MOST_HAPPENINGS = 20_000

export interface Happening {
  id: number
  atMs: number
  kind: string
  ref: string
  detail: string
}

export interface NewDelivery {
  channelId: number
  dueMs: number
  isHeld: boolean
  message: Message
}

export interface Delivery {
  id: number
  queuedMs: number
  isHeld: boolean
  attempts: number
  message: Message
}

/** How one was brought to its end. */
export interface Ending {
  channelId: number
  deliveryId: number
  messageId: string
  incidentId: string
  queuedMs: number
  nowMs: number
}

export interface Delivered {
  channel: string
  messageId: string
  queuedMs: number
  endedMs: number
  /** Empty when it was accepted. */
  error: string
}

export class OutboxRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /** Within the transaction that it happens in. */
  async note(manager: EntityManager, { atMs, kind, ref, detail }: Omit<Happening, 'id'>): Promise<void> {
    await manager.query('INSERT INTO happening (at_ms, kind, ref, detail) VALUES (?, ?, ?, ?)', [
      atMs,
      kind,
      ref,
      detail,
    ])
  }

  async noteAlone(happening: Omit<Happening, 'id'>): Promise<void> {
    await this.writes.run((manager) => this.note(manager, happening))
  }

  /** Told when a sensor that watched does not any more, and when it does again. */
  async noteSensor(manager: EntityManager, sensorId: number, status: CaptureStatus, atMs: number) {
    if (status.state === 'starting') return
    const isRunning = status.state === 'running'
    const [before]: { is_running: number }[] = await manager.query(
      'SELECT is_running FROM sensor_watch WHERE sensor_id = ?',
      [sensorId],
    )
    if (before?.is_running === Number(isRunning)) return
    await manager.query(
      `INSERT INTO sensor_watch (sensor_id, is_running) VALUES (?, ?)
       ON CONFLICT (sensor_id) DO UPDATE SET is_running = excluded.is_running`,
      [sensorId, isRunning],
    )
    if (before === undefined) return
    const kind = isRunning ? 'sensor_back' : 'sensor_lost'
    await this.note(manager, { atMs, kind, ref: status.sensor.interface, detail: textJson(status.detail) })
  }

  /** Of events that are known to be missing. */
  async noteGap(manager: EntityManager, { cause, sensor, firstSequence }: Gap, atMs: number): Promise<void> {
    if (firstSequence === 0) return
    await this.note(manager, { atMs, kind: 'gap', ref: sensor?.interface ?? '', detail: textJson(cause) })
  }

  /** Sensors that have ever been heard of, and whether they watch. */
  async sensors(): Promise<{ daemonId: string; interface: string; isRunning: boolean }[]> {
    const rows: { daemonId: string; interface: string; running: number }[] = await this.read.query(
      `SELECT s.daemon_id AS daemonId, s.interface, w.is_running AS running
       FROM sensor_watch w JOIN sensor s ON s.id = w.sensor_id ORDER BY s.id`,
    )
    return rows.map(({ running, ...rest }) => ({ ...rest, isRunning: running === 1 }))
  }

  async happenings(limit: number): Promise<Happening[]> {
    return await this.read.query(
      'SELECT id, at_ms AS atMs, kind, ref, detail FROM happening ORDER BY id LIMIT ?',
      [limit],
    )
  }

  /** The happenings up to `lastId` have become these messages. */
  turnInto(lastId: number, deliveries: readonly NewDelivery[], nowMs: number): Promise<void> {
    return this.writes.run(async (manager) => {
      for (const { channelId, dueMs, isHeld, message } of deliveries) {
        await manager.query(
          `INSERT INTO delivery (channel_id, queued_ms, due_ms, is_held, message)
           SELECT id, ?2, ?3, ?4, ?5 FROM channel WHERE id = ?1`,
          [channelId, nowMs, dueMs, isHeld, JSON.stringify(message)],
        )
      }
      for (const channelId of new Set(deliveries.map((one) => one.channelId))) await bound(manager, channelId)
      await manager.query('DELETE FROM happening WHERE id <= ?', [lastId])
      await manager.query(
        `DELETE FROM happening WHERE id <= (SELECT max(id) - ${MOST_HAPPENINGS} FROM happening)`,
      )
    })
  }

  /** What is due, the oldest first. */
  async due(channelId: number, nowMs: number, limit: number): Promise<Delivery[]> {
    const rows: RawDelivery[] = await this.read.query(
      `SELECT id, queued_ms, is_held, attempts, message FROM delivery
       WHERE channel_id = ? AND due_ms <= ? ORDER BY id LIMIT ?`,
      [channelId, nowMs, limit],
    )
    return rows.map((row) => ({
      id: row.id,
      queuedMs: row.queued_ms,
      isHeld: row.is_held === 1,
      attempts: row.attempts,
      message: JSON.parse(row.message),
    }))
  }

  async nextDueMs(channelId: number): Promise<number | null> {
    const [row]: { at: number | null }[] = await this.read.query(
      'SELECT min(due_ms) AS at FROM delivery WHERE channel_id = ?',
      [channelId],
    )
    return row?.at ?? null
  }

  /** Several become one, in the place of the first. */
  merge(deliveries: readonly Delivery[], message: Message): Promise<void> {
    const [first, ...rest] = deliveries.map(({ id }) => id)
    return this.writes.run(async (manager) => {
      await manager.query('UPDATE delivery SET message = ?, is_held = 0 WHERE id = ?', [
        JSON.stringify(message),
        first,
      ])
      await manager.query('DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))', [
        JSON.stringify(rest),
      ])
    })
  }

  /** How many found no place since the last message that told so. */
  async untold(channelId: number): Promise<number> {
    const [row]: { n: number }[] = await this.read.query(
      'SELECT dropped_untold AS n FROM channel WHERE id = ?',
      [channelId],
    )
    return row?.n ?? 0
  }

  accepted(ending: Ending, toldDropped: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await end(manager, ending, '')
      await manager.query(
        `UPDATE channel SET sent = sent + 1, last_sent_ms = ?, last_error = '', failing_since_ms = NULL,
           dropped_untold = max(0, dropped_untold - ?) WHERE id = ?`,
        [ending.nowMs, toldDropped, ending.channelId],
      )
    })
  }

  /** It will be tried again. */
  failed({ channelId, deliveryId, nowMs }: Ending, error: string): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query('UPDATE delivery SET attempts = attempts + 1 WHERE id = ?', [deliveryId])
      await manager.query(
        `UPDATE channel SET last_error = ?, failing_since_ms = coalesce(failing_since_ms, ?) WHERE id = ?`,
        [error, nowMs, channelId],
      )
    })
  }

  givenUp(ending: Ending, error: string): Promise<void> {
    return this.writes.run(async (manager) => {
      await end(manager, ending, error)
      await manager.query(
        `UPDATE channel SET dropped = dropped + 1, dropped_untold = dropped_untold + 1, last_error = ?
         WHERE id = ?`,
        [error, ending.channelId],
      )
    })
  }

  /** What was sent about an incident, the oldest first. */
  async ofIncident(incidentId: string): Promise<Delivered[]> {
    return await this.read.query(
      `SELECT c.name AS channel, d.message_id AS messageId, d.queued_ms AS queuedMs, d.ended_ms AS endedMs, d.error
       FROM delivered d JOIN channel c ON c.id = d.channel_id WHERE d.incident_id = ? ORDER BY d.id LIMIT 200`,
      [incidentId],
    )
  }

  /** Incidents whose snooze has ended and that go on unread are told again. */
  async wakeSnoozed(nowMs: number): Promise<number> {
    const due: { id: string }[] = await this.read.query(
      'SELECT id FROM incident WHERE snoozed_until_ms > 0 AND snoozed_until_ms <= ? LIMIT 100',
      [nowMs],
    )
    // Asked each second, and nearly always for nothing.
    if (due.length === 0) return 0
    return await this.writes.run(async (manager) => {
      for (const { id } of due) {
        await manager.query('UPDATE incident SET snoozed_until_ms = 0 WHERE id = ?', [id])
        await this.note(manager, { atMs: nowMs, kind: 'incident', ref: id, detail: 'reminder' })
      }
      return due.length
    })
  }
}

function textJson(said: Text): string {
  return isNoText(said) ? '' : JSON.stringify(said)
}

async function end(manager: EntityManager, ending: Ending, error: string): Promise<void> {
  const { channelId, deliveryId, messageId, incidentId, queuedMs, nowMs } = ending
  await manager.query('DELETE FROM delivery WHERE id = ?', [deliveryId])
  await manager.query(
    `INSERT INTO delivered (channel_id, message_id, incident_id, queued_ms, ended_ms, error)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [channelId, messageId, incidentId, queuedMs, nowMs, error],
  )
  await manager.query(`DELETE FROM delivered WHERE id <= (SELECT max(id) - ${KEPT_DELIVERED} FROM delivered)`)
}

/** The first may be under way: it stays. */
async function bound(manager: EntityManager, channelId: number): Promise<void> {
  await manager.query(
    `DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE channel_id = ?1
       AND id > (SELECT min(id) FROM delivery WHERE channel_id = ?1) ORDER BY id
       LIMIT max(0, (SELECT count(*) FROM delivery WHERE channel_id = ?1) - ${MOST_WAITING}))`,
    [channelId],
  )
  const [row]: { n: number }[] = await manager.query('SELECT changes() AS n')
  if (!row || row.n === 0) return
  await manager.query(
    'UPDATE channel SET dropped = dropped + ?1, dropped_untold = dropped_untold + ?1 WHERE id = ?2',
    [row.n, channelId],
  )
}

interface RawDelivery {
  id: number
  queued_ms: number
  is_held: number
  attempts: number
  message: string
}
