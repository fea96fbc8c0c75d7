/**
 * Takes a device out of everything that is stored: its traffic, names, presence,
 * alerts, changes and its place in snapshots. Sums over all devices stay, since
 * they name nobody; a destination that only it spoke to goes with it.
 */

import type { EntityManager } from 'typeorm'
import { LEVELS } from './totals.js'
import { foldTraffic } from './traffic-fold.js'

const GONE = '(SELECT id FROM temp.gone)'
const GONE_MACS = `(SELECT mac FROM device_mac WHERE device_id IN ${GONE})`
const GONE_FLOWS = `(SELECT id FROM flow WHERE device_id IN ${GONE})`

const STATEMENTS = [
  ...LEVELS.map(({ name }) => `DELETE FROM traffic_${name} WHERE flow_id IN ${GONE_FLOWS}`),
  `DELETE FROM traffic_set_aside WHERE flow_id IN ${GONE_FLOWS}`,
  ...LEVELS.map(({ name }) => `DELETE FROM usage_${name} WHERE scope = 1 AND key IN ${GONE}`),
  `INSERT INTO temp.lonely SELECT DISTINCT remote_id FROM flow WHERE device_id IN ${GONE}`,
  `DELETE FROM flow WHERE device_id IN ${GONE}`,
  'DELETE FROM temp.lonely WHERE id IN (SELECT remote_id FROM flow)',
  'DELETE FROM destination WHERE address_id IN (SELECT id FROM temp.lonely)',
  ...LEVELS.map(
    ({ name }) => `DELETE FROM usage_${name} WHERE scope = 2 AND key IN (SELECT id FROM temp.lonely)`,
  ),
  `DELETE FROM address_name WHERE address_id IN (SELECT id FROM temp.lonely)
     OR address_id IN (SELECT n.id FROM address n JOIN address a ON a.ip = n.ip JOIN device_address ON address_id = a.id
       WHERE device_id IN ${GONE})`,
  // Its alerts name it in their text, and the incident does of each of them.
  `DELETE FROM incident WHERE id IN (SELECT incident_id FROM incident_alert JOIN alert_mac USING (alert_id)
    WHERE mac IN ${GONE_MACS})`,
  `DELETE FROM alert WHERE id IN (SELECT alert_id FROM alert_mac WHERE mac IN ${GONE_MACS})`,
  'DELETE FROM alert_mac WHERE alert_id NOT IN (SELECT id FROM alert)',
  `DELETE FROM incident WHERE id IN (SELECT incident_id FROM incident_key WHERE key IN ${GONE_MACS})
     OR EXISTS (SELECT 1 FROM json_each(parties) WHERE value ->> 'mac' IN ${GONE_MACS})`,
  'DELETE FROM incident_alert WHERE alert_id NOT IN (SELECT id FROM alert)',
  `DELETE FROM same_device WHERE mac IN ${GONE_MACS} OR other_mac IN ${GONE_MACS}`,
  `UPDATE snapshot SET clients = (SELECT json_group_array(json(value)) FROM json_each(clients)
       WHERE coalesce(value ->> 'mac', '') NOT IN ${GONE_MACS}),
     hosts = (SELECT count(DISTINCT coalesce(value ->> 'mac', value ->> 'ip')) FROM json_each(clients) WHERE coalesce(value ->> 'mac', '') NOT IN ${GONE_MACS})
   WHERE EXISTS (SELECT 1 FROM json_each(clients) WHERE value ->> 'mac' IN ${GONE_MACS})`,
  `DELETE FROM device_clue WHERE device_id IN ${GONE}`,
  `DELETE FROM asked_name WHERE device_id IN ${GONE}`,
  // The trigger takes what else only belongs to the row.
  `DELETE FROM device WHERE id IN ${GONE}`,
]

export async function forgetDevices(manager: EntityManager, ids: readonly number[]): Promise<void> {
  // What waits to be folded would bring its flows back.
  while ((await foldTraffic(manager)) > 0);
  await manager.query('CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)')
  await manager.query('CREATE TEMP TABLE IF NOT EXISTS lonely (id INTEGER PRIMARY KEY)')
  await manager.query('DELETE FROM temp.gone')
  await manager.query('DELETE FROM temp.lonely')
  await manager.query(
    `INSERT INTO temp.gone SELECT id FROM device WHERE coalesce(merged_into, id) IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  )
  for (const statement of STATEMENTS) await manager.query(statement)
}
