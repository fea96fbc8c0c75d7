/**
 * A capture of what the live daemon saw, replayed, gives the same alerts:
 * kinds, severities, addresses and claimants.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../src/lab/attacks.js'
import { createHomeNetwork, type HomeNetwork } from '../src/lab/home-network.js'
import { claimants } from './support/claimants.js'
import { type EventCollector, Netwatcherd } from './support/netwatcherd.js'
import { startTcpdump, stopTcpdump } from './support/tcpdump.js'

/** Without active checks: a file cannot be asked. */
const CONFIG = '[detection]\nlearning_minutes = 0\nactive_verification = false\n'
const TRIED = ['arp-scan', 'arp-spoof', 'port-scan'] as const
const SEVERITIES = ['', 'info', 'warning', 'critical']

let network: HomeNetwork
let netwatcherd: Netwatcherd
let events: EventCollector
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-replay-'))
  network = await createHomeNetwork('mirror')
})

afterAll(async () => {
  events?.close()
  await netwatcherd?.close()
  await network?.close()
  rmSync(directory, { recursive: true, force: true })
})

test('live and replayed, the same frames give the same alerts', async () => {
  const file = join(directory, 'seen.pcap')
  const recorder = await startTcpdump(network.lab, network.watcher, ['-U', '-w', file])
  netwatcherd = await Netwatcherd.start(network.lab, network.watcher, CONFIG)
  events = netwatcherd.watch()
  for (const name of TRIED) {
    const attack = ATTACKS[name]
    if (!attack) throw new Error(`no attack ${name}`)
    const processes = await attack.start(network.lab)
    await events.find(
      (event) => event.payload?.$case === 'alert' && attack.expects.includes(event.payload.value.kind),
      15_000,
      `an alert ${attack.expects.join(' or ')}`,
    )
    await stopAttack(network.lab, processes)
  }
  // Stopping the daemon ends what is open, so the last word on each alert has been told.
  await netwatcherd.process.stop()
  await stopTcpdump(recorder)
  expect(replayed(file)).toEqual(live())
  expect(live().length).toBeGreaterThanOrEqual(TRIED.length)
})

function live(): string[] {
  const last = new Map<string, string>()
  for (const { event } of events.events) {
    if (event.payload?.$case !== 'alert') continue
    const { id, kind, severity, ip } = event.payload.value
    const macs = claimants(event.payload.value)
    last.set(id, describe(kind, SEVERITIES[severity] ?? '', ip, macs[0]))
  }
  return loud([...last.values()])
}

function replayed(file: string): string[] {
  const output = execFileSync(process.execPath, [netwatcherd.program, 'replay', '--json', file], {
    encoding: 'utf8',
  })
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return loud(
    lines
      .filter((line) => line.type === 'alert')
      .map(({ kind, severity, ip, macs }) => describe(kind, severity, ip ?? '', macs[0])),
  )
}

function describe(kind: string, severity: string, ip: string, mac = ''): string {
  // The machine knows its gateway; a file does not say which address that is.
  const shownKind = kind === 'gateway_spoof' ? 'arp_spoof' : kind
  return `${shownKind} ${severity} ${ip} ${mac}`
}

/** Notes on new devices depend on who spoke before the recording began. */
function loud(alerts: string[]): string[] {
  return [...new Set(alerts.filter((alert) => !alert.includes(' info ')))].sort()
}
