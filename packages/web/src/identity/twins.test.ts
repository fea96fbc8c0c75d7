import { HOUR_MS, render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Clue } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import type { Store } from '../storage/store.js'
import { createTestStore, event, hostOf, SOURCE } from '../testing/test-store.js'
import { Twins } from './twins.js'

const NOW = 1_800_000_000_000
const OLD = '5e:7b:33:05:c5:6b'
const NEW = '36:fb:57:f0:7d:3b'
const NEWER = '02:11:22:33:44:55'
const ACT = { atMs: NOW, source: 'person' as const }

let sequence = 0
/** One MAC that was there for an hour from then on, and calls itself so. */
async function phone(store: Store, mac: string, fromHour: number, name: string): Promise<number> {
  const ip = `10.0.0.${10 + fromHour}`
  const clues: Clue[] = [{ mac, source: 'dhcp_12', value: name }]
  for (const hour of [fromHour, fromHour + 1]) {
    const hosts = [hostOf(ip, mac, { seenMs: NOW + hour * HOUR_MS - (hour > fromHour ? 60_000 : 0) })]
    await applyEvents(
      store,
      SOURCE,
      [event(++sequence, { kind: 'observation', hosts, names: [], clues })],
      NOW,
    )
  }
  return (await store.inventory.idOf(mac)) ?? 0
}

const pairs = (twins: Twins) => twins.all().map(({ id, earlierId }) => [earlierId, id])

test('a phone with a new MAC is suggested with its reasons, merged, split and then never again', async () => {
  await using test = await createTestStore()
  const { store } = test
  const twins = new Twins(store.sameDevices, () => NOW + 4 * HOUR_MS)
  const old = await phone(store, OLD, 0, 'Annas-iPhone')
  const other = await phone(store, NEW, 2, 'Annas-iPhone')
  await phone(store, '8a:b2:40:a4:fc:21', 0, 'Davids-iPhone')
  await twins.refresh()
  expect(pairs(twins)).toEqual([[old, other]])
  expect(twins.idsOf(old)).toEqual([other])
  expect(twins.all()[0]?.suggestion.reasons.map((reason) => render(reason, 'en'))).toEqual([
    'Both are called Annas-iPhone.',
    'They were never there at the same time: the one came 1 h after the other was last seen.',
  ])
  await store.inventory.merge(old, [other], ACT)
  await twins.refresh()
  expect(pairs(twins)).toEqual([])
  // The next MAC of the same phone is compared with all that it had.
  const newer = await phone(store, NEWER, 4, 'Annas-iPhone')
  await twins.refresh()
  expect(pairs(twins)).toEqual([[old, newer]])
  await store.inventory.split(old, [NEW], ACT)
  await store.inventory.tellApart(old, newer, ACT)
  await twins.refresh()
  expect(pairs(twins)).toEqual([[other, newer]])
})
