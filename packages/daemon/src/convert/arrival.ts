/**
 * Times of a report, held against the clock of the daemon that it came to.
 * Nothing has been seen later than it is told: a sensor that says so has been
 * taken over, or the clock was set back in between. What it tells counts as of
 * its arrival then, or a device would be there for ever, traffic would never be
 * old enough to be deleted, and a liar would have held the gateway longest.
 * Nor does a sensor know of an outage that began before itself.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { HostSeen } from '../model/host.js'
import type { Report } from '../model/sensor.js'
import { withTimes } from '../model/uplink.js'

/** What the clock of the stamps and ours may be apart. */
const AHEAD_MS = SECOND_MS

/** `startedMs`: when the sensor was started; both wall clock. */
export function asOfArrival(report: Report, startedMs: number, nowMs: number): Report {
  const notAfter = (ms: number) => (ms > nowMs + AHEAD_MS ? nowMs : ms)
  const asOfNow = (host: HostSeen): HostSeen => ({ ...host, seenMs: notAfter(host.seenMs) })
  if (report.type === 'observation') {
    // Most reports, with up to thousands of hosts: nobody is ahead.
    const areSound = report.hosts.every(({ seenMs }) => notAfter(seenMs) === seenMs)
    return areSound ? report : { ...report, hosts: report.hosts.map(asOfNow) }
  }
  if (report.type === 'scan' && report.step.type === 'host') {
    return { ...report, step: { type: 'host', host: asOfNow(report.step.host) } }
  }
  if (report.type === 'traffic') {
    const { traffic } = report
    const startMs = notAfter(traffic.startMs + traffic.durationMs) - traffic.durationMs
    return { ...report, traffic: { ...traffic, startMs: Math.max(0, startMs) } }
  }
  if (report.type === 'status' && report.counters.uplink) {
    const uplink = withTimes(report.counters.uplink, notAfter)
    const sinceMs = Math.max(uplink.sinceMs, Math.min(startedMs, nowMs))
    return { ...report, counters: { ...report.counters, uplink: { ...uplink, sinceMs } } }
  }
  if (report.type === 'alert') {
    const { alert } = report
    const [firstSeenMs, lastSeenMs] = [notAfter(alert.firstSeenMs), notAfter(alert.lastSeenMs)]
    return { ...report, alert: { ...alert, firstSeenMs, lastSeenMs } }
  }
  return report
}
