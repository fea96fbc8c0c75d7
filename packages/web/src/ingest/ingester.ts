/**
 * Follows the daemon's event stream and stores what it says, for as long as
 * the process lives. However the stream ends (daemon stopped, killed, frozen,
 * restarted), it is opened again from the last stored position. Events that
 * arrive together are stored together; while the disk is full or the database
 * is busy the stream waits, so that memory stays bounded.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage, saidBy, type Text, text } from '@netwatcher/shared'
import { type Daemon, DaemonRefused } from '../daemon/daemons.js'
import type { DaemonEvent, DaemonStatus } from '../daemon/types.js'
import type { Logger } from '../os/log.js'
import { describeFault } from '../storage/fault.js'
import type { Store } from '../storage/store.js'
import { applyEvents } from './apply.js'

const COALESCE_MS = 50
const MAX_PENDING_ROWS = 20_000
const RECONNECT_MIN_MS = 100
const RECONNECT_MAX_MS = 1_000
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 10_000

export interface IngesterDeps {
  daemon: Daemon
  store: Store
  /** Throws when what answers must not be spoken with. */
  admit: (status: DaemonStatus) => void
  log: Logger
  nowMs: () => number
  /** Called after the commit with the events that were new. */
  onApplied: (events: readonly DaemonEvent[]) => void
}

export class Ingester {
  /** Why storing does not work at present; null when it does. */
  storageError: Text | null = null
  private pending: DaemonEvent[] = []
  private pendingRows = 0
  private flushing: Promise<void> | null = null

  constructor(private readonly deps: IngesterDeps) {}

  /** Resolves some time after `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { link } = this.deps.daemon
    let delayMs = RECONNECT_MIN_MS
    while (!signal.aborted) {
      try {
        await this.follow(signal, () => {
          delayMs = RECONNECT_MIN_MS
        })
        link.disconnected(text('daemon_connection_lost'))
      } catch (error) {
        if (error instanceof DaemonRefused) link.refuse(saidBy(error))
        else if (!signal.aborted) link.disconnected(saidBy(error))
      }
      await sleep(delayMs, undefined, { signal }).catch(() => undefined)
      delayMs = Math.min(2 * delayMs, RECONNECT_MAX_MS)
    }
  }

  private async follow(signal: AbortSignal, onConnected: () => void): Promise<void> {
    const { daemon, store, admit } = this.deps
    const status = await daemon.api.getStatus()
    admit(status)
    daemon.link.connected(status)
    onConnected()
    const after = await store.positions.latest(status.daemonId)
    const replaced = new AbortController()
    const stream = daemon.api.watch(after, AbortSignal.any([signal, replaced.signal]))
    const received = this.receive(status.daemonId, stream, signal)
    await Promise.all([received, this.greetAgain(status, replaced)])
  }

  /** Behind the stream: another daemon may have come between the first greeting and that. */
  private async greetAgain({ bootId }: DaemonStatus, replaced: AbortController): Promise<void> {
    const again = await this.deps.daemon.api.getStatus().catch(() => null)
    if (again && again.bootId !== bootId) replaced.abort()
  }

  private async receive(
    daemonId: string,
    stream: AsyncIterable<DaemonEvent>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for await (const event of stream) {
        this.pending.push(event)
        this.pendingRows += rowsOf(event)
        this.flushing ??= this.flush(daemonId, signal)
        if (this.pendingRows >= MAX_PENDING_ROWS) await this.flushing
      }
    } finally {
      // What arrived is stored before asking from where to go on.
      await this.flushing
    }
  }

  private async flush(daemonId: string, signal: AbortSignal): Promise<void> {
    await sleep(COALESCE_MS, undefined, { signal }).catch(() => undefined)
    while (this.pending.length > 0) {
      const events = this.pending
      this.pending = []
      this.pendingRows = 0
      if (!(await this.store(daemonId, events, signal))) break
    }
    this.flushing = null
  }

  /** Tries until it works; false when the process stops first. */
  private async store(daemonId: string, events: DaemonEvent[], signal: AbortSignal): Promise<boolean> {
    const { daemon, store, nowMs, onApplied, log } = this.deps
    const { siteId, name, link } = daemon
    for (let delayMs = RETRY_MIN_MS; ; delayMs = Math.min(2 * delayMs, RETRY_MAX_MS)) {
      try {
        const applied = await applyEvents(store, { siteId, daemonId, name }, events, nowMs())
        this.storageError = null
        if (applied.foreignEvents > 0 && link.foreignEvents === 0) {
          log.warn('Events that name another daemon are left out', { daemon: daemon.name })
        }
        link.foreignEvents += applied.foreignEvents
        link.implausibleRows += applied.implausibleRows
        onApplied(applied.events)
        await this.acknowledge(events)
        return true
      } catch (error) {
        this.storageError = describeFault(error) ?? text('storage_failing')
        log.error('Events could not be stored; trying again', { error: errorMessage(error) })
        if (signal.aborted) return false
        await sleep(delayMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** Only tells the daemon what it may forget; the next one tells it again. */
  private async acknowledge(events: readonly DaemonEvent[]): Promise<void> {
    const last = events.at(-1)
    if (last) await this.deps.daemon.api.acknowledge(last.position).catch(() => undefined)
  }
}

function rowsOf(event: DaemonEvent): number {
  const { payload } = event
  if (payload.kind === 'traffic') return 1 + payload.bucket.rows.length
  if (payload.kind === 'observation') return 1 + payload.hosts.length + payload.names.length
  return payload.kind === 'scan' ? 1 + payload.hosts.length : 1
}
