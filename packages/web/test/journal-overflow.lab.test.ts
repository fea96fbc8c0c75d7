/**
 * The web part is away for longer than the daemon's journal holds. When it is
 * back, what was dropped and what was stored are together what the sensor
 * counted, to the byte, and no alert is missing.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Lab } from '../../daemon/src/lab/lab.js'
import { unary, waitUntil } from '../../daemon/test/support/netwatcherd.js'
import { type LabSystem, startLabSystem } from './support/lab-system.js'

const WATCHER = { name: 'watcher', mac: '02:00:00:00:00:40', addresses: ['10.82.0.1/24'] }
const SENDER = { name: 'sender', mac: '02:00:00:00:00:41', addresses: ['10.82.0.2/24'] }
const CONFIG = '[journal]\nbytes = 65536\n'
/** After it everything that was sent has been told. */
const BUCKET_MS = 5000
const CATCH_UP_MS = 60_000

let lab: Lab
let system: LabSystem

beforeEach(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [WATCHER, SENDER] })
  system = await startLabSystem({ lab, watcher: WATCHER.name, config: CONFIG })
})

afterEach(async () => {
  await system?.[Symbol.asyncDispose]()
  await lab?.close()
})

test('what the journal dropped and what is stored are together what was counted, and the alert is told', {
  timeout: 3 * CATCH_UP_MS,
}, async () => {
  await send(10)
  await expect.poll(stored, { timeout: CATCH_UP_MS }).toBeGreaterThan(1000)
  system.web.child.kill('SIGKILL')
  await system.web.exited
  const { netwatcherd } = system
  const unacknowledged = async () => (await netwatcherd.status()).journal?.unacknowledgedAlerts
  await unary((done) => netwatcherd.alerts.drill({ interface: 'eth0' }, done))
  await expect.poll(unacknowledged, { timeout: CATCH_UP_MS }).toBe(1)
  await waitUntil(
    async () => {
      await send(3000)
      return Number((await netwatcherd.status()).journal?.droppedEvents) >= 8
    },
    CATCH_UP_MS,
    () => 'the journal did not overflow',
  )
  await sleep(BUCKET_MS + 1000)
  const backMs = Date.now()
  await system.restartWeb()
  await expect.poll(uncounted, { timeout: CATCH_UP_MS, interval: 1000 }).toBe(0)
  const { gaps } = await system.ask<{ gaps: Gap[] }>('/api/gaps')
  expect(gaps).toHaveLength(1)
  expect(gaps[0]?.trafficBytes).toBeGreaterThan(100_000)
  expect(gaps[0]?.fromMs).toBeGreaterThan(0)
  expect(gaps[0]?.toMs).toBeLessThan(backMs)
  const { alerts } = await system.ask<{ alerts: { kind: string }[] }>('/api/alerts')
  expect(alerts.filter(({ kind }) => kind === 'drill')).toHaveLength(1)
  await expect.poll(unacknowledged, { timeout: 10_000 }).toBe(0)
})

interface Gap {
  fromMs: number
  toMs: number
  trafficBytes: number
}

/** Bytes that are neither stored nor in a gap. */
async function uncounted(): Promise<number> {
  const { sensors } = await system.ask<{ sensors: { bytes: number }[] }>('/api/sniff')
  const { gaps } = await system.ask<{ gaps: Gap[] }>('/api/gaps')
  const missing = gaps.reduce((sum, { trafficBytes }) => sum + trafficBytes, 0)
  return (sensors[0]?.bytes ?? 0) - missing - (await stored())
}

async function stored(): Promise<number> {
  const csv = await (await system.web.get('/api/traffic/devices?format=csv')).text()
  const [header = '', ...lines] = csv.split('\r\n').filter(Boolean)
  const column = header.split(',').indexOf('bytes')
  return lines.reduce((sum, line) => sum + Number(line.split(',').at(column)), 0)
}

/** Datagrams of which each is a row of its own, for a service of its own. */
async function send(count: number): Promise<void> {
  const script = `
    const socket = require('node:dgram').createSocket('udp4')
    const payload = Buffer.alloc(100)
    let port = 1000
    const timer = setInterval(() => {
      for (let i = 0; i < 50 && port < 1000 + ${count}; i++) socket.send(payload, port++, '10.82.0.1')
      if (port >= 1000 + ${count}) clearInterval(timer) || setTimeout(() => socket.close(), 100)
    }, 10)`
  await lab.check(SENDER.name, [process.execPath, '-e', script], { timeoutMs: 20_000 })
}
