/**
 * A sensor that somebody has taken over: it speaks the pipe, and lies in every
 * field of every report. Whatever it says, it is ended or believed; the daemon
 * fails at nothing, what it tells others can be encoded, and the other
 * interfaces are told of as before.
 */

import { PassThrough } from 'node:stream'
import { setImmediate as settle } from 'node:timers/promises'
import { Report as ReportMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import { CaptureStatus } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { beforeEach, expect, test } from 'vitest'
import { toCaptureStatus } from '../convert/capture.js'
import { encodeEvent, encodeGap } from '../convert/event.js'
import { SOUND } from '../convert/fake-reports.js'
import { encodeReport } from '../convert/report.js'
import { Neighbors } from '../discovery/neighbors.js'
import { Segments } from '../discovery/segments.js'
import { liesOf } from '../fuzz/fake-lies.js'
import { AlertStore } from '../journal/alert-store.js'
import { Journal } from '../journal/journal.js'
import { Recorder } from '../journal/recorder.js'
import type { Report } from '../model/sensor.js'
import type { SensorExit } from '../os/spawn-sensor.js'
import type { FileStore } from '../os/state-directory.js'
import { FakeTimers } from '../time/fake-timers.js'
import { SETTINGS } from './fake-sensor.js'
import { encodeFrame, MAX_FRAME_BYTES } from './framing.js'
import { openSensorLink } from './sensor-link.js'
import { SensorSupervisor } from './supervisor.js'

const DAEMON = 'd'.repeat(32)
const READY: Report = { type: 'ready', pid: 42, uid: 999, gid: 999, effectiveCapabilities: 0n }

const errors: string[] = []
const LOG = {
  info: () => {},
  warn: () => {},
  error: (text: string, fields = {}) => void errors.push(text + JSON.stringify(fields)),
}
const NO_FILES: FileStore = {
  list: () => [],
  read: () => null,
  size: () => 0,
  write: () => {},
  append: () => {},
  remove: () => {},
  setAside: () => {},
}

/** The daemon's end of one sensor, from the pipe to journal and alert store. */
function daemonEnd() {
  const timers = new FakeTimers()
  const events: Uint8Array[] = []
  const journal = new Journal('b'.repeat(32), 65_536, {
    encodeEvent: (position, atMs, payload) => {
      const bytes = encodeEvent(position, atMs, payload, DAEMON)
      events.push(bytes)
      return bytes
    },
    encodeGap,
    nowMs: () => 1,
  })
  const alerts = new AlertStore(NO_FILES, { count: 10, alertBytes: 1e6, evidenceBytes: 1e6 }, LOG)
  const segments = new Segments({ own: () => [], nowMs: () => timers.nowMs() })
  const recorder = new Recorder({
    journal,
    alerts,
    neighbors: new Neighbors(),
    segments,
    ownMacs: () => [SETTINGS.facts.mac],
    facts: () => ({ ...SETTINGS.facts, gateways: ['10.0.0.1'] }),
    status: () => supervisor.status(),
    nowMs: () => timers.nowMs(),
    log: LOG,
  })
  const children: ReturnType<typeof fakeChild>[] = []
  const supervisor = new SensorSupervisor({
    interfaceName: 'eth0',
    openLink: (handlers) =>
      openSensorLink(
        () => {
          const child = fakeChild()
          children.push(child)
          return child
        },
        timers,
        LOG,
        handlers,
      ),
    settings: () => SETTINGS,
    kernelCounters: () => ({ packets: 0, bytes: 0 }),
    linkSpeed: () => null,
    timers,
    wallMs: () => 1,
    log: LOG,
    onReport: (report) => recorder.record('eth0', report),
    onState: (status) => recorder.recordState(status),
    onLost: () => recorder.endAlerts('eth0'),
    onUnsafe: () => {},
  })
  return { supervisor, children, events, alerts, timers }
}

function fakeChild() {
  let tellExit: (exit: SensorExit) => void = () => {}
  const child = {
    pid: 42,
    isKilled: false,
    commands: new PassThrough().resume(),
    reports: new PassThrough(),
    errors: new PassThrough(),
    kill: () => {
      if (!child.isKilled) tellExit({ how: 'signal SIGKILL', wasSafe: true })
      child.isKilled = true
    },
    onExit: (callback: (exit: SensorExit) => void) => {
      tellExit = callback
    },
  }
  return child
}

beforeEach(() => {
  errors.length = 0
})

/** Says all of it, one sensor after the other; gives how many were ended. */
async function say(messages: Iterable<Uint8Array>): Promise<{ told: number; ended: number }> {
  const { supervisor, children, timers } = daemonEnd()
  const outcome = { told: 0, ended: 0 }
  supervisor.setLink('up', false)
  supervisor.start()
  for (const message of messages) {
    outcome.told++
    const child = children.at(-1)
    child?.reports.write(encodeFrame(encodeReport(READY)))
    child?.reports.write(message)
    for (let turns = 0; turns < 4; turns++) await settle()
    // What the status says of this interface, beside all others.
    CaptureStatus.encode(toCaptureStatus({ ...supervisor.status(), segment: '' }, DAEMON)).finish()
    if (child?.isKilled) {
      outcome.ended++
      // Longer than it waits before another is started.
      timers.advance(60_000)
    }
  }
  return outcome
}

function* liesAbout(report: Report): Generator<Uint8Array> {
  for (const lie of liesOf(ReportMessage.decode(encodeReport(report)))) {
    const bytes = encoded(lie as ReportMessage)
    if (bytes && bytes.length > 0 && bytes.length <= MAX_FRAME_BYTES) yield encodeFrame(bytes)
  }
}

/** Null for what the encoder itself refuses: no sensor can say it. */
function encoded(message: ReportMessage): Uint8Array | null {
  try {
    return ReportMessage.encode(message).finish()
  } catch {
    return null
  }
}

test.each(SOUND.map((report, i) => [`${report.type} (${i})`, report] as const))(
  'a lie in any field of %s ends the sensor or is harmless',
  { timeout: 120_000 },
  async (_name, report) => {
    const { told, ended } = await say(liesAbout(report))
    expect(ended).toBeGreaterThan(0)
    expect(ended).toBeLessThanOrEqual(told)
    expect(errors).toEqual([])
  },
)
