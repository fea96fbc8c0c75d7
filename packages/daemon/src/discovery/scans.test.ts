import { NO_TEXT, type Text, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanStep, ScanSummary } from '../model/scan.js'
import type { Command } from '../model/sensor.js'
import { Scans, type ScanWish } from './scans.js'

const FACTS: InterfaceFacts = {
  mac: '02:00:00:00:00:01',
  addresses: [{ ip: '192.168.1.5', prefixLength: 24 }],
  gateways: [],
  isForwarding: false,
  decoys: [],
}
const WISH: ScanWish = { interfaceName: 'eth0', targets: [], pace: 'normal', ping: false, allowLarge: false }
const SUMMARY: ScanSummary = {
  method: 'arp',
  details: [],
  found: 3,
  total: 253,
  sent: 300,
  durationMs: 5,
  targets: ['192.168.1.0/24'],
  vlan: 0,
  isComplete: true,
}
const BROKEN = { targets: [], isComplete: false }
const LOST = text('scan_send_failed', { error: 'Network is down' })
const NEIGHBORS = [
  { interface: 'eth0', ip: '192.168.1.9', mac: '02:00:00:00:00:09' },
  { interface: 'eth1', ip: '10.0.0.9', mac: '02:00:00:00:00:08' },
]

function scans(changes: { obstacle?: Text; hasSensor?: boolean; facts?: InterfaceFacts | null } = {}) {
  const commands: Command[] = []
  const steps: ScanStep[] = []
  const all = new Scans({
    maxAddresses: 65_536,
    obstacle: changes.obstacle ?? NO_TEXT,
    facts: () => (changes.facts === undefined ? FACTS : changes.facts),
    send: (_name, command) => {
      if (changes.hasSensor === false) return false
      commands.push(command)
      return true
    },
    neighborTable: async () => NEIGHBORS,
    nowMs: () => 1000,
    monotonicMs: () => 1,
  })
  const start = (wish: Partial<ScanWish> = {}) => all.start({ ...WISH, ...wish }, (step) => steps.push(step))
  return { all, commands, steps, start }
}

test('the sensor gets the subnets of its interface, and its steps come back', async () => {
  const { all, commands, steps, start } = scans()
  const { done } = start({ ping: true })
  expect(commands).toEqual([
    {
      type: 'start_scan',
      order: { scanId: 1, targets: ['192.168.1.0/24'], pace: 'normal', ping: true, ipv6: true },
    },
  ])
  const progress: ScanStep = { type: 'progress', progress: { asked: 1, total: 253, found: 0 } }
  all.onStep('eth0', 1, progress)
  all.onStep('eth1', 1, progress)
  all.onStep('eth0', 7, progress)
  all.onStep('eth0', 1, { type: 'summary', summary: SUMMARY })
  expect(await done).toEqual(SUMMARY)
  expect(steps).toEqual([progress])
})

test('one scan of an interface at a time', async () => {
  const { all, start } = scans()
  const first = start()
  expect(() => start()).toThrow(
    expect.objectContaining({ code: 'resource_exhausted', reason: 'SCAN_IN_PROGRESS' }),
  )
  all.onStep('eth0', 1, { type: 'summary', summary: SUMMARY })
  await first.done
  expect(() => start()).not.toThrow()
})

test.each([
  [{ targets: ['192.168.2.0/24'] }, 'TARGET_NOT_ON_LINK'],
  [{ targets: ['192.168.0.0/16'], allowLarge: true }, 'TARGET_NOT_ON_LINK'],
  [{ targets: ['localhost'] }, 'TARGET_INVALID'],
])('%o is refused', (wish, reason) => {
  const { commands, start } = scans()
  expect(() => start(wish)).toThrow(expect.objectContaining({ code: 'invalid_argument', reason }))
  expect(commands).toEqual([])
})

test('a subnet that is too large is only swept when asked for', async () => {
  const facts = { ...FACTS, addresses: [...FACTS.addresses, { ip: '10.0.0.1', prefixLength: 16 }] }
  const { all, start, commands } = scans({ facts })
  const { done } = start()
  all.onStep('eth0', 1, { type: 'summary', summary: SUMMARY })
  expect((await done).details).toEqual([text('scan_left_out', { targets: '10.0.0.0/16' })])
  start({ allowLarge: true })
  expect(commands.at(-1)).toMatchObject({ order: { targets: ['192.168.1.0/24', '10.0.0.0/16'] } })
})

test('an interface that is not watched cannot be scanned', () => {
  expect(() => scans({ facts: null }).start()).toThrow(expect.objectContaining({ code: 'not_found' }))
})

test('a scan whose sensor dies ends, and the next one may start', async () => {
  const { all, start } = scans()
  const { done } = start()
  all.onLost('eth0')
  await expect(done).rejects.toMatchObject({ code: 'unavailable', reason: 'SENSOR_LOST' })
  expect(() => start()).not.toThrow()
})

test('a scan that is not wanted any more is cancelled', () => {
  const { commands, start } = scans()
  start().cancel()
  expect(commands.at(-1)).toEqual({ type: 'cancel_scan', scanId: 1 })
})

test.each([
  [{ obstacle: text('capture_needs_root') }, text('capture_needs_root')],
  [{ hasSensor: false }, text('scan_without_sensor', { interface: 'eth0' })],
])('where ARP cannot be sent (%o) the neighbour table is read, and the reason told', async (changes, why) => {
  const { steps, start } = scans(changes)
  const summary = await start().done
  expect(summary).toMatchObject({ method: 'neighbor_table', found: 1, sent: 0, ...BROKEN })
  expect(summary.details).toEqual([text('scan_by_table'), why])
  expect(steps).toEqual([
    {
      type: 'host',
      host: {
        ip: '192.168.1.9',
        mac: '02:00:00:00:00:09',
        evidence: 'neighbor_table',
        seenMs: 1000,
        vlan: 0,
      },
    },
  ])
})

test('a scan of which the kernel took no frame is completed from the neighbour table', async () => {
  const { all, steps, start } = scans()
  const { done } = start()
  const why = text('scan_send_failed', { error: 'Network is down' })
  const refused = { ...SUMMARY, ...BROKEN, found: 1, sent: 0, details: [why] }
  all.onStep('eth0', 1, { type: 'summary', summary: refused })
  const summary = await done
  expect(summary).toMatchObject({ method: 'neighbor_table', found: 2, total: 2, sent: 0, durationMs: 5 })
  expect(summary.details).toEqual([text('scan_by_table'), why])
  expect(summary.isComplete).toBe(false)
  expect(steps).toMatchObject([{ type: 'host', host: { ip: '192.168.1.9', evidence: 'neighbor_table' } }])
})

test.each([
  ['was cancelled before its first frame', true, { ...BROKEN, sent: 0, details: [text('scan_cancelled')] }],
  ['had nobody to ask', false, { sent: 0 }],
  ['sent frames until the interface went away', false, { ...BROKEN, sent: 9, details: [LOST] }],
])('a scan that %s keeps its own summary', async (_what, isCancelled, outcome) => {
  const { all, steps, start } = scans()
  const scan = start()
  if (isCancelled) scan.cancel()
  const summary = { ...SUMMARY, ...outcome }
  all.onStep('eth0', 1, { type: 'summary', summary })
  expect(await scan.done).toEqual(summary)
  expect(steps).toEqual([])
})

test('a scan during which the interface went down is not complete, whatever the sensor says', async () => {
  const { all, start } = scans()
  const { done } = start()
  all.onInterfaceLost('eth1')
  all.onInterfaceLost('eth0')
  all.onStep('eth0', 1, { type: 'summary', summary: SUMMARY })
  expect(await done).toMatchObject({ details: [text('scan_interface_lost')], isComplete: false })
  const next = start()
  all.onStep('eth0', 2, { type: 'summary', summary: SUMMARY })
  expect((await next.done).isComplete).toBe(true)
})

test('of the neighbour table only those are told who were wished for', async () => {
  const { steps, start } = scans({ hasSensor: false })
  expect(await start({ targets: ['192.168.1.8/32'] }).done).toMatchObject({ found: 0 })
  expect(await start({ targets: ['192.168.1.8/31'] }).done).toMatchObject({ found: 1 })
  expect(steps).toHaveLength(1)
})
