/**
 * What was stored, told to the browsers. Devices are sighted far more often
 * than a person can look, so changed ones are gathered and told once a second.
 */

import { claimantMacs } from '@netwatcher/shared'
import type { Daemon } from '../daemon/daemons.js'
import type { DaemonEvent, Host, TrafficBucket } from '../daemon/types.js'
import type { Logger } from '../os/log.js'
import type { Store } from '../storage/store.js'
import type { LiveNews } from '../views/live-event.js'
import type { NameBook } from '../views/name-book.js'
import type { Views } from '../views/views.js'

const GATHER_MS = 1_000
/** More than this many at once is a flood, or a first scan: the page fetches its list again. */
const MAX_DEVICES = 200
const MAX_ALERTS = 100

export class LivePublisher {
  private readonly macs = new Set<string>()
  private readonly alerts = new Set<string>()
  private timer: NodeJS.Timeout | null = null

  constructor(
    private readonly store: Store,
    private readonly views: Views,
    private readonly names: NameBook,
    private readonly publish: (news: LiveNews) => void,
    private readonly log: Logger,
  ) {}

  /** What one daemon said. */
  applied({ name: daemon, link }: Daemon, events: readonly DaemonEvent[]): void {
    for (const { payload } of events) {
      switch (payload.kind) {
        case 'observation':
          this.noteHosts(payload.hosts)
          for (const name of payload.names) if (name.mac) this.macs.add(name.mac)
          break
        // How a scan goes is told by who follows it (discovery.ts), once.
        case 'scan':
          this.noteHosts(payload.hosts)
          break
        case 'alert':
          this.alerts.add(payload.alert.id)
          for (const mac of claimantMacs(payload.alert.parties)) this.macs.add(mac)
          break
        case 'traffic':
          this.publish(trafficEvent(daemon, payload.bucket))
          break
        case 'capture':
          link.noteSensor(payload.status)
          this.publish({ type: 'sensor', daemon, status: payload.status })
          break
        case 'firewall':
          this.publish({ type: 'firewall', daemon, state: payload.state })
          break
        case 'gap':
          this.publish({ type: 'reset' })
          break
        case 'clock_step':
          link.noteClockStep(payload.sensor)
          break
        // The new state of the firewall comes with it.
        case 'block_suspended':
        case 'unknown':
          break
      }
    }
    // Alerts do not wait for the gathering.
    if (this.alerts.size > 0) this.run(this.tellAlerts())
    if (this.macs.size > 0) this.schedule()
  }

  changed(macs: Iterable<string>): void {
    for (const mac of macs) this.macs.add(mac)
    if (this.macs.size > 0) this.schedule()
  }

  private noteHosts(hosts: readonly Host[]): void {
    for (const host of hosts) if (host.mac) this.macs.add(host.mac)
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null
      this.run(this.tellDevices())
    }, GATHER_MS)
  }

  private run(work: Promise<void>): void {
    work.catch((error: unknown) => this.log.warn('A live update was skipped', { error: String(error) }))
  }

  private async tellAlerts(): Promise<void> {
    const ids = [...this.alerts]
    this.alerts.clear()
    if (ids.length > MAX_ALERTS) return this.publish({ type: 'reset' })
    for (const id of ids) {
      const stored = await this.store.alerts.get(id)
      if (stored) this.publish({ type: 'alert', stored })
    }
    for (const stored of await this.store.incidents.ofAlerts(ids)) {
      this.publish({ type: 'incident', stored, nameOf: await this.names.of(stored.parties) })
    }
  }

  private async tellDevices(): Promise<void> {
    const macs = [...this.macs]
    this.macs.clear()
    if (macs.length > MAX_DEVICES) return this.publish({ type: 'reset' })
    for (const stored of await this.store.devices.getMany(macs)) {
      this.publish({ type: 'device', device: this.views.device(stored) })
    }
  }
}

function trafficEvent(daemon: string, bucket: TrafficBucket): LiveNews {
  let txBytes = 0
  let rxBytes = bucket.otherBytes
  let packets = bucket.otherPackets
  for (const row of bucket.rows) {
    txBytes += row.txBytes
    rxBytes += row.rxBytes
    packets += row.txPackets + row.rxPackets
  }
  return {
    type: 'traffic',
    atMs: bucket.startMs,
    durationMs: bucket.durationMs,
    daemon,
    interface: bucket.sensor.interface,
    txBytes,
    rxBytes,
    packets,
  }
}
