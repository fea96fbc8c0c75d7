/**
 * Real attack tools, and two honest fail-over daemons, before the real daemon
 * at four places of a network: on the router, on a port that sees everything,
 * on an ordinary switch port and on the laptop that is attacked. What reaches
 * the place is named right within two seconds of the first frame of the attack
 * that an independent capture there shows, with evidence that Wireshark reads. What
 * does not reach it is not claimed, and men in the middle are found by what
 * they forward.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { Severity } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { Vantage } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabProcess } from '../src/lab/lab.js'
import { runCommand } from '../src/os/command.js'
import { claimants, isSuspect } from './support/claimants.js'
import { waitUntil } from './support/netwatcherd.js'
import {
  type Guest,
  LAPTOP,
  PHONE,
  type Place,
  ROUTER,
  ToolNetwork,
  WATCHER,
} from './support/tool-network.js'
import { type Expected, FAIL_OVERS, SERVICE_IPS, TOOLS, type Tool } from './support/tools.js'

const DETECTION_LIMIT_MS = 2000
/** One round over all hosts takes some six seconds, and the tools their time to begin. */
const PROBE_LIMIT_MS = 30_000
const VANTAGES: Record<Place, Vantage> = {
  gateway: Vantage.GATEWAY,
  mirror: Vantage.MIRROR,
  switch: Vantage.SWITCH_PORT,
  victim: Vantage.SWITCH_PORT,
}
/** Kinds whose claimants are asked, here where checks are enabled. */
const CHECKED = new Set(['arp_spoof', 'gateway_spoof', 'ip_conflict'])
const PLACES: Place[] = ['gateway', 'mirror', 'switch', 'victim']
const HONEST = [ROUTER, LAPTOP, PHONE, WATCHER]

describe.each(PLACES)('%s', (place) => {
  let network: ToolNetwork

  beforeAll(async () => {
    network = await ToolNetwork.create(place, TOOLS.length + 2 * FAIL_OVERS.length)
  })

  afterAll(() => network?.close())

  test.each(TOOLS.map((tool, i) => ({ ...tool, i, what: tool.expected[place] })))(
    '$name: $what',
    async ({ i, ...tool }) => {
      const guest = guestOf(network, i)
      try {
        await TRIALS[tool.expected[place]](network, tool, guest)
      } finally {
        await tool.undo?.(network, guest)
      }
    },
  )

  test.concurrent.each(FAIL_OVERS.map((failOver, i) => ({ ...failOver, i })))(
    '$name hands its address over without a warning',
    async ({ i, kinds, start }) => {
      const startedMs = Date.now()
      const first = guestOf(network, TOOLS.length + 2 * i)
      const second = guestOf(network, TOOLS.length + 2 * i + 1)
      const preferred = start(network, first, 0)
      await waitUntil(
        () => network.hasSeen(first.mac, SERVICE_IPS),
        10_000,
        () => `${first.mac} was not seen with a service address: ${preferred.output}`,
      )
      const standIn = start(network, second, 1)
      await preferred.stop()
      await network.events
        .find(
          ({ payload }) =>
            payload?.$case === 'alert' &&
            kinds.includes(payload.value.kind) &&
            claimants(payload.value).includes(second.mac),
          15_000,
          'the fail-over',
        )
        .catch((error: unknown) => {
          const detail = `said: ${said(network, startedMs)}; ${preferred.output} ${standIn.output}`
          throw new Error(detail, { cause: error })
        })
      await standIn.stop()
      expect(warningsAbout(network, [first, second])).toEqual([])
    },
  )

  test('the place is known, and no honest device was accused', async () => {
    let vantage: Vantage | undefined
    await waitUntil(
      async () => {
        vantage = (await network.netwatcherd.status()).sensors[0]?.vantage
        return vantage === VANTAGES[place]
      },
      10_000,
      () => `the place is taken for ${vantage}, not ${VANTAGES[place]}`,
    )
    const accused = warnings(network).filter((alert) =>
      HONEST.some((host) => host.mac === claimants(alert)[0]),
    )
    expect(accused.map((alert) => ({ kind: alert.kind, macs: claimants(alert), seen: alert.seen }))).toEqual(
      [],
    )
    if (place !== 'switch') return
    const forwarders = TOOLS.flatMap((tool, i) =>
      tool.expected.switch === 'probe' ? [guestOf(network, i).mac] : [],
    )
    const found = warnings(network).flatMap((alert) =>
      alert.kind === 'forwarding_host' ? claimants(alert) : [],
    )
    expect(new Set(found)).toEqual(new Set(forwarders))
  })
})

type Trial = (network: ToolNetwork, tool: Tool, guest: Guest) => Promise<void>

const TRIALS: Record<Expected, Trial> = {
  async detected(network, tool, guest) {
    const frames = tool.attackFrame ?? 1
    const witness = await network.startWitness(tool.frames(guest), { frames })
    const startedMs = Date.now()
    const processes = await tool.start(network, guest)
    try {
      const { alert, receivedMs } = await untilAlert(network, tool.kinds, {
        startedMs,
        severity: tool.isNote ? Severity.INFO : Severity.WARNING,
        mac: tool.isNamed ? guest.mac : null,
        limitMs: 10_000,
        processes,
      })
      const delayMs = receivedMs - (await frameTimeMs(witness, frames))
      expect(delayMs, said(network, startedMs)).toBeLessThan(DETECTION_LIMIT_MS)
      expect(await readEvidence(network, alert.id)).toBeGreaterThan(0)
      if (CHECKED.has(alert.kind)) await network.untilChecked(alert.id, guest)
    } finally {
      await stopAll([...processes, witness])
    }
  },

  async probe(network, tool, guest) {
    const witness = await network.startWitness(tool.frames(guest))
    const startedMs = Date.now()
    const processes = await tool.start(network, guest)
    try {
      const { mac } = guest
      await untilAlert(network, ['forwarding_host'], {
        startedMs,
        severity: Severity.WARNING,
        mac,
        limitMs: PROBE_LIMIT_MS,
        processes,
      })
      expect(hasFrame(witness)).toBe(false)
      // A kernel that forwards our probe back may say so with a redirect.
      const kinds = warningsAbout(network, [guest]).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind !== 'forwarding_host' && kind !== 'icmp_redirect')).toEqual([])
    } finally {
      await stopAll([...processes, witness])
    }
  },

  async 'not visible'(network, tool, guest) {
    const witness = await network.startWitness(tool.frames(guest))
    const atTarget = await network.startWitness(tool.frames(guest), { host: tool.target?.name })
    const processes = await tool.start(network, guest)
    try {
      await Promise.all(processes.map((process) => process.done))
      await frameTimeMs(atTarget).catch((error: unknown) => {
        throw new Error(`the tool: ${processes[0]?.output.slice(-500)}`, { cause: error })
      })
      await network.untilHeard(guest)
      expect(hasFrame(witness)).toBe(false)
      expect(warningsAbout(network, [guest])).toEqual([])
    } finally {
      await stopAll([...processes, witness, atTarget])
    }
  },
}

async function untilAlert(
  network: ToolNetwork,
  kinds: string[],
  {
    startedMs,
    severity,
    mac,
    limitMs,
    processes,
  }: {
    startedMs: number
    severity: Severity
    mac: string | null
    limitMs: number
    processes: LabProcess[]
  },
) {
  try {
    const { found, receivedMs } = await network.events.find(
      ({ payload, atMs }) =>
        payload?.$case === 'alert' &&
        kinds.includes(payload.value.kind) &&
        payload.value.severity >= severity &&
        Number(atMs) >= startedMs &&
        (mac === null || isSuspect(payload.value, mac)) &&
        payload.value,
      limitMs,
      kinds.join(' or '),
    )
    return { alert: found, receivedMs }
  } catch (error) {
    const detail = `said: ${said(network, startedMs)}; the tool: ${processes[0]?.output.slice(-500)}`
    throw new Error(detail, { cause: error })
  }
}

function stopAll(processes: LabProcess[]): Promise<number[]> {
  return Promise.all(processes.map((process) => process.stop('SIGINT')))
}

function guestOf({ guests }: ToolNetwork, i: number): Guest {
  const guest = guests[i]
  if (!guest) throw new Error(`no guest ${i}`)
  return guest
}

/** All alerts of at least a warning that were told of, in every state they were told in. */
function warnings({ events }: ToolNetwork) {
  return events.events.flatMap(({ event: { payload } }) =>
    payload?.$case === 'alert' && payload.value.severity >= Severity.WARNING ? [payload.value] : [],
  )
}

function warningsAbout(network: ToolNetwork, guests: Guest[]) {
  return warnings(network).filter((alert) => guests.some(({ mac }) => claimants(alert).includes(mac)))
}

/** What was told since then, with the rules for and against, for a failed test. */
function said({ events }: ToolNetwork, sinceMs: number): string {
  const rules = (reasons: { rule: string }[]) => reasons.map(({ rule }) => rule).join(' ')
  return events.events
    .flatMap(({ event: { payload, atMs }, receivedMs }) => {
      if (payload?.$case !== 'alert' || Number(atMs) < sinceMs) return []
      const { kind, severity, reasonsFor, reasonsAgainst } = payload.value
      const macs = claimants(payload.value)
      const when = `${receivedMs - sinceMs} ms: ${kind}/${severity} ${macs.join()}`
      return [`${when} (${rules(reasonsFor)}; against: ${rules(reasonsAgainst)})`]
    })
    .join('\n')
}

const FRAME_TIME = /^(\d+\.\d+) /gm

/** Seconds since the epoch. */
function frameTimes(witness: LabProcess): number[] {
  return [...witness.output.matchAll(FRAME_TIME)].map(([, time]) => Number(time))
}

function hasFrame(witness: LabProcess): boolean {
  return frameTimes(witness).length > 0
}

/** Of the `nth` frame. */
async function frameTimeMs(witness: LabProcess, nth = 1): Promise<number> {
  await waitUntil(
    () => frameTimes(witness).length >= nth,
    2000,
    () => `tcpdump has seen ${frameTimes(witness).length} frames of the attack`,
  )
  return (frameTimes(witness)[nth - 1] ?? 0) * 1000
}

/** How many frames tshark reads from the alert's evidence; anything wrong with the file fails. */
async function readEvidence(network: ToolNetwork, alertId: string): Promise<number> {
  const chunks: Uint8Array[] = []
  for await (const { chunk } of network.netwatcherd.alerts.getEvidence({ alertId })) chunks.push(chunk)
  const path = network.path(`${alertId}.pcapng`)
  writeFileSync(path, Buffer.concat(chunks))
  const outcome = await runCommand('tshark', ['-n', '-r', path, '-T', 'fields', '-e', 'frame.number'])
  expect(outcome).toMatchObject({ type: 'exited', code: 0 })
  return outcome.type === 'exited' ? outcome.stdout.trim().split('\n').length : 0
}

test('docs/DETECTION.md shows what is expected of whom, where', () => {
  const page = readFileSync(new URL('../../../docs/DETECTION.md', import.meta.url), 'utf8')
  for (const { name, kinds, expected, isNote } of TOOLS)
    expect(page).toContain(
      `| ${name} | \`${kinds.join('`, `')}\`${isNote ? ' (note)' : ''} | ${PLACES.map((place) => expected[place]).join(' | ')} |`,
    )
  for (const { name, kinds } of FAIL_OVERS)
    expect(page).toContain(
      `| ${name}, fail-over | \`${kinds.join('`, `')}\` (note) | ${PLACES.map(() => 'detected').join(' | ')} |`,
    )
})
