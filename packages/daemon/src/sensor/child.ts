/**
 * A sensor process. It opens the capture with the rights it was started with,
 * gives all of them up, says so, and only then looks at a packet. Everything it
 * needs is loaded before that: afterwards it may not be able to read the files.
 * It lives only as long as the daemon holds the other end of its pipes.
 */

import { Socket } from 'node:net'
import { errorMessage } from '@netwatcher/shared'
import { Accountant } from '../account/accountant.js'
import { giveUpRights, ownRights } from '../capture/give-up-rights.js'
import { openLive } from '../capture/live-source.js'
import { decodeCommand } from '../convert/command.js'
import { encodeReport } from '../convert/report.js'
import { NO_CONTEXT } from '../detect/engine/detection.js'
import { createDetectionEngine } from '../detect/engine/engine.js'
import type { Command, FailureCode, Report, SensorSettings } from '../model/sensor.js'
import { effectiveCapabilities } from '../os/process-status.js'
import { machineClocks, startLiveClock } from '../time/live-clock.js'
import { readingTimers } from '../time/timers.js'
import { encodeFrame, FrameReader } from './framing.js'
import { Sensor } from './sensor.js'

const REPORTS_FD = 3
/** Above this the daemon is behind, and less is sent. */
const CONGESTED_BYTES = 1024 * 1024
/**
 * Rows of a traffic bucket. A flood of invented addresses makes tens of
 * thousands of one packet each, which would only delay alerts behind them.
 */
const MAX_ROWS = 4096
/** Time to hand over the last reports. */
const EXIT_TIMEOUT_MS = 1000

const reports = new Socket({ fd: REPORTS_FD, readable: false, writable: true })
let sensor: Sensor | null = null

function write(report: Report): void {
  reports.write(encodeFrame(encodeReport(report)))
}

function exit(code: number): void {
  setTimeout(() => process.exit(code), EXIT_TIMEOUT_MS).unref()
  reports.end(() => process.exit(code))
}

function fail(code: FailureCode, error: unknown): void {
  write({ type: 'failure', code, message: errorMessage(error) })
  exit(1)
}

function attempt<T>(code: FailureCode, action: () => T): T | null {
  try {
    return action()
  } catch (error) {
    fail(code, error)
    return null
  }
}

function configure(settings: SensorSettings): void {
  const { interface: interfaceName, promiscuous, ringBytes, uid, gid } = settings
  const source = attempt('open_failed', () => openLive({ interfaceName, promiscuous, ringBytes }))
  if (!source) return
  const hasGivenUp = attempt('drop_failed', () => {
    giveUpRights(ownRights, uid, gid)
    return true
  })
  if (!hasGivenUp) return
  write({ type: 'ready', pid: process.pid, uid, gid, effectiveCapabilities: effectiveCapabilities() })
  const engine = createDetectionEngine(NO_CONTEXT, settings)
  sensor = new Sensor({
    settings,
    source,
    accountant: new Accountant({ flowCapacity: settings.flowCapacity, maxRows: MAX_ROWS }),
    engine,
    writer: { write, isCongested: () => reports.writableLength > CONGESTED_BYTES },
    clock: startLiveClock(machineClocks),
    after: readingTimers.after,
    memory: { residentBytes: () => process.memoryUsage.rss(), collect: () => globalThis.gc?.() },
    random: Math.random,
  })
  sensor.start()
  source.done.catch((error: unknown) => fail('interface_gone', error))
}

function receive(command: Command | null): void {
  if (command?.type === 'configure') {
    if (!sensor) configure(command.settings)
  } else if (command?.type === 'stop') {
    sensor?.stop()
    exit(0)
  } else if (command) {
    sensor?.command(command)
  }
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  fail('internal', error)
})
// A terminal's Ctrl-C reaches the whole process group; the daemon decides when sensors stop.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// The daemon has gone.
for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => process.exit(0))
for (const event of ['close', 'error']) reports.on(event, () => process.exit(0))

const reader = new FrameReader((message) => receive(decodeCommand(message)))
process.stdin.on('data', (chunk: Buffer) => reader.push(chunk))
