/**
 * The daemon's end of the pipes to one sensor: commands out, checked reports
 * in. The sensor may be in a stranger's hands, so its stream is read no faster
 * than a sound sensor ever writes, its log lines are cut, and the first message
 * that is wrong ends it.
 */

import { errorMessage } from '@netwatcher/shared'
import { cleanText, ReportError } from '../convert/checks.js'
import { encodeCommand } from '../convert/command.js'
import { decodeReport } from '../convert/report.js'
import type { Command, Report } from '../model/sensor.js'
import type { Logger } from '../os/log.js'
import type { ChildProcess } from '../os/spawn-sensor.js'
import type { Timers } from '../time/timers.js'
import { encodeFrame } from './framing.js'
import { ReportStream } from './report-stream.js'

export interface SensorLink {
  readonly pid: number
  send(command: Command): void
  /** Ends the process at once. */
  kill(): void
}

export interface LinkEvents {
  /** May throw ReportError, which ends the sensor. */
  onReport(report: Report): void
  /** Called once; nothing follows. */
  onExit(how: string): void
}

/** `log` takes what the sensor says and causes: it is the interface's own, and rationed. */
export type OpenLink = (events: LinkEvents, log: Logger) => SensorLink

/**
 * What reports may cost at once, and on average. One costs 1 and more with its
 * length; an alert is also written to disk. A scan that finds 4000 hosts a
 * second is the most that is due.
 */
const BURST = 20_000
const PER_SECOND = 5000
const ALERT_COST = 50
const BYTES_PER_UNIT = 4096
const PAUSE_MS = 100
const NOT_LAUNCHED: Report = {
  type: 'failure',
  code: 'drop_failed',
  message: 'A sensor could not be started without its rights (the reason is above), so none is started.',
}

export function openSensorLink(
  spawn: () => ChildProcess,
  timers: Timers,
  log: Logger,
  events: LinkEvents,
): SensorLink {
  const child = spawn()
  let fault = ''
  const allowance = new Allowance(BURST, PER_SECOND, timers)
  const reports = new ReportStream(child.reports, timers, {
    onMessage: (message) => {
      const report = decodeReport(message)
      allowance.spend(1 + message.length / BYTES_PER_UNIT + (report.type === 'alert' ? ALERT_COST : 0))
      try {
        events.onReport(report)
      } catch (error) {
        if (error instanceof ReportError) throw error
        // Our own failure (a full disk), not the sensor's.
        log.error('A report could not be processed', { type: report.type, error: errorMessage(error) })
      }
    },
    onFault: (error) => {
      fault = errorMessage(error)
      child.kill()
    },
    pauseMs: () => (allowance.isUsedUp() ? PAUSE_MS : 0),
  })
  reports.start()
  // Writing to a sensor that has just died: its exit says more.
  for (const pipe of [child.commands, child.reports, child.errors]) pipe.on('error', () => {})
  logLines(child, log)
  // What it had still to say comes first.
  child.onExit(({ how, wasSafe }) =>
    reports.whenDrained(() => {
      if (!wasSafe) events.onReport(NOT_LAUNCHED)
      events.onExit(fault === '' ? how : `ended by the daemon: ${fault}`)
    }),
  )
  return {
    pid: child.pid,
    send: (command) => void child.commands.write(encodeFrame(encodeCommand(command))),
    kill: () => child.kill(),
  }
}

function logLines(child: ChildProcess, log: Logger): void {
  child.errors.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('latin1').split('\n')) {
      if (line !== '') log.warn('Sensor says', { pid: child.pid, text: cleanText(line) })
    }
  })
}

/** A token bucket. */
class Allowance {
  private left: number
  private updatedMs: number

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly timers: Timers,
  ) {
    this.left = burst
    this.updatedMs = timers.nowMs()
  }

  spend(cost: number): void {
    this.left -= cost
  }

  isUsedUp(): boolean {
    const now = this.timers.nowMs()
    this.left = Math.min(this.burst, this.left + ((now - this.updatedMs) * this.perSecond) / 1000)
    this.updatedMs = now
    return this.left <= 0
  }
}
