/**
 * Departure by patience alone, in real time and without a scan: who leaves is told
 * when its patience is over, and who sleeps and answers every third question is not.
 * The whole product, on the machine of a household; six minutes of waiting.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../../daemon/src/lab/lab.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'
import type { Device, DevicesResponse } from '../src/contract/devices.js'
import { LIMITS } from '../src/presence/presence.js'
import { type LabSystem, startLabSystem } from './support/lab-system.js'

const EVERY_THIRD = fileURLToPath(new URL('support/every-third.py', import.meta.url))
const GATE = { name: 'gate', mac: '02:00:00:00:72:01', ip: '10.72.0.1' }
const TALKS = { name: 'talks', mac: '02:00:00:00:72:02', ip: '10.72.0.2' }
const LEAVES = { name: 'leaves', mac: '02:00:00:00:72:03', ip: '10.72.0.3' }
const SLEEPS = { name: 'sleeps', mac: '02:00:00:00:72:04', ip: '10.72.0.4' }
const HOSTS = [GATE, TALKS, LEAVES, SLEEPS]
const OTHERS = [TALKS, LEAVES, SLEEPS]
const PATIENCE = LIMITS.always_on.offlineAfterMs
/** Two looks, a question between them, and a loaded machine. */
const TOLD_WITHIN_MS = 90 * SECOND_MS

let lab: Lab
let system: LabSystem
let sleeper: LabProcess

beforeAll(async () => {
  const hosts = HOSTS.map(({ name, mac, ip }) => ({ name, mac, addresses: [`${ip}/24`] }))
  lab = await Lab.create({ medium: 'switch', hosts })
  // The kernel would answer every question, and solicit routers for an hour.
  await lab.check(SLEEPS.name, ['ip', 'link', 'set', 'eth0', 'arp', 'off'])
  await lab.check(SLEEPS.name, ['sysctl', '-q', '-w', 'net.ipv6.conf.all.disable_ipv6=1'])
  sleeper = lab.start(SLEEPS.name, ['python3', EVERY_THIRD, 'eth0', SLEEPS.ip, SLEEPS.mac])
  const [config, settings] = ['[capture]\ninterfaces = ["eth0"]\n', '[discovery]\nscan_every_minutes = 0\n']
  system = await startLabSystem({ lab, watcher: GATE.name, config, settings })
}, 120_000)

afterAll(async () => {
  await system?.[Symbol.asyncDispose]()
  await lab?.close()
})

async function devices(): Promise<Device[]> {
  return (await system.ask<DevicesResponse>('/api/devices?pageSize=50')).devices
}

async function find(mac: string): Promise<Device | undefined> {
  return (await devices()).find((device) => device.mac === mac)
}

describe('Patience, in real time', () => {
  test(
    'who leaves is told within its patience, and who answers every third question is not called offline',
    async () => {
      // Once, so that all are known; asks each three times.
      await system.scan()
      const areAllKnown = async () => {
        const known = (await devices()).map(({ mac }) => mac)
        return OTHERS.every(({ mac }) => known.includes(mac))
      }
      await waitUntil(areAllKnown, 60_000, () => 'not all are found')
      const ids = (await devices()).filter(({ isSelf }) => !isSelf).map(({ id }) => id)
      await system.tell('/api/inventory/bulk', { ids, set: { patience: 'always_on' } })
      await lab.setLink(LEAVES.name, 'down')
      const leftMs = (await find(LEAVES.mac))?.lastSeenMs ?? 0
      const heard = new Set<string>()
      let toldMs = 0
      let untilMs = leftMs + PATIENCE + TOLD_WITHIN_MS
      while (Date.now() < untilMs) {
        await lab.run(TALKS.name, ['ping', '-c', '1', '-W', '1', GATE.ip])
        for (const { mac, presence } of await devices()) heard.add(`${mac} ${presence}`)
        if (toldMs === 0 && heard.has(`${LEAVES.mac} offline`)) {
          toldMs = Date.now()
          untilMs = toldMs + TOLD_WITHIN_MS / 2
        }
        await sleep(5 * SECOND_MS)
      }
      expect(toldMs - leftMs).toBeGreaterThanOrEqual(PATIENCE)
      expect(toldMs - leftMs).toBeLessThan(PATIENCE + TOLD_WITHIN_MS)
      expect([...heard].filter((one) => one.endsWith('offline'))).toEqual([`${LEAVES.mac} offline`])
      // It was asked when its patience was over, and seen by its answer alone.
      expect(sleeper.output.trim().split('\n').length).toBeGreaterThanOrEqual(6)
      expect((await find(SLEEPS.mac))?.lastSeenMs).toBeGreaterThan(leftMs + PATIENCE - MINUTE_MS)
    },
    12 * MINUTE_MS,
  )
})
