/**
 * A fire drill, followed: asked for, seen by the detectors, stored as an
 * incident, accepted by each channel. What is missing says which link failed.
 */

import { type Language, NO_TEXT, render, SECOND_MS, type Text, text } from '@netwatcher/shared'
import type { DrillLink, DrillReport } from '../contract/drill.js'
import type { Daemon } from '../daemon/daemons.js'
import type { StoredChannel } from '../storage/channel-repository.js'
import type { StoredIncident } from '../storage/incident-repository.js'
import type { Delivered } from '../storage/outbox-repository.js'
import type { Store } from '../storage/store.js'

/** An alert takes milliseconds; after this it is not coming. */
const ALERT_WITHIN_MS = 10 * SECOND_MS

interface Begun {
  startedMs: number
  daemon: string
  interface: string
}

export class DrillBook {
  private latest: Begun | null = null

  constructor(
    private readonly store: Store,
    private readonly nowMs: () => number,
  ) {}

  async start({ name, api }: Pick<Daemon, 'name' | 'api'>, interfaceName: string): Promise<void> {
    const startedMs = this.nowMs()
    const chosen = await api.drill(interfaceName)
    this.latest = { startedMs, daemon: name, interface: chosen }
    await this.store.milestones.drilled(startedMs)
  }

  async report(language: Language): Promise<DrillReport> {
    const { latest, store } = this
    if (latest === null) return { startedMs: null, daemon: '', interface: '', links: [] }
    const incident = await this.incidentOf(latest)
    const channels = (await store.channels.list()).filter(({ isEnabled }) => isEnabled)
    const sent = incident === null ? [] : await store.outbox.ofIncident(incident.id)
    const links = [
      link('daemon', '', 0),
      ...this.alertLinks(latest, incident),
      ...channelLinks(latest, incident, channels, sent),
    ]
    return { ...latest, links: links.map((one) => ({ ...one, text: render(one.said, language) })) }
  }

  private async incidentOf({ startedMs }: Begun): Promise<StoredIncident | null> {
    const order = { key: 'lastSeen', isDescending: true }
    const query = { page: 1, pageSize: 5, order, kind: 'drill' as const }
    const { incidents } = await this.store.incidents.list(query)
    return incidents.find(({ openedMs }) => openedMs >= startedMs) ?? null
  }

  private alertLinks({ startedMs }: Begun, incident: StoredIncident | null): Link[] {
    if (incident === null) {
      const isLate = this.nowMs() - startedMs > ALERT_WITHIN_MS
      return [isLate ? failed('alert', '', text('drill_no_alert')) : waiting('alert', '')]
    }
    const { firstSeenMs, openedMs } = incident
    return [
      link('alert', '', Math.max(0, firstSeenMs - startedMs)),
      link('incident', '', Math.max(0, openedMs - startedMs)),
    ]
  }
}

type Link = Omit<DrillLink, 'text'>

function channelLinks(
  { startedMs }: Begun,
  incident: StoredIncident | null,
  channels: readonly StoredChannel[],
  sent: readonly Delivered[],
): Link[] {
  if (channels.length === 0) return [failed('channel', '', text('drill_no_channel'))]
  return channels.map(({ name, state }) => {
    const delivered = sent.find(({ channel }) => channel === name)
    if (delivered?.error === '') return link('channel', name, Math.max(0, delivered.endedMs - startedMs))
    const cause = delivered?.error ?? (incident === null ? '' : state.lastError)
    return cause === ''
      ? waiting('channel', name)
      : failed('channel', name, text('drill_not_accepted', { cause }))
  })
}

function link(which: Link['link'], name: string, afterMs: number): Link {
  return { link: which, name, state: 'done', afterMs, said: NO_TEXT }
}

function waiting(which: Link['link'], name: string): Link {
  return { link: which, name, state: 'waiting', afterMs: null, said: NO_TEXT }
}

function failed(which: Link['link'], name: string, said: Text): Link {
  return { link: which, name, state: 'failed', afterMs: null, said }
}
