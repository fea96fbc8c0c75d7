/** Names of a device with who says them, in the fixed order; a person's own locks what is shown. */

import { expect, test } from 'vitest'
import type { DeviceNamesResponse } from '../contract/device-names.js'
import type { NameSighting } from '../daemon/types.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi } from '../testing/test-api.js'
import { event, hostOf, rename, SOURCE } from '../testing/test-store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const IP = '192.168.1.10'
const named = (source: NameSighting['source'], name: string) => ({ ip: IP, mac: MAC, name, source })

test('names come in the fixed order with who says them, former ones behind, and a given one is kept', async () => {
  await using api = await createTestApi()
  const { store } = api.deps
  const ask = async () =>
    (await (await api.request('GET', `/api/devices/${MAC}/names`)).json()) as DeviceNamesResponse
  const seen = (sequence: number, ...names: NameSighting[]) =>
    event(sequence, { kind: 'observation', hosts: [hostOf(IP, MAC)], names, clues: [] })
  await applyEvents(store, SOURCE, [seen(1, named('dns', 'a.lan'), named('mdns', 'mac-mini'))], 1000)
  await applyEvents(store, SOURCE, [seen(2, named('dhcp', 'macmini'), named('mdns', 'studio'))], 2000)
  const before = await ask()
  expect(before.isLocked).toBe(false)
  expect(before.names.map(({ source, name, isShown }) => [source, name, isShown])).toEqual([
    ['dhcp', 'macmini', true],
    ['mdns', 'studio', false],
    ['dns', 'a.lan', false],
  ])
  expect(before.former).toMatchObject([{ source: 'mdns', name: 'mac-mini' }])
  await rename(store, MAC, 'Studio')
  await applyEvents(store, SOURCE, [seen(3, named('dhcp', 'renamed'))], 3000)
  const after = await ask()
  expect(after.isLocked).toBe(true)
  expect(after.names[0]).toEqual({ source: 'person', name: 'Studio', seenMs: null, isShown: true })
  expect(after.former[0]).toMatchObject({ source: 'dhcp', name: 'macmini' })
})
