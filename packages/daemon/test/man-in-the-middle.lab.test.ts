/**
 * The forwarding probe against the real tools, from an ordinary switch port,
 * where their unicast frames are never seen: each of them is found, and ten
 * ordinary hosts are cleared.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProbeResult } from '../src/detect/engine/detection.js'
import { Lab } from '../src/lab/lab.js'
import { runCommand } from '../src/os/command.js'
import { waitUntil } from './support/netwatcherd.js'

const DRIVER = fileURLToPath(new URL('./support/scan-driver.mjs', import.meta.url))
const POISON_LIMIT_MS = 20_000

const watcher = { name: 'watcher', mac: '02:00:00:00:03:01', ip: '10.85.0.5' }
const gateway = { name: 'gateway', mac: '02:00:00:00:03:02', ip: '10.85.0.1' }
const victim = { name: 'victim', mac: '02:00:00:00:03:03', ip: '10.85.0.10' }
const attacker = { name: 'attacker', mac: '02:00:00:00:03:04', ip: '10.85.0.66' }
const bystanders = Array.from({ length: 9 }, (_, i) => ({
  name: `host${i}`,
  mac: `02:00:00:00:03:1${i}`,
  ip: `10.85.0.1${i + 1}`,
}))
const ordinary = [victim, ...bystanders]
const allSilent = Object.fromEntries(ordinary.map(({ name }) => [name, 'silent']))

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-mitm-'))
/** Standard input that never ends: both interactive tools stop at its end. */
const silentInput = join(directory, 'input')

let lab: Lab

beforeAll(async () => {
  await runCommand('mkfifo', [silentInput])
  const hosts = [watcher, gateway, attacker, ...ordinary].map((host) => ({
    ...host,
    addresses: [`${host.ip}/24`],
    isForwarding: host === gateway,
    ...(host === gateway ? {} : { gateway: gateway.ip }),
  }))
  lab = await Lab.create({ medium: 'switch', hosts })
})

afterAll(async () => {
  await lab?.close()
  rmSync(directory, { recursive: true })
})

const BETTERCAP = ['set arp.spoof.targets 10.85.0.10', 'set arp.spoof.fullduplex true', 'arp.spoof on']

test.each<[string, [string, ...string[]]]>([
  ['arpspoof', ['arpspoof', '-i', 'eth0', '-r', '-t', victim.ip, gateway.ip]],
  ['ettercap', ['ettercap', '-T', '-q', '-i', 'eth0', '-M', 'arp', `/${victim.ip}//`, `/${gateway.ip}//`]],
  [
    'bettercap',
    [
      'bettercap',
      '-iface',
      'eth0',
      '-no-history',
      '-no-colors',
      '-gateway-override',
      gateway.ip,
      '-eval',
      BETTERCAP.join('; '),
    ],
  ],
])('%s is found by what it forwards', async (name, argv) => {
  const forwards = name === 'ettercap' ? '0' : '1'
  await lab.check(attacker.name, ['sysctl', '-q', '-w', `net.ipv4.ip_forward=${forwards}`])
  expect(await probeAll()).toEqual({
    ...allSilent,
    attacker: name === 'ettercap' ? 'silent' : 'forwarded',
  })
  for (const { name: host } of [victim, gateway]) await lab.check(host, ['ip', 'neigh', 'flush', 'all'])
  expect(await gatewayMacOfVictim()).toBe(gateway.mac)
  // bettercap reads the MACs of its targets in the kernel's table only.
  for (const { ip } of [victim, gateway]) await lab.check(attacker.name, ['ping', '-c', '1', ip])
  const attack = lab.start(attacker.name, ['sh', '-c', 'exec "$@" 0<>"$0"', silentInput, ...argv])
  try {
    await waitUntil(
      async () => (await gatewayMacOfVictim()) === attacker.mac,
      POISON_LIMIT_MS,
      () => `${name} did not poison: ${attack.output.slice(-500)}`,
    )
    expect(await probeAll()).toEqual({ ...allSilent, attacker: 'forwarded' })
  } finally {
    await attack.stop('SIGKILL')
  }
})

async function gatewayMacOfVictim(): Promise<string> {
  await lab.run(victim.name, ['ping', '-c', '1', '-W', '1', gateway.ip])
  const entry = await lab.check(victim.name, ['ip', 'neigh', 'show', gateway.ip])
  return /lladdr (\S+)/.exec(entry)?.[1] ?? ''
}

async function probeAll(): Promise<Record<string, string>> {
  const targets = [...ordinary, attacker]
  const probes = targets.map(({ ip, mac }) => ({
    method: 'forwarding_probe',
    target: { ip, mac },
    alertId: '',
  }))
  const task = JSON.stringify({ interface: 'eth0', probes })
  const output = await lab.check(watcher.name, [process.execPath, DRIVER, task])
  const results = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ProbeResult)
  return Object.fromEntries(
    targets.map(({ name, mac }) => {
      return [name, results.find(({ target }) => target.mac === mac)?.result ?? 'no result']
    }),
  )
}
