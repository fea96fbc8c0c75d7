/**
 * What devices told of their nature, as the sensors read it. Few per device: a
 * machine that announces thousands of services is known by the latest of them.
 */

import type { ClueSource } from '@netwatcher/shared'
import { isOfInterest } from '@netwatcher/shared/identity'
import type { EntityManager } from 'typeorm'
import type { Clue } from '../daemon/types.js'

const MOST_PER_DEVICE = 256
/** Whom a device talks to is kept only where a rule rests on it: the rest is nobody's business. */
const TALK: ReadonlySet<ClueSource> = new Set(['dns_asked', 'tls_name', 'quic_name', 'port_used'])

export class ClueRepository {
  /** Clues of devices that are not known are left out. */
  async apply(manager: EntityManager, siteId: number, clues: readonly Clue[], atMs: number): Promise<void> {
    const kept = clues.filter((clue) => !TALK.has(clue.source) || isOfInterest(clue))
    if (kept.length === 0) return
    const rows = JSON.stringify(kept.map(({ mac, source, value }) => [mac, source, value]))
    await manager.query(NOTE_CLUES, [siteId, atMs, rows])
    await manager.query(FORGET_BEYOND, [siteId, JSON.stringify([...new Set(kept.map(({ mac }) => mac))])])
  }
}

const NOTE_CLUES = `
  INSERT INTO device_clue (device_id, source, value, first_seen_ms, last_seen_ms)
  SELECT device_mac.device_id, value ->> 1, value ->> 2, ?2, ?2 FROM json_each(?3)
  CROSS JOIN device_mac ON site_id = ?1 AND mac = value ->> 0 WHERE true
  ON CONFLICT (device_id, source, value) DO UPDATE SET last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`

const FORGET_BEYOND = `
  DELETE FROM device_clue WHERE (device_id, source, value) IN (
    SELECT device_id, source, value FROM (
      SELECT device_id, source, value,
        row_number() OVER (PARTITION BY device_id ORDER BY last_seen_ms DESC) AS place
      FROM device_clue WHERE device_id IN (
        SELECT device_id FROM device_mac WHERE site_id = ?1 AND mac IN (SELECT value FROM json_each(?2))))
    WHERE place > ${MOST_PER_DEVICE})`
