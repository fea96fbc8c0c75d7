/**
 * When the internet could be reached, as spans: a row when the state becomes
 * another one, told to the channels in the same transaction. While a sensor does
 * not watch nothing is known, and one that was never asked to leaves no rows.
 */

import { type Text, text } from '@netwatcher/shared'
import type { DataSource, EntityManager } from 'typeorm'
import type { Uplink, UplinkSpan, UplinkState } from '../contract/internet.js'
import type { CaptureStatus } from '../daemon/types.js'
import type { OutboxRepository } from './outbox-repository.js'

interface Span {
  id: number
  state: UplinkState
  fromMs: number
}

const NOTHING_KNOWN: Omit<Uplink, 'sinceMs'> = {
  ...{ state: 'unknown', answeredMs: 0, evidence: 'none', gateway: '', gatewayAnsweredMs: 0 },
}

const SELECT = `
  SELECT s.interface, site.name AS site, u.state, u.from_ms AS fromMs, u.to_ms AS toMs, u.answered_ms AS answeredMs,
    u.evidence, u.gateway, u.gateway_answered_ms AS gatewayAnsweredMs
  FROM uplink_span u JOIN sensor s ON s.id = u.sensor_id JOIN site ON site.id = s.site_id
  WHERE u.to_ms IS NULL OR u.to_ms >= ? ORDER BY u.id DESC LIMIT ?`

/** The last state that was known, and the begin of the outage that it belongs to. */
const LAST_KNOWN = `
  SELECT state, from_ms AS fromMs, (SELECT min(from_ms) FROM uplink_span o WHERE o.sensor_id = ?1 AND o.id > coalesce(
      (SELECT max(id) FROM uplink_span WHERE sensor_id = ?1 AND state = 'up'), 0)
      AND o.state <> 'unknown') AS outageMs
  FROM uplink_span WHERE sensor_id = ?1 AND state <> 'unknown' ORDER BY id DESC LIMIT 1`

export class UplinkRepository {
  constructor(
    private readonly read: DataSource,
    private readonly outbox: OutboxRepository,
  ) {}

  /** `atMs`: when it was told. */
  async apply(manager: EntityManager, sensorId: number, status: CaptureStatus, atMs: number): Promise<void> {
    const [last]: Span[] = await manager.query(
      'SELECT id, state, from_ms AS fromMs FROM uplink_span WHERE sensor_id = ? ORDER BY id DESC LIMIT 1',
      [sensorId],
    )
    const isWatched = status.state === 'running' && status.uplink !== null
    const uplink = isWatched && status.uplink ? status.uplink : { ...NOTHING_KNOWN, sinceMs: atMs }
    if (last ? last.state === uplink.state : !isWatched) return
    const told = await this.happening(manager, sensorId, uplink, status.interface)
    await this.begin(manager, sensorId, last, uplink)
    if (told) {
      const { kind, said } = told
      const detail = JSON.stringify(said)
      await this.outbox.note(manager, { atMs: uplink.sinceMs, kind, ref: status.interface, detail })
    }
  }

  /** All that had not ended by `fromMs`, newest first. */
  async list(fromMs: number, limit: number): Promise<UplinkSpan[]> {
    return await this.read.query(SELECT, [fromMs, limit])
  }

  private async begin(manager: EntityManager, sensorId: number, last: Span | undefined, uplink: Uplink) {
    const fromMs = Math.max(uplink.sinceMs, last?.fromMs ?? 0)
    if (last) await manager.query('UPDATE uplink_span SET to_ms = ? WHERE id = ?', [fromMs, last.id])
    const { state, answeredMs, evidence, gateway, gatewayAnsweredMs } = uplink
    await manager.query(
      `INSERT INTO uplink_span (sensor_id, state, from_ms, answered_ms, evidence, gateway, gateway_answered_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [sensorId, state, fromMs, answeredMs, evidence, gateway, gatewayAnsweredMs],
    )
  }

  /** The begin of an outage and its end; that it turns out to be another one, or is lost sight of, is neither. */
  private async happening(
    manager: EntityManager,
    sensorId: number,
    { state, sinceMs, gateway }: Uplink,
    name: string,
  ): Promise<{ kind: string; said: Text } | null> {
    if (state === 'unknown') return null
    const [known]: (Span & { outageMs: number })[] = await manager.query(LAST_KNOWN, [sensorId])
    const wasOut = known !== undefined && known.state !== 'up'
    if (wasOut === (state !== 'up')) return null
    if (state !== 'up') {
      return { kind: 'internet_lost', said: text(`notify_${state}`, { ip: gateway, interface: name }) }
    }
    const lasted = { outage_ms: Math.max(0, sinceMs - (known?.outageMs ?? sinceMs)), interface: name }
    return { kind: 'internet_back', said: text('notify_internet_back', lasted) }
  }
}
