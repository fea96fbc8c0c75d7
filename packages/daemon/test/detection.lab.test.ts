/**
 * Every attack of the lab, with the real tool, seen by the real daemon: named
 * right, and within two seconds of the first frame that an independent capture
 * shows.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../src/lab/attacks.js'
import { ATTACKER, createHomeNetwork, type HomeNetwork } from '../src/lab/home-network.js'
import type { LabProcess } from '../src/lab/lab.js'
import { claimants } from './support/claimants.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'
import { startTcpdump } from './support/tcpdump.js'

const DETECTION_LIMIT_MS = 2000

/** The attack's own frames, in tcpdump's filter language, for the tools whose target is an address. */
const FIRST_FRAME: Record<string, string> = {
  'arp-spoof': 'arp[6:2] = 2 and arp[14:4] != 0x0a4d0042',
  'gateway-impersonation': 'arp[6:2] = 2 and arp[14:4] = 0x0a4d0001',
  'ip-conflict': 'arp and arp[14:4] = 0x0a4d000a',
}

let network: HomeNetwork
let netwatcherd: Netwatcherd
let events: EventCollector

beforeAll(async () => {
  network = await createHomeNetwork('mirror')
  netwatcherd = await Netwatcherd.start(network.lab, network.watcher, '[detection]\nlearning_minutes = 0\n')
  events = netwatcherd.watch()
  await waitUntil(
    () => events.events.some(({ event }) => event.payload?.$case === 'observation'),
    10_000,
    () => 'no host was observed',
  )
})

afterAll(async () => {
  events?.close()
  await netwatcherd?.close()
  await network?.close()
})

test.for(Object.keys(ATTACKS))('%s raises its alert in time', async (name) => {
  const attack = ATTACKS[name]
  if (!attack) throw new Error(`no attack ${name}`)
  const startedMs = Date.now()
  const filter = FIRST_FRAME[name]
  const witness =
    filter &&
    (await startTcpdump(network.lab, network.watcher, [
      '-l',
      '-tt',
      `ether src ${ATTACKER.mac} and ${filter}`,
    ]))
  const processes = await attack.start(network.lab)
  try {
    const { found: alert, receivedMs } = await events.find(
      (event) =>
        event.payload?.$case === 'alert' &&
        attack.expects.includes(event.payload.value.kind) &&
        event.payload.value.severity >= 2 &&
        Number(event.atMs) >= startedMs - 100 &&
        event.payload.value,
      20_000,
      `an alert ${attack.expects.join(' or ')}`,
    )
    // A flood of invented addresses is nobody's.
    if (alert.kind !== 'mac_flood') expect(claimants(alert)).toContain(ATTACKER.mac)
    expect(alert.seen).not.toBe('')
    if (witness) expect(receivedMs - (await firstTimestampMs(witness))).toBeLessThan(DETECTION_LIMIT_MS)
  } finally {
    await stopAttack(network.lab, processes)
    if (witness) await witness.stop('SIGINT')
  }
})

test('nothing else of warning or above was said of the ordinary devices', () => {
  const accused = events.events.flatMap(({ event }) =>
    event.payload?.$case === 'alert' && event.payload.value.severity >= 2 ? [event.payload.value] : [],
  )
  // A flood of invented addresses names many MACs; every other alert is about the guest.
  const others = accused.filter(
    (alert) => alert.kind !== 'mac_flood' && !claimants(alert).includes(ATTACKER.mac),
  )
  expect(
    others.map((alert) => ({ kind: alert.kind, ip: alert.ip, macs: claimants(alert), seen: alert.seen })),
  ).toEqual([])
})

async function firstTimestampMs(witness: LabProcess): Promise<number> {
  const pattern = /^(\d+\.\d+) /m
  await waitUntil(
    () => pattern.test(witness.output),
    2000,
    () => 'tcpdump has seen no frame of the attack',
  )
  return Number(pattern.exec(witness.output)?.[1]) * 1000
}
