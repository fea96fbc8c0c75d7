import { PassThrough } from 'node:stream'
import { setImmediate as settle } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ReportError } from '../convert/checks.js'
import { decodeCommand } from '../convert/command.js'
import { encodeReport } from '../convert/report.js'
import type { Command, Report } from '../model/sensor.js'
import type { ChildProcess, SensorExit } from '../os/spawn-sensor.js'
import { FakeTimers } from '../time/fake-timers.js'
import { encodeFrame, FrameReader, MAX_FRAME_BYTES } from './framing.js'
import { openSensorLink } from './sensor-link.js'

const LEARNT: Report = { type: 'learnt', snapshot: new Uint8Array([1, 2, 3]) }

function open() {
  const timers = new FakeTimers()
  const reports: Report[] = []
  const exits: string[] = []
  const logged: object[] = []
  let onExit: (exit: SensorExit) => void = () => {}
  let isKilled = false
  let failure: Error | null = null
  const child = {
    pid: 42,
    commands: new PassThrough(),
    reports: new PassThrough(),
    errors: new PassThrough(),
    kill: () => {
      if (!isKilled) onExit({ how: 'signal SIGKILL', wasSafe: true })
      isKilled = true
    },
    onExit: (callback: (exit: SensorExit) => void) => {
      onExit = callback
    },
  } satisfies ChildProcess
  const log = {
    info: () => {},
    warn: (_message: string, fields = {}) => void logged.push(fields),
    error: () => {},
  }
  const link = openSensorLink(() => child, timers, log, {
    onReport: (report) => {
      if (failure) throw failure
      reports.push(report)
    },
    onExit: (how) => exits.push(how),
  })
  const fail = (error: Error) => {
    failure = error
  }
  return {
    timers,
    reports,
    exits,
    logged,
    child,
    link,
    fail,
    hasEnded: () => isKilled,
    end: (how: string, wasSafe = true) => onExit({ how, wasSafe }),
  }
}

test('reports and commands go through', async () => {
  const { child, reports, link, hasEnded } = open()
  child.reports.write(encodeFrame(encodeReport(LEARNT)))
  await settle()
  expect(reports).toEqual([{ type: 'learnt', snapshot: Buffer.from([1, 2, 3]) }])
  const commands: (Command | null)[] = []
  link.send({ type: 'cancel_scan', scanId: 9 })
  new FrameReader((bytes) => commands.push(decodeCommand(bytes))).push(child.commands.read())
  expect(commands).toEqual([{ type: 'cancel_scan', scanId: 9 }])
  expect(hasEnded()).toBe(false)
})

const header = (length: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

test.each([
  ['an oversized message', header(MAX_FRAME_BYTES + 1)],
  ['an empty message', header(0)],
  ['bytes that are no protobuf', encodeFrame(Uint8Array.of(0xff, 0xff, 0xff))],
  ['a report of no known type', encodeFrame(Uint8Array.of((15 << 3) | 0, 1))],
  [
    'a MAC in capitals',
    encodeFrame(
      encodeReport({
        type: 'observation',
        names: [],
        clues: [],
        hosts: [{ ip: '10.0.0.1', mac: 'AA:BB:CC:DD:EE:FF', evidence: 'dhcp', seenMs: 0, vlan: 0 }],
      }),
    ),
  ],
])('%s ends the sensor, and nothing after it counts', async (_what, bytes) => {
  const { child, reports, exits, hasEnded } = open()
  child.reports.write(bytes)
  await settle()
  expect(hasEnded()).toBe(true)
  expect(exits).toEqual([expect.stringMatching(/^ended by the daemon: /)])
  child.reports.write(encodeFrame(encodeReport(LEARNT)))
  await settle()
  expect(reports).toEqual([])
})

test('a report that whoever takes it knows to be wrong ends the sensor, too', async () => {
  const { child, fail, exits, logged, hasEnded } = open()
  fail(new ReportError('so much traffic in all is not allowed'))
  child.reports.write(encodeFrame(encodeReport(LEARNT)))
  await settle()
  expect(hasEnded()).toBe(true)
  expect(exits).toEqual(['ended by the daemon: so much traffic in all is not allowed'])
  expect(logged).toEqual([])
})

test('of many reports some are handled in each turn of the event loop, all before the exit', async () => {
  const { child, reports, exits, end } = open()
  const large: Report = { type: 'learnt', snapshot: new Uint8Array(10_000) }
  child.reports.end(Buffer.concat(Array<Buffer>(7).fill(encodeFrame(encodeReport(large)))))
  end('exit code 0')
  const counts: number[] = []
  while (exits.length === 0 && counts.length < 100) {
    await settle()
    counts.push(reports.length)
  }
  expect(new Set(counts).size).toBeGreaterThan(2)
  expect(counts.at(-1)).toBe(7)
  expect(exits).toEqual(['exit code 0'])
})

test('a failure of the daemon itself is not held against the sensor', async () => {
  const { child, hasEnded, fail } = open()
  fail(new Error('ENOSPC'))
  child.reports.write(encodeFrame(encodeReport(LEARNT)))
  await settle()
  expect(hasEnded()).toBe(false)
})

test('a sensor that reports without end is read no faster than its allowance', async () => {
  const { child, reports, timers } = open()
  const frame = encodeFrame(encodeReport({ type: 'failure', code: 'internal', message: '' }))
  for (let i = 0; i < 40; i++) {
    child.reports.write(Buffer.concat(Array<Buffer>(1000).fill(frame)))
    await settle()
  }
  expect(reports.length).toBeLessThan(22_000)
  const before = reports.length
  timers.advance(100)
  await settle()
  expect(reports.length).toBeGreaterThan(before)
})

test('what a sensor prints is logged without control characters', async () => {
  const { child, logged } = open()
  child.errors.write('red \u001b[31mtext\nsecond\n')
  await settle()
  expect(logged).toEqual([
    { pid: 42, text: 'red \ufffd[31mtext' },
    { pid: 42, text: 'second' },
  ])
})

test('that a sensor could not be prepared for giving up its rights is told before its end', async () => {
  const { child, end, reports, exits } = open()
  child.reports.end()
  end('exit code 126', false)
  await expect.poll(() => exits).toEqual(['exit code 126'])
  expect(reports).toEqual([expect.objectContaining({ type: 'failure', code: 'drop_failed' })])
})
