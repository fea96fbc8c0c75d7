/**
 * Puts notification together: what happened becomes messages by each channel's
 * rules, in one transaction, and a sender for each channel takes them from
 * there. Ingest only notes what happened, so that neither rules nor a channel
 * that hangs delay it.
 */

import { errorMessage, SECOND_MS } from '@netwatcher/shared'
import type { TestResult } from '../contract/channels.js'
import type { Daemons } from '../daemon/daemons.js'
import type { Logger } from '../os/log.js'
import type { Outgoing } from '../os/outgoing.js'
import type { StoredChannel } from '../storage/channel-repository.js'
import type { NewDelivery } from '../storage/outbox-repository.js'
import type { Store } from '../storage/store.js'
import type { NameBook } from '../views/name-book.js'
import type { Views } from '../views/views.js'
import type { Channel } from './channel.js'
import { makeChannel } from './channels.js'
import { HomeStates } from './home-states.js'
import { dueOf } from './rules.js'
import { explain, newMessageId, Sender } from './sender.js'
import { Teller } from './teller.js'
import { messageOf, type Told, testMessage } from './words.js'

/** Happenings that become messages in one transaction. */
const BATCH = 200
const TEST_WITHIN_MS = 15 * SECOND_MS
/** A daemon that is being restarted is not lost. */
const LOST_AFTER_MS = 60 * SECOND_MS

export interface NotifierDeps {
  version: string
  store: Store
  daemons: Daemons
  views: Views
  names: NameBook
  outgoing: Outgoing
  log: Logger
  nowMs: () => number
  /** Minutes since midnight by this machine's clock and time zone. */
  minuteOfDay: (atMs: number) => number
  writeJournal: (line: string) => void
}

interface Running {
  stored: StoredChannel
  channel: Channel
  sender: Sender
}

export class Notifier {
  private readonly running = new Map<number, Running>()
  private readonly teller: Teller
  private readonly homeStates: HomeStates
  private readonly lost = new Set<string>()
  private dispatching: Promise<void> = Promise.resolve()

  constructor(private readonly deps: NotifierDeps) {
    this.teller = new Teller(deps.store, deps.views, deps.names, deps.nowMs)
    this.homeStates = new HomeStates(deps)
  }

  async start(): Promise<void> {
    for (const stored of await this.deps.store.channels.list()) this.run(stored)
  }

  async stop(): Promise<void> {
    await this.dispatching
    await Promise.all([...this.running.values()].map(({ sender }) => sender.stop()))
    this.running.clear()
  }

  /** A channel was added or changed: it begins anew with what waits for it. */
  async reload(id: number): Promise<void> {
    await this.halt(id)
    const stored = await this.deps.store.channels.get(id)
    if (stored) this.run(stored)
  }

  /** Before a channel is removed or leads elsewhere: what the other end keeps is taken back, if it can be reached. */
  async retract(id: number): Promise<void> {
    const { channel, stored } = this.running.get(id) ?? {}
    await channel?.forget?.().catch((error: unknown) => {
      this.deps.log.warn('What a broker keeps could not be cleared', {
        channel: stored?.name,
        error: explain(error),
      })
    })
  }

  async halt(id: number): Promise<void> {
    const running = this.running.get(id)
    this.running.delete(id)
    await running?.sender.stop()
  }

  /** Sends one message past rules and queue. */
  async test(stored: StoredChannel): Promise<TestResult> {
    const { nowMs } = this.deps
    const channel = this.make(stored, 'test')
    const began = performance.now()
    const result = (error: string): TestResult => ({
      isAccepted: error === '',
      durationMs: Math.round(performance.now() - began),
      error,
    })
    try {
      const message = testMessage(stored.name, stored.rules, nowMs(), newMessageId())
      await channel.send(message, AbortSignal.timeout(TEST_WITHIN_MS))
      return result('')
    } catch (error) {
      return result(explain(error))
    } finally {
      await channel.close()
    }
  }

  /** Something may have happened. */
  wake(): void {
    this.dispatching = this.dispatching
      .then(() => this.dispatch())
      .catch((error: unknown) => {
        this.deps.log.error('Messages could not be made', { error: errorMessage(error) })
      })
  }

  /** Now and then: what time alone brings about. */
  async tick(): Promise<void> {
    await this.deps.store.outbox.wakeSnoozed(this.deps.nowMs())
    await this.watchDaemons()
    this.wake()
    await this.dispatching
  }

  /** Now and then: what other ends keep. */
  async mirror(): Promise<void> {
    for (const { stored, channel } of [...this.running.values()]) {
      if (!stored.isEnabled) continue
      await channel.mirror?.().catch((error: unknown) => {
        this.deps.log.warn('A broker could not be told', { channel: stored.name, error: explain(error) })
      })
    }
  }

  private run(stored: StoredChannel): void {
    const { store, log, nowMs } = this.deps
    const channel = this.make(stored, 'run')
    const sender = new Sender({ stored, channel, outbox: store.outbox, log, nowMs })
    this.running.set(stored.id, { stored, channel, sender })
    if (stored.isEnabled) sender.start()
  }

  private make({ id, settings }: StoredChannel, purpose: 'run' | 'test'): Channel {
    const { store, outgoing, nowMs, writeJournal } = this.deps
    return makeChannel(settings, store.channels.secretOf(id), {
      outgoing,
      nowMs,
      writeJournal,
      clientId: `netwatcher-${purpose}-${newMessageId().slice(0, 8)}`,
      retained: {
        read: () => store.channels.retained(id),
        keep: (topic, payload) => store.channels.keepRetained(id, topic, payload),
      },
      homeState: () => this.homeStates.read(),
    })
  }

  private async dispatch(): Promise<void> {
    const { outbox } = this.deps.store
    for (;;) {
      const happenings = await outbox.happenings(BATCH)
      const last = happenings.at(-1)
      if (last === undefined) return
      const deliveries: NewDelivery[] = []
      for (const happening of happenings) {
        const told = this.enabled.length === 0 ? null : await this.teller.tell(happening)
        if (told !== null) deliveries.push(...this.deliveriesOf(told))
      }
      await outbox.turnInto(last.id, deliveries, this.deps.nowMs())
      for (const { channelId } of deliveries) this.running.get(channelId)?.sender.wake()
    }
  }

  private deliveriesOf(told: Told): NewDelivery[] {
    return this.enabled.flatMap(({ stored }) => {
      const message = messageOf(told, stored.rules, newMessageId())
      const due = dueOf(message, stored, this.deps.minuteOfDay)
      return due === null ? [] : [{ channelId: stored.id, dueMs: due.atMs, isHeld: due.isHeld, message }]
    })
  }

  private get enabled(): Running[] {
    return [...this.running.values()].filter(({ stored }) => stored.isEnabled)
  }

  private async watchDaemons(): Promise<void> {
    const { daemons, store, nowMs } = this.deps
    for (const { name, link } of daemons.all) {
      const { state } = link
      const wasLost = this.lost.has(name)
      const isLost = !state.connected && nowMs() - state.sinceMs >= LOST_AFTER_MS
      if (isLost === wasLost || (!isLost && !state.connected)) continue
      if (isLost) this.lost.add(name)
      else this.lost.delete(name)
      const kind = isLost ? 'sensor_lost' : 'sensor_back'
      const detail = state.connected ? '' : JSON.stringify(state.detail)
      const ref = daemons.all.length > 1 ? `netwatcherd ${name}` : ''
      await store.outbox.noteAlone({ atMs: nowMs(), kind, ref, detail })
    }
  }
}
