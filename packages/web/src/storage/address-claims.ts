/**
 * Whose an address is. Who had it first and still shows it owns it; what
 * somebody else claims meanwhile is disputed, and so is what an alert that is
 * active says somebody claims falsely. A lease that a DHCP server granted is
 * nobody's claim. Once the other has been silent, the address has moved.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { EntityManager } from 'typeorm'
import type { Host } from '../daemon/types.js'

export interface Claim {
  deviceId: number
  addressId: number
  host: Host
}

/** Who was seen with the address within this still has it. */
const STILL_HELD_MS = 5 * MINUTE_MS

/** Takes [device, address, time, ip, mac] each. */
const DISPUTED = `
  SELECT claim.key AS i FROM json_each(?1) claim CROSS JOIN device me ON me.id = claim.value ->> 0
  WHERE EXISTS (SELECT 1 FROM device_address theirs JOIN device other ON other.id = theirs.device_id
      WHERE theirs.address_id = claim.value ->> 1 AND theirs.is_disputed = 0
        AND coalesce(other.merged_into, other.id) <> coalesce(me.merged_into, me.id)
        AND theirs.last_seen_ms > (claim.value ->> 2) - ${STILL_HELD_MS}
        AND NOT EXISTS (SELECT 1 FROM device_address mine WHERE mine.device_id = me.id
          AND mine.address_id = theirs.address_id AND mine.is_disputed = 0
          AND mine.first_seen_ms <= theirs.first_seen_ms))
    OR EXISTS (SELECT 1 FROM alert, json_each(alert.body, '$.parties') party
      WHERE alert.state = 'active' AND alert.severity > 0 AND alert.ip = claim.value ->> 3
        AND party.value ->> 'role' = 'suspect' AND party.value ->> 'mac' = claim.value ->> 4)`

/** Marks the claims that are disputed, beside those that the sensor said are. */
export async function settleClaims(manager: EntityManager, claims: Claim[]): Promise<void> {
  const asked = claims.map(({ deviceId, addressId, host }) => [
    deviceId,
    addressId,
    host.seenMs,
    host.ip,
    host.mac,
  ])
  const rows: { i: number }[] = await manager.query(DISPUTED, [JSON.stringify(asked)])
  for (const { i } of rows) {
    const claim = claims[i]
    if (claim && claim.host.evidence !== 'dhcp')
      claims[i] = { ...claim, host: { ...claim.host, isDisputed: true } }
  }
}
