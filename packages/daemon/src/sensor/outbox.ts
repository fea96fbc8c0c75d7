/**
 * What the sensor has to tell, in reports of bounded size and at a bounded
 * rate. When the daemon does not read fast enough nothing piles up: hosts and
 * names are seen again, and buckets beyond a few are folded into the next one
 * as traffic without rows.
 */

import { MINUTE_MS, SECOND_MS, type TableStatus } from '@netwatcher/shared'
import { MAX_EVIDENCE_BYTES } from '../convert/alert.js'
import type { DetectionOutput } from '../detect/engine/detection.js'
import { Throttles } from '../detect/tables/throttles.js'
import type { Clue, HostSeen, NameSighting } from '../model/host.js'
import type { Report } from '../model/sensor.js'
import type { TrafficReport } from '../model/traffic.js'
import type { Timers } from '../time/timers.js'

export interface ReportWriter {
  write(report: Report): void
  /** True while the daemon has not read what was written before. */
  isCongested(): boolean
}

/** Of one report: a millisecond or two of this process and of the daemon. */
const MAX_ROWS = 256
/** Hosts, names, and clues. */
const MAX_WAITING = 2000
const MAX_HELD_BUCKETS = 4
/** Presence rests on these being repeated while a host is there. */
const HOST_INTERVAL_MS = 30 * SECOND_MS
const NAME_INTERVAL_MS = 10 * MINUTE_MS
const THROTTLE_CAPACITY = 16_384

export class Outbox {
  private hosts: HostSeen[] = []
  private names: NameSighting[] = []
  private clues: Clue[] = []
  private buckets: TrafficReport[] = []
  /** What is left of a bucket that has begun to leave. */
  private parts: TrafficReport[] = []
  private isSending = false
  /** Sightings that found no room, and buckets that lost their rows. */
  private refused = 0
  private folded = 0
  private readonly hostThrottles = new Throttles(HOST_INTERVAL_MS, THROTTLE_CAPACITY)
  private readonly nameThrottles = new Throttles(NAME_INTERVAL_MS, THROTTLE_CAPACITY)

  constructor(
    private readonly writer: ReportWriter,
    private readonly timers: Timers,
  ) {}

  tables(): TableStatus[] {
    const sightings = this.waiting()
    const buckets = { entries: this.buckets.length, capacity: MAX_HELD_BUCKETS, evicted: this.folded }
    return [
      {
        table: 'outbox_sightings',
        entries: sightings,
        capacity: 3 * MAX_WAITING,
        evicted: 0,
        refused: this.refused,
      },
      { table: 'outbox_buckets', ...buckets, refused: 0 },
      this.hostThrottles.status('outbox_told_hosts'),
      this.nameThrottles.status('outbox_told_names'),
    ]
  }

  /** Alerts leave at once; hosts and names with the next `tick`. */
  addDetection(output: DetectionOutput): void {
    for (const { alert, evidence } of output.alerts) {
      const isTooLong = evidence !== null && evidence.length > MAX_EVIDENCE_BYTES
      this.writer.write({ type: 'alert', alert, evidence: isTooLong ? null : evidence })
    }
    for (const host of output.hosts) this.addHost(host)
    for (const name of output.names) this.addName(name)
    for (const clue of output.clues) this.addClue(clue)
  }

  /** A bucket leaves in parts, between which frames are read and alerts get through. */
  addTraffic(bucket: TrafficReport): void {
    const [oldest, ...rest] = this.buckets
    if (!oldest || this.buckets.length < MAX_HELD_BUCKETS) this.buckets.push(bucket)
    else {
      this.buckets = [...rest, fold(oldest, bucket)]
      this.folded++
    }
    this.sendTraffic()
  }

  tick(): void {
    this.sendTraffic()
    if (this.writer.isCongested() || this.waiting() === 0) return
    this.writer.write({ type: 'observation', hosts: this.hosts, names: this.names, clues: this.clues })
    this.clues = []
    this.hosts = []
    this.names = []
  }

  /** Everything that the daemon takes, at once. */
  flush(): void {
    while (this.sendPart());
    this.tick()
  }

  private addHost(host: HostSeen): void {
    if (this.hosts.length >= MAX_WAITING) {
      this.refused++
      return
    }
    if (this.hostThrottles.isDue(`${host.ip} ${host.mac}`, this.timers.nowMs())) this.hosts.push(host)
  }

  private addName(name: NameSighting): void {
    if (this.names.length >= MAX_WAITING) {
      this.refused++
      return
    }
    const key = `${name.ip} ${name.mac} ${name.source} ${name.name}`
    if (this.nameThrottles.isDue(key, this.timers.nowMs())) this.names.push(name)
  }

  /** The detector of clues tells each only now and then. */
  private addClue(clue: Clue): void {
    if (this.clues.length < MAX_WAITING) this.clues.push(clue)
    else this.refused++
  }

  private waiting(): number {
    return this.hosts.length + this.names.length + this.clues.length
  }

  private sendTraffic(): void {
    if (this.isSending || !this.sendPart()) return
    this.isSending = true
    // In another turn of the event loop.
    this.timers.after(0, () => {
      this.isSending = false
      this.sendTraffic()
    })
  }

  /** False when there is nothing left, or the daemon is behind. */
  private sendPart(): boolean {
    if (this.writer.isCongested()) return false
    if (this.parts.length === 0) this.parts = split(this.buckets.shift())
    const part = this.parts.shift()
    if (part) this.writer.write({ type: 'traffic', traffic: part })
    return part !== undefined
  }
}

/** The totals that are not in rows are only in the first part. */
function split(bucket: TrafficReport | undefined): TrafficReport[] {
  if (!bucket) return []
  const { rows, ...totals } = bucket
  const parts = [{ ...totals, rows: rows.slice(0, MAX_ROWS) }]
  for (let start = MAX_ROWS; start < rows.length; start += MAX_ROWS) {
    const part = rows.slice(start, start + MAX_ROWS)
    parts.push({ ...totals, rows: part, otherBytes: 0, otherPackets: 0, dropped: 0 })
  }
  return parts
}

/** The older bucket loses its rows to the totals of the newer one. */
function fold(older: TrafficReport, newer: TrafficReport): TrafficReport {
  let bytes = older.otherBytes
  let packets = older.otherPackets
  for (const row of older.rows) {
    bytes += row.txBytes + row.rxBytes
    packets += row.txPackets + row.rxPackets
  }
  return {
    ...newer,
    otherBytes: newer.otherBytes + bytes,
    otherPackets: newer.otherPackets + packets,
    dropped: newer.dropped + older.dropped,
  }
}
