/** What is accounted, beside the kernel's own interface counters. */

import { finished } from 'node:stream/promises'
import { ScanPace } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const TRANSFER_BYTES = 20_000_000

const server = { name: 'server', mac: '02:00:00:00:00:10', ip: '10.78.0.10' }
const client = { name: 'client', mac: '02:00:00:00:00:11', ip: '10.78.0.11' }

let lab: Lab
let netwatcherd: Netwatcherd
let events: EventCollector

beforeAll(async () => {
  const hosts = [server, client].map((host) => ({ ...host, addresses: [`${host.ip}/24`] }))
  lab = await Lab.create({ medium: 'switch', hosts })
  netwatcherd = await Netwatcherd.start(lab, server.name, '[capture]\nbucket_seconds = 1\n')
  events = netwatcherd.watch()
})

afterAll(async () => {
  events?.close()
  await netwatcherd?.close()
  await lab?.close()
})

test('a known transfer is accounted within 1 % of the interface counters', async () => {
  const before = await counters()
  const listener = lab.start(server.name, [
    process.execPath,
    '-e',
    "require('net').createServer((s) => s.resume()).listen(9000)",
  ])
  await waitUntil(
    async () => (await lab.check(server.name, ['ss', '-ltn'])).includes(':9000'),
    5000,
    () => 'the server does not listen',
  )
  await lab.check(client.name, [
    process.execPath,
    '-e',
    `const s = require('net').connect(9000, '${server.ip}', () => s.end(Buffer.alloc(${TRANSFER_BYTES})))`,
  ])
  await listener.stop()
  const after = await counters()
  const kernelBytes = after.rx + after.tx - before.rx - before.tx

  const accounted = () =>
    rows()
      .filter((row) => row.servicePort === 9000)
      .reduce((sum, row) => sum + Number(row.rxBytes + row.txBytes), 0)
  await waitUntil(
    () => accounted() > kernelBytes * 0.99,
    10_000,
    () => `${accounted()} of ${kernelBytes} bytes`,
  )
  expect(accounted()).toBeGreaterThan(TRANSFER_BYTES)
  expect(accounted()).toBeLessThan(kernelBytes * 1.01)

  const row = rows().find((candidate) => candidate.servicePort === 9000)
  expect(row).toMatchObject({ deviceMac: client.mac, deviceIp: client.ip, remoteIp: server.ip, protocol: 6 })
  const { sensors } = await netwatcherd.status()
  expect(sensors[0]?.dropped).toBe(0n)
})

test('a scan of our own does not look like frames that were missed', async () => {
  const order = {
    interface: '',
    targets: ['10.78.0.0/24'],
    pace: ScanPace.FAST,
    allowLarge: false,
    ping: false,
  }
  await finished(netwatcherd.discovery.scan(order).resume())
  const sensor = async () => (await netwatcherd.status()).sensors[0]
  const isCaughtUp = async () => {
    const status = await sensor()
    return status !== undefined && status.sentPackets > 250n && status.kernelPackets - status.packets <= 2n
  }
  await waitUntil(isCaughtUp, 15_000, () => 'the sensor counted fewer frames than the kernel')
})

function rows() {
  return events.events.flatMap(({ event }) =>
    event.payload?.$case === 'traffic' ? event.payload.value.rows : [],
  )
}

async function counters(): Promise<{ rx: number; tx: number }> {
  const read = async (name: string) =>
    Number(await lab.check(server.name, ['cat', `/sys/class/net/eth0/statistics/${name}_bytes`]))
  return { rx: await read('rx'), tx: await read('tx') }
}
