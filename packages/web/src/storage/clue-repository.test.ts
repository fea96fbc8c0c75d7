import type { ClueSource } from '@netwatcher/shared'
import { VendorTable } from '@netwatcher/shared/identity'
import { expect, test } from 'vitest'
import { deviceCells } from '../api/device-cells.js'
import { ReverseDns } from '../identity/reverse-dns.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestStore, event, hostOf, SOURCE } from '../testing/test-store.js'
import { Views } from '../views/views.js'

const MAC = '00:11:22:33:44:55'
const clue = (source: ClueSource, value: string) => ({ mac: MAC, source, value })
const observed = (...clues: ReturnType<typeof clue>[]) => ({
  kind: 'observation' as const,
  hosts: [hostOf('192.168.1.10', MAC)],
  names: [],
  clues,
})

test('clues make a device known as what it is, and say why', async () => {
  await using test = await createTestStore()
  const { store } = test
  const printer = clue('mdns_txt', '_ipp._tcp ty=HP OfficeJet 8010')
  await applyEvents(store, SOURCE, [event(1, observed(printer, clue('port_served', 'tcp/631')))], 1000)
  const stored = await store.devices.get(MAC)
  if (!stored) throw new Error('The device was not stored.')
  const views = new Views(new VendorTable(() => ({})), new ReverseDns(async () => [], Date.now), 'default', {
    idsOf: () => [],
  })
  expect(views.device(stored)).toMatchObject({
    deviceType: 'printer',
    model: 'HP OfficeJet 8010',
    label: 'HP OfficeJet 8010',
    typeReasons: [{ source: 'mdns_txt', value: printer.value }, { source: 'port_served' }],
  })
})

test('what a person says it is goes before what its clues say, wherever it is told', async () => {
  await using test = await createTestStore()
  const { store } = test
  const clues = [clue('mdns_txt', '_ipp._tcp ty=HP OfficeJet 8010'), clue('port_served', 'tcp/631')]
  await applyEvents(store, SOURCE, [event(1, observed(...clues))], 1000)
  const id = (await store.inventory.idOf(MAC)) ?? 0
  const change = { patch: { type: 'server' }, addTags: [], removeTags: [] }
  await store.inventory.change({ ids: [id] }, change, { atMs: 1000, source: 'person' })
  const stored = await store.devices.get(MAC)
  if (!stored) throw new Error('The device was not stored.')
  const reverseDns = new ReverseDns(async () => [], Date.now)
  const views = new Views(new VendorTable(() => ({})), reverseDns, 'default', { idsOf: () => [] })
  const device = views.device(stored)
  expect(device).toMatchObject({
    ...{ type: 'server', deviceType: 'server', typeConfidence: 1, model: 'HP OfficeJet 8010' },
    typeReasons: [{ source: 'person', value: 'server', weight: 1 }],
  })
  expect(deviceCells(device)).toMatchObject({ type: 'server', deviceType: 'server' })
})

test('of the names that a device asks for only those are kept that a rule rests on', async () => {
  await using test = await createTestStore()
  const { store } = test
  const asked = [clue('dns_asked', 'private.example.org'), clue('dns_asked', 'cocoa.ring.com')]
  await applyEvents(store, SOURCE, [event(1, observed(...asked))], 1000)
  expect((await store.devices.get(MAC))?.clues).toEqual([{ source: 'dns_asked', value: 'cocoa.ring.com' }])
})

test('a device with thousands of services is known by the latest of them', async () => {
  await using test = await createTestStore()
  const { store } = test
  const many = (from: number) =>
    observed(...Array.from({ length: 200 }, (_, i) => clue('mdns_instance', `s${from + i}._http._tcp`)))
  await applyEvents(store, SOURCE, [event(1, many(0))], 1000)
  await applyEvents(store, SOURCE, [event(2, many(200))], 2000)
  const values = (await store.devices.get(MAC))?.clues.map(({ value }) => value) ?? []
  expect(values).toHaveLength(256)
  expect(values).toContain('s399._http._tcp')
})

test('clues of nobody are left out, and go with their device', async () => {
  await using test = await createTestStore()
  const { store } = test
  const stray = { ...observed(clue('dhcp_60', 'MSFT 5.0')), hosts: [] }
  await applyEvents(store, SOURCE, [event(1, stray)], 1000)
  await applyEvents(store, SOURCE, [event(2, observed(clue('dhcp_60', 'MSFT 5.0')))], 2000)
  const count = async () => (await store.database.read.query('SELECT count(*) AS n FROM device_clue'))[0].n
  expect(await count()).toBe(1)
  await store.database.writes.run((manager) => manager.query('DELETE FROM device'))
  expect(await count()).toBe(0)
})
