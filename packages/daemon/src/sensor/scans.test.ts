import { expect, test } from 'vitest'
import type { InterfaceFacts } from '../model/interface.js'
import type { ScanStep } from '../model/scan.js'
import type { Command } from '../model/sensor.js'
import { Scans, type ScanWish } from './scans.js'

const FACTS: InterfaceFacts = {
  mac: '02:00:00:00:00:01',
  addresses: [{ ip: '192.168.1.5', prefixLength: 24 }],
  gateways: [],
  isForwarding: false,
}
const WISH: ScanWish = { interfaceName: 'eth0', target: '', pace: 'normal', ping: false, allowLarge: false }
const SUMMARY = { method: 'arp', detail: '', found: 3, total: 253, sent: 300, durationMs: 5 } as const
const NEIGHBORS = [
  { interface: 'eth0', ip: '192.168.1.9', mac: '02:00:00:00:00:09' },
  { interface: 'eth1', ip: '10.0.0.9', mac: '02:00:00:00:00:08' },
]

function scans(changes: { obstacle?: string; hasSensor?: boolean; facts?: InterfaceFacts | null } = {}) {
  const commands: Command[] = []
  const steps: ScanStep[] = []
  const all = new Scans({
    maxAddresses: 65_536,
    obstacle: changes.obstacle ?? '',
    facts: () => (changes.facts === undefined ? FACTS : changes.facts),
    send: (_name, command) => {
      if (changes.hasSensor === false) return false
      commands.push(command)
      return true
    },
    neighborTable: async () => NEIGHBORS,
    nowMs: () => 1000,
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
  [{ target: '192.168.2.0/24' }, 'TARGET_NOT_ON_LINK'],
  [{ target: '192.168.0.0/16', allowLarge: true }, 'TARGET_NOT_ON_LINK'],
  [{ target: 'localhost' }, 'TARGET_INVALID'],
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
  expect((await done).detail).toContain('10.0.0.0/16')
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
  [{ obstacle: 'no root' }, /no root/],
  [{ hasSensor: false }, /not running/],
])('where ARP cannot be sent (%o) the neighbour table is read, and the reason told', async (changes, why) => {
  const { steps, start } = scans(changes)
  const summary = await start().done
  expect(summary).toMatchObject({ method: 'neighbor_table', found: 1, sent: 0 })
  expect(summary.detail).toMatch(why)
  expect(steps).toEqual([
    {
      type: 'host',
      host: { ip: '192.168.1.9', mac: '02:00:00:00:00:09', evidence: 'neighbor_table', seenMs: 1000 },
    },
  ])
})

test('a scan of which the kernel took no frame is completed from the neighbour table', async () => {
  const { all, steps, start } = scans()
  const { done } = start()
  const refused = { ...SUMMARY, found: 1, sent: 0, detail: 'frames could not be sent: Network is down' }
  all.onStep('eth0', 1, { type: 'summary', summary: refused })
  const summary = await done
  expect(summary).toMatchObject({ method: 'neighbor_table', found: 2, total: 2, sent: 0, durationMs: 5 })
  expect(summary.detail).toContain('Network is down')
  expect(steps).toMatchObject([{ type: 'host', host: { ip: '192.168.1.9', evidence: 'neighbor_table' } }])
})

test.each([
  ['was cancelled before its first frame', true, { sent: 0, detail: 'cancelled' }],
  ['had nobody to ask', false, { sent: 0, detail: '' }],
  ['sent frames until the interface went away', false, { sent: 9, detail: 'frames could not be sent' }],
])('a scan that %s keeps its own summary', async (_what, isCancelled, outcome) => {
  const { all, steps, start } = scans()
  const scan = start()
  if (isCancelled) scan.cancel()
  const summary = { ...SUMMARY, ...outcome }
  all.onStep('eth0', 1, { type: 'summary', summary })
  expect(await scan.done).toEqual(summary)
  expect(steps).toEqual([])
})
