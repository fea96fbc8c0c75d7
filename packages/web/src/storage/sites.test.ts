import { expect, test } from 'vitest'
import { captureFrom } from '../daemon/convert.js'
import { captureStatus } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import {
  alertOf,
  createTestStore,
  event,
  hostOf,
  rename,
  SENSOR,
  SOURCE,
  trafficOf,
} from '../testing/test-store.js'
import type { Store } from './store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const PAGE = { page: 1, pageSize: 50, order: { key: 'bytes', isDescending: true } }

const sensorOf = (siteId: number) => ({ daemonId: `${siteId}`.repeat(32), interface: 'eth0' })

/** The same machine, address and sensor names in a site. */
async function fill(store: Store, siteId: number): Promise<void> {
  const sensor = sensorOf(siteId)
  const events = [
    event(1, { kind: 'observation', hosts: [hostOf('192.168.1.10', MAC, { sensor })], names: [], clues: [] }),
    event(2, trafficOf([{}], undefined, sensor)),
  ]
  // Positions are by daemon, and daemons of two sites are never the same one.
  await applyEvents(store, { siteId, daemonId: sensor.daemonId, name: `${siteId}` }, events, 0)
  await store.traffic.fold()
}

test('two sites with the same addresses and a cloned MAC do not mix', async () => {
  await using test = await createTestStore()
  const { store } = test
  const school = await store.sites.ensure('school')
  expect(await store.sites.ensure('school')).toBe(school)
  expect(await store.sites.ensure('default')).toBe(SOURCE.siteId)
  await fill(store, SOURCE.siteId)
  await fill(store, school)
  const { totals } = await store.traffic.devices(PAGE)
  expect(totals.map(({ device, txBytes }) => [device, txBytes])).toEqual([
    [MAC, 100],
    [MAC, 100],
  ])
  const destinations = (await store.traffic.destinations(PAGE)).totals
  expect(destinations.map(({ dst, txBytes, devices }) => [dst, txBytes, devices])).toEqual([
    ['8.8.8.8', 100, 1],
    ['8.8.8.8', 100, 1],
  ])
  const [sensors] = await store.database.read.query('SELECT count(*) AS n FROM sensor')
  expect(sensors.n).toBe(2)
})

test('an alert of one site does not show at the same MAC of another', async () => {
  await using test = await createTestStore()
  const { store } = test
  const school = await store.sites.ensure('school')
  await fill(store, SOURCE.siteId)
  await fill(store, school)
  const sensor = sensorOf(school)
  const alert = alertOf({ sensor, parties: [{ role: 'suspect', mac: MAC, ip: '', certainty: 'proven' }] })
  const source = { siteId: school, daemonId: sensor.daemonId, name: 'school' }
  await applyEvents(store, source, [event(3, { kind: 'alert', alert })], 0)
  const { devices } = await store.devices.list({
    shown: 'all',
    ...PAGE,
    order: { key: 'firstSeen', isDescending: false },
  })
  expect(devices.map(({ activeAlerts }) => activeAlerts).sort()).toEqual([0, 1])
})

test('the same address in two VLANs of a sensor is two, and one destination', async () => {
  await using test = await createTestStore()
  const { store } = test
  const tagged = { deviceMac: 'aa:bb:cc:dd:ee:02', vlan: 7 }
  await applyEvents(store, SOURCE, [event(1, trafficOf([{}, tagged]))], 0)
  await store.traffic.fold()
  const rows = await store.database.read.query(
    `SELECT n.vlan, a.ip FROM address a JOIN sensor_network n USING (network_id) WHERE ip <> '' ORDER BY 1`,
  )
  expect(rows).toEqual([
    { vlan: 0, ip: '192.168.1.10' },
    { vlan: 7, ip: '192.168.1.10' },
  ])
  expect((await store.traffic.destinations(PAGE)).totals).toMatchObject([{ dst: '8.8.8.8', devices: 2 }])
})

test('two sensors in one segment see one network, and two again when it is not one any more', async () => {
  await using test = await createTestStore()
  const { store } = test
  let sequence = 0
  const see = async (name: string, segment: string, ip: string) => {
    const sensor = { ...SENSOR, interface: name }
    const status = { ...captureFrom(captureStatus(name)), sensor, segment }
    const host = hostOf(ip, MAC, { sensor })
    const payloads = [
      { kind: 'observation' as const, hosts: [host], names: [], clues: [] },
      { kind: 'capture' as const, status },
    ]
    const events = payloads.map((payload) => event(++sequence, payload))
    await applyEvents(store, SOURCE, events, 0)
  }
  const networks = async () => {
    const sql = "SELECT ip, count(*) AS n FROM address WHERE ip <> '' GROUP BY ip ORDER BY ip"
    const rows: { ip: string; n: number }[] = await store.database.read.query(sql)
    return rows.map(({ ip, n }) => `${ip} ${n}`)
  }
  await see('eth0', 'eth0', '10.0.0.1')
  await see('wlan0', 'eth0', '10.0.0.1')
  expect(await networks()).toEqual(['10.0.0.1 1'])
  await see('wlan0', 'wlan0', '10.0.0.1')
  expect(await networks()).toEqual(['10.0.0.1 2'])
  await see('wlan0', 'eth0', '10.0.0.2')
  await see('eth0', 'eth0', '10.0.0.2')
  expect(await networks()).toEqual(['10.0.0.1 2', '10.0.0.2 1'])
})

test('a device is found by its id and by its MAC, and both go with it', async () => {
  await using test = await createTestStore()
  const { store } = test
  await applyEvents(
    store,
    SOURCE,
    [
      event(1, {
        kind: 'observation',
        hosts: [hostOf('10.0.0.1', MAC, { sensor: SENSOR })],
        names: [],
        clues: [],
      }),
    ],
    0,
  )
  const device = await store.devices.get(MAC)
  expect(device).not.toBeNull()
  expect(await store.devices.get(device?.id ?? 0)).toEqual(device)
  await rename(store, device?.id ?? 0, 'Printer')
  expect((await store.devices.get(MAC))?.name).toBe('Printer')
  await store.database.writes.run((manager) => manager.query('DELETE FROM device'))
  expect(await store.devices.get(MAC)).toBeNull()
  const [macs] = await store.database.read.query('SELECT count(*) AS n FROM device_mac')
  expect(macs.n).toBe(0)
})
