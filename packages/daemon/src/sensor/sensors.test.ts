import { NO_TEXT, text } from '@netwatcher/shared'
import { beforeEach, expect, test, vi } from 'vitest'
import { defaultConfig } from '../config.js'
import type { InterfaceInfo } from '../model/interface.js'
import { FakeTimers } from '../time/fake-timers.js'
import { FakeSensors } from './fake-sensor.js'
import { Sensors, type SensorsDependencies } from './sensors.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }

function info(name: string, changes: Partial<InterfaceInfo> = {}): InterfaceInfo {
  return {
    name,
    mac: '02:00:00:00:00:01',
    isUp: true,
    isLoopback: false,
    isPointToPoint: false,
    hasArp: true,
    mtu: 1500,
    addresses: [{ ip: '10.0.0.1', prefixLength: 24 }],
    gateways: [],
    kind: 'physical',
    master: '',
    lower: '',
    ...changes,
  }
}

const MACHINE = {
  isForwarding: async () => false,
  resolvers: async () => ['192.0.2.53'],
  linkIndex: () => '2',
  kernelCounters: () => ({ packets: 0, bytes: 0 }),
  linkSpeed: () => null,
}

let machine: InterfaceInfo[]
let indexes: Record<string, string>
let processes: FakeSensors
let timers: FakeTimers
let removed: string[]

beforeEach(() => {
  machine = [info('eth0')]
  indexes = { eth0: '2' }
  processes = new FakeSensors()
  timers = new FakeTimers()
  removed = []
})

function sensors(
  configured: string[] = [],
  obstacle = NO_TEXT,
  changes: Partial<SensorsDependencies> = {},
): Sensors {
  const config = defaultConfig()
  return new Sensors({
    config: { ...config, capture: { ...config.capture, interfaces: configured } },
    daemonId: 'd'.repeat(32),
    users: [901, 902].map((id) => ({ name: `netwatcher-sensor-${id}`, uid: id, gid: id })),
    obstacle,
    machine: { ...MACHINE, interfaces: async () => machine, linkIndex: (name) => indexes[name] ?? '' },
    openLink: processes.open,
    pinned: () => [{ ip: '10.0.0.9', mac: '02:00:00:00:00:09' }],
    learnt: () => Uint8Array.of(7),
    timers,
    wallMs: () => 1_700_000_000_000,
    log: LOG,
    sink: {
      onReport: () => {},
      onState: () => {},
      onLost: () => {},
      onUnsafe: () => {},
      onRemoved: (name) => removed.push(name),
    },
    ...changes,
  })
}

function states(all: Sensors): Record<string, string> {
  return Object.fromEntries(all.statuses().map((status) => [status.interface, status.state]))
}

test('without a list, every interface that is up and has an address is watched', async () => {
  machine = [
    info('eth0'),
    info('lo', { isLoopback: true, addresses: [{ ip: '127.0.0.1', prefixLength: 8 }] }),
    info('eth1', { isUp: false }),
    info('mirror0', { addresses: [] }),
    info('veth7', { addresses: [{ ip: 'fe80::1', prefixLength: 64 }] }),
    info('wlan0', { addresses: [{ ip: 'fd00::1', prefixLength: 64 }] }),
  ]
  const all = sensors()
  await all.refresh()
  expect(all.names).toEqual(['eth0', 'wlan0'])
  expect(processes.all[0]?.commands[0]).toMatchObject({
    type: 'configure',
    settings: {
      interface: 'eth0',
      uid: 901,
      facts: { addresses: [{ ip: '10.0.0.1', prefixLength: 24 }] },
      pinned: [{ ip: '10.0.0.9' }],
      learnt: Uint8Array.of(7),
    },
  })
})

test('interfaces of the list are watched whatever they are, also before they exist', async () => {
  machine = [info('mirror0', { addresses: [] })]
  const all = sensors(['mirror0', 'usb0', 'usb0'])
  await all.refresh()
  processes.newest.ready()
  expect(states(all)).toEqual({ mirror0: 'running', usb0: 'retrying' })
  machine.push(info('usb0'))
  await all.refresh()
  expect(states(all)).toEqual({ mirror0: 'running', usb0: 'starting' })
})

test('a new address is told to the running sensor, and only then', async () => {
  const all = sensors()
  await all.refresh()
  processes.newest.ready()
  const before = processes.newest.commands.length
  await all.refresh()
  expect(processes.newest.commands.length).toBe(before)
  machine = [info('eth0', { addresses: [{ ip: '10.0.0.77', prefixLength: 24 }] })]
  await all.refresh()
  expect(processes.newest.commands.at(-1)).toMatchObject({
    type: 'facts',
    facts: { addresses: [{ ip: '10.0.0.77' }] },
  })
  expect(processes.all.length).toBe(1)
})

test('an interface that is deleted and made anew gets a new sensor', async () => {
  const all = sensors(['eth0'])
  await all.refresh()
  processes.newest.ready()
  machine = []
  indexes = {}
  await all.refresh()
  expect(processes.newest.isKilled).toBe(true)
  expect(states(all)).toEqual({ eth0: 'retrying' })
  machine = [info('eth0')]
  indexes = { eth0: '9' }
  await all.refresh()
  expect(processes.all.length).toBe(2)
})

test('one that was replaced between two looks gets a new sensor too', async () => {
  const all = sensors()
  await all.refresh()
  processes.newest.ready()
  indexes = { eth0: '9' }
  await all.refresh()
  expect(processes.newest.isKilled).toBe(true)
  timers.advance(200)
  expect(processes.all.length).toBe(2)
})

test('a renamed interface is watched under its new name only', async () => {
  const all = sensors()
  await all.refresh()
  processes.newest.ready()
  machine = [info('lan0')]
  indexes = { lan0: '2' }
  await all.refresh()
  timers.advance(1500)
  await expect.poll(() => removed).toEqual(['eth0'])
  expect(all.names).toEqual(['lan0'])
  expect(processes.newest.commands[0]).toMatchObject({ settings: { interface: 'lan0' } })
})

test('an interface that merely goes down stays, and is used again', async () => {
  const all = sensors()
  await all.refresh()
  machine = [info('eth0', { isUp: false, addresses: [] })]
  await all.refresh()
  processes.newest.exit()
  timers.advance(10_000)
  expect(states(all)).toEqual({ eth0: 'retrying' })
  expect(processes.all.length).toBe(1)
  machine = [info('eth0')]
  await all.refresh()
  expect(processes.all.length).toBe(2)
})

test('a sensor that was stopped by hand stays stopped until it is started', async () => {
  const all = sensors()
  await all.refresh()
  processes.newest.ready()
  const stopped = all.stop('')
  processes.newest.exit('exit code 0')
  await stopped
  await all.refresh()
  timers.advance(60_000)
  expect(states(all)).toEqual({ eth0: 'stopped' })
  all.start('eth0')
  expect(states(all)).toEqual({ eth0: 'starting' })
  expect(() => all.start('eth9')).toThrow(expect.objectContaining({ reason: 'INTERFACE_NOT_WATCHED' }))
})

test('without the rights nothing is started, and every status says why', async () => {
  const all = sensors([], text('capture_needs_root'))
  await all.refresh()
  all.start('')
  expect(processes.all).toEqual([])
  expect(all.statuses()).toMatchObject([
    { interface: 'eth0', state: 'stopped', detail: text('capture_needs_root') },
  ])
})

test('each sensor is a user of its own while there are enough', async () => {
  machine = [info('eth0'), info('eth1'), info('eth2')]
  const all = sensors()
  await all.refresh()
  const uids = () =>
    processes.all.map(({ commands: [first] }) => (first?.type === 'configure' ? first.settings.uid : 0))
  expect(uids()).toEqual([901, 902, 901])
  machine = [info('eth0'), info('eth2')]
  await all.refresh()
  machine.push(info('eth3'))
  await all.refresh()
  expect(uids()).toEqual([901, 902, 901, 902])
})

test('decoys come with the facts of their interface; those without a place are told once', async () => {
  const warned: unknown[] = []
  const config = defaultConfig()
  const decoys = ['10.0.0.250', '192.0.2.9']
  const all = sensors([], NO_TEXT, {
    config: { ...config, detection: { ...config.detection, decoys } },
    log: { ...LOG, warn: (_, fields) => void warned.push(fields) },
  })
  await all.refresh()
  await all.refresh()
  expect(all.facts('eth0')?.decoys).toEqual(['10.0.0.250'])
  expect(warned).toEqual([{ addresses: '192.0.2.9' }])
})

test.each([
  ['those of this machine', async () => ['192.0.2.53'], ['192.0.2.53']],
  ['none, where they cannot be read', () => Promise.reject(new Error('ENOENT')), []],
])('where the internet is watched a sensor is told the resolvers: %s', async (_what, resolvers, told) => {
  const { capture, internet, ...rest } = defaultConfig()
  const config = { ...rest, capture, internet: { ...internet, watch: true, targets: ['203.0.113.1'] } }
  const all = sensors([], NO_TEXT, {
    config,
    machine: { ...MACHINE, interfaces: async () => machine, resolvers },
  })
  await all.refresh()
  expect(processes.newest.commands[0]).toMatchObject({
    settings: { facts: { resolvers: told }, uplinkPatienceMs: 60_000, uplinkTargets: ['203.0.113.1'] },
  })
})

test('where it is not, no resolver is read', async () => {
  const resolvers = vi.fn(async () => ['192.0.2.53'])
  await sensors([], NO_TEXT, {
    machine: { ...MACHINE, interfaces: async () => machine, resolvers },
  }).refresh()
  expect(resolvers).not.toHaveBeenCalled()
  expect(processes.newest.commands[0]).toMatchObject({
    settings: { facts: { resolvers: [] }, uplinkPatienceMs: 0 },
  })
})
