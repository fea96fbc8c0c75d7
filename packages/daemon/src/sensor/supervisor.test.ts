import { isNoText, render, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ReportError } from '../convert/checks.js'
import type { CaptureStatus, TimeSpan } from '../model/capture.js'
import type { Report } from '../model/sensor.js'
import type { Logger } from '../os/log.js'
import { FakeTimers } from '../time/fake-timers.js'
import { FakeSensors, SETTINGS } from './fake-sensor.js'
import { SensorSupervisor } from './supervisor.js'

const WALL_MS = 1_700_000_000_000
const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const STATUS: Report & { type: 'status' } = {
  type: 'status',
  counters: {
    packets: 7,
    bytes: 700,
    dropped: 0,
    interfaceDropped: 0,
    malformed: 0,
    overflowed: 0,
    flows: 1,
    flowCapacity: 1024,
    vantage: 'switch_port',
    foreignUnicast: 0,
    probesSent: 0,
    sentPackets: 0,
    sentBytes: 0,
    rssBytes: 1,
    learningUntilMs: 0,
    clockSteps: 0,
    decoys: [],
    hellos: { named: 0, veiled: 0, split: 0, unnamed: 0 },
    uplink: null,
    tables: [],
  },
}

function supervise(log: Logger = LOG) {
  const timers = new FakeTimers()
  const sensors = new FakeSensors()
  const reports: Report[] = []
  const states: string[] = []
  const seen = {
    uncounted: [] as (TimeSpan | null)[],
    wallMs: WALL_MS,
    kernelBytes: 1000,
    megabits: null as number | null,
    unsafe: [] as string[],
  }
  const supervisor = new SensorSupervisor({
    interfaceName: 'eth0',
    openLink: sensors.open,
    settings: () => SETTINGS,
    kernelCounters: () => ({ packets: 10, bytes: seen.kernelBytes }),
    linkSpeed: () => seen.megabits,
    timers,
    wallMs: () => seen.wallMs,
    log,
    onReport: (report) => reports.push(report),
    onState: ({ state, detail }: CaptureStatus) =>
      states.push(isNoText(detail) ? state : `${state}: ${render(detail, 'en')}`),
    onLost: (uncounted) => seen.uncounted.push(uncounted),
    onUnsafe: (sentence) => seen.unsafe.push(sentence),
  })
  return { timers, sensors, reports, states, seen, supervisor }
}

function running(log: Logger = LOG) {
  const all = supervise(log)
  all.supervisor.start()
  all.supervisor.setLink('up', false)
  all.sensors.newest.ready()
  return all
}

test('a sensor is told its settings first, and runs once it has given up its rights', () => {
  const { supervisor, sensors, states } = supervise()
  supervisor.start()
  expect(sensors.all).toEqual([])
  supervisor.setLink('up', false)
  expect(sensors.newest.commands).toEqual([{ type: 'configure', settings: SETTINGS }])
  expect(supervisor.send({ type: 'stop' })).toBe(false)
  sensors.newest.ready()
  expect(states).toEqual(['retrying: There is no such interface.', 'starting', 'running'])
  expect(supervisor.status()).toMatchObject({ state: 'running', pid: 1000, uid: 999, restarts: 0 })
})

test.each([
  { uid: 0, effectiveCapabilities: 0n },
  { uid: 999, effectiveCapabilities: 0x2000n },
])('a sensor that keeps rights (%o) is ended', (rights) => {
  const { supervisor, sensors, states } = supervise()
  supervisor.start()
  supervisor.setLink('up', false)
  sensors.newest.report({ type: 'ready', pid: 1, gid: 999, ...rights })
  expect(sensors.newest.isKilled).toBe(true)
  expect(states.at(-1)).toBe('retrying: The sensor did not give up its rights.')
})

test('nothing is believed before that', () => {
  const { supervisor, sensors, reports } = supervise()
  supervisor.start()
  supervisor.setLink('up', false)
  sensors.newest.report(STATUS)
  expect(reports).toEqual([])
  expect(sensors.newest.isKilled).toBe(true)
})

test('counters are kept, with what the kernel counted since the start', () => {
  const { supervisor, sensors, seen } = running()
  seen.kernelBytes += 5000
  sensors.newest.report(STATUS)
  seen.kernelBytes += 700
  expect(supervisor.status()).toMatchObject({ counters: { packets: 7 }, kernelBytes: 5000, kernelPackets: 0 })
})

test('of what the kernel counted, a sensor does not have to see what it sent itself', () => {
  const { supervisor, sensors, seen } = running()
  seen.kernelBytes += 5000
  sensors.newest.report({ ...STATUS, counters: { ...STATUS.counters, sentBytes: 600 } })
  expect(supervisor.status().kernelBytes).toBe(4400)
})

test('a sensor that dies is started again, with waits that grow to 5 s', () => {
  const { sensors, timers, states, seen } = running()
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    const before = sensors.all.length
    sensors.newest.exit()
    const startMs = timers.nowMs()
    while (sensors.all.length === before) timers.advance(100)
    waits.push(timers.nowMs() - startMs)
  }
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000])
  expect(states).toContain('retrying: The sensor ended: exit code 1.')
  // Only the first one had run.
  expect(seen.uncounted).toHaveLength(1)
})

test('after a healthy minute the wait is short again', () => {
  const { sensors, timers, supervisor } = running()
  for (let i = 0; i < 4; i++) {
    sensors.newest.exit()
    timers.advance(5000)
  }
  sensors.newest.ready()
  timers.advance(60_000)
  sensors.newest.exit()
  timers.advance(200)
  expect(sensors.all.length).toBe(6)
  expect(supervisor.status().restarts).toBe(5)
})

test('a sensor that cannot give up its rights is told of, but not on the word of one that runs', () => {
  const failure: Report = { type: 'failure', code: 'drop_failed', message: 'It could not.' }
  const { supervisor, sensors, seen } = supervise()
  supervisor.start()
  supervisor.setLink('up', false)
  sensors.newest.report(failure)
  expect(seen.unsafe).toEqual(['It could not.'])
  const { sensors: others, seen: seenThere } = running()
  others.newest.report(failure)
  expect(seenThere.unsafe).toEqual([])
})

test('the reason that a sensor gives for failing is shown', () => {
  const { sensors, states } = running()
  sensors.newest.report({ type: 'failure', code: 'interface_gone', message: 'The interface went away.' })
  sensors.newest.exit()
  expect(states.at(-1)).toBe('retrying: The capture ended: The interface went away.')
})

test('while the interface is down nothing is started; when it is back, at once', () => {
  const { sensors, timers, supervisor, states } = running()
  supervisor.setLink('down', false)
  expect(states.at(-1)).toBe('retrying: The interface is down.')
  sensors.newest.exit()
  timers.advance(60_000)
  expect(sensors.all.length).toBe(1)
  supervisor.setLink('up', false)
  expect(sensors.all.length).toBe(2)
})

test('a sensor that outlives the time its interface is down goes on', () => {
  const { sensors, supervisor, states } = running()
  supervisor.setLink('down', false)
  supervisor.setLink('up', false)
  expect(states.slice(-2)).toEqual(['retrying: The interface is down.', 'running'])
  expect(sensors.all.length).toBe(1)
})

test('another interface under the same name gets a new sensor', () => {
  const { sensors, timers, supervisor } = running()
  supervisor.setLink('up', true)
  expect(sensors.newest.isKilled).toBe(true)
  timers.advance(200)
  expect(sensors.all.length).toBe(2)
})

test('a sensor that hangs is ended: before it is ready, and later', () => {
  const { sensors, timers, supervisor } = running()
  timers.advance(99_000)
  supervisor.check()
  expect(sensors.newest.isKilled).toBe(false)
  timers.advance(1000)
  supervisor.check()
  expect(sensors.newest.isKilled).toBe(true)
  timers.advance(200)
  timers.advance(20_000)
  supervisor.check()
  expect(sensors.newest.isKilled).toBe(true)
})

test('stopping asks first, then ends it, and it stays stopped', async () => {
  const { sensors, timers, supervisor, states } = running()
  const stopped = supervisor.stop()
  expect(sensors.newest.commands.at(-1)).toEqual({ type: 'stop' })
  expect(sensors.newest.isKilled).toBe(false)
  timers.advance(1500)
  await stopped
  expect(sensors.newest.isKilled).toBe(true)
  timers.advance(60_000)
  supervisor.setLink('down', false)
  supervisor.setLink('up', false)
  expect(sensors.all.length).toBe(1)
  expect(states.at(-1)).toMatch(/^stopped/)
  supervisor.start()
  expect(sensors.all.length).toBe(2)
})

test('a process that cannot be started is tried again', () => {
  const timers = new FakeTimers()
  let tries = 0
  const supervisor = new SensorSupervisor({
    interfaceName: 'eth0',
    openLink: () => {
      tries++
      throw new Error('EAGAIN')
    },
    settings: () => SETTINGS,
    kernelCounters: () => ({ packets: 0, bytes: 0 }),
    linkSpeed: () => null,
    timers,
    wallMs: () => 1_700_000_000_000,
    log: LOG,
    onReport: () => {},
    onState: () => {},
    onLost: () => {},
    onUnsafe: () => {},
  })
  supervisor.start()
  supervisor.setLink('up', false)
  timers.advance(700)
  expect(tries).toBe(3)
  expect(supervisor.status()).toMatchObject({
    state: 'retrying',
    detail: text('sensor_not_started', { error: 'EAGAIN' }),
  })
})

/** Traffic of ten seconds from then on. */
function trafficFrom(startMs: number): Report {
  const counted = { rows: [], otherBytes: 1, otherPackets: 1, dropped: 0 }
  return { type: 'traffic', traffic: { startMs, durationMs: 10_000, ...counted } }
}

test('what a sensor had counted and not told when it died is told as missing', () => {
  const { sensors, seen, timers } = running()
  seen.wallMs += 10_000
  timers.advance(10_000)
  sensors.newest.report(trafficFrom(WALL_MS))
  seen.wallMs += 7_000
  sensors.newest.exit('signal SIGKILL')
  expect(seen.uncounted).toEqual([{ fromMs: WALL_MS + 10_000, toMs: WALL_MS + 17_000 }])
})

test('one that never told anything misses all since it was ready, and never less than nothing', () => {
  const { sensors, seen, timers } = running()
  seen.wallMs += 5_000
  sensors.newest.exit('signal SIGKILL')
  timers.advance(200)
  sensors.newest.ready()
  // The clock is set back.
  seen.wallMs -= 3_600_000
  sensors.newest.exit('signal SIGKILL')
  expect(seen.uncounted).toEqual([
    { fromMs: WALL_MS, toMs: WALL_MS + 5_000 },
    { fromMs: seen.wallMs, toMs: seen.wallMs },
  ])
})

test('one that stops in order has told all of it; one that has to be killed has not', async () => {
  const orderly = running()
  const stopped = orderly.supervisor.stop()
  orderly.sensors.newest.exit('exit code 0')
  await stopped
  expect(orderly.seen.uncounted).toEqual([null])
  const hanging = running()
  const killed = hanging.supervisor.stop()
  hanging.timers.advance(1500)
  hanging.sensors.newest.exit('signal SIGKILL')
  await killed
  expect(hanging.seen.uncounted).toEqual([{ fromMs: WALL_MS, toMs: WALL_MS }])
})

test('what sensors of one interface print or cause is logged only so much of, however often they are started again', () => {
  const said: object[] = []
  const { sensors, timers } = running({
    ...LOG,
    warn: (message, fields) => void said.push({ message, ...fields }),
  })
  for (let starts = 0; starts < 4; starts++) {
    for (let line = 0; line < 100; line++) sensors.newest.log.warn('Sensor says')
    sensors.newest.exit()
    timers.advance(5000)
    sensors.newest.ready()
  }
  expect(said.filter((one) => 'message' in one && one.message === 'Sensor says')).toHaveLength(60)
  timers.advance(60_000)
  sensors.newest.log.warn('Sensor says')
  expect(said.at(-1)).toMatchObject({ leftOut: 340 })
})

test('a sensor that speaks of times to come is believed as of now', () => {
  const { sensors, reports, seen, timers } = running()
  timers.advance(10_000)
  sensors.newest.report(trafficFrom(2 * WALL_MS))
  expect(reports).toMatchObject([{ traffic: { startMs: WALL_MS - 10_000 } }])
  seen.wallMs += 17_000
  sensors.newest.exit('signal SIGKILL')
  expect(seen.uncounted).toEqual([{ fromMs: WALL_MS, toMs: WALL_MS + 17_000 }])
})

test('plausible reports that are too much together end a sensor, and its successor begins anew', () => {
  const { sensors, reports, seen, timers } = running()
  seen.megabits = 1000
  const lie = (): Report => {
    const report = trafficFrom(WALL_MS)
    return report.type === 'traffic'
      ? { ...report, traffic: { ...report.traffic, durationMs: 1000, otherBytes: 8e8 } }
      : report
  }
  sensors.newest.exit()
  timers.advance(200)
  sensors.newest.ready()
  sensors.newest.report(lie())
  expect(() => sensors.newest.report(lie())).toThrow(ReportError)
  expect(reports).toHaveLength(1)
  sensors.newest.exit('ended by the daemon')
  timers.advance(400)
  sensors.newest.ready()
  sensors.newest.report(lie())
  expect(reports).toHaveLength(2)
})

test('a link that has become faster is asked for its speed', () => {
  const { sensors, supervisor, reports, seen } = running()
  seen.megabits = 1000
  supervisor.setLink('down', false)
  supervisor.setLink('up', false)
  const report = trafficFrom(WALL_MS)
  if (report.type !== 'traffic') return
  const told = { ...report, traffic: { ...report.traffic, durationMs: 1000, otherBytes: 2e9 } }
  expect(() => sensors.newest.report(told)).toThrow(ReportError)
  expect(reports).toEqual([])
})
