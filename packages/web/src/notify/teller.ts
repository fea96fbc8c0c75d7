/** From what was noted as happened to what may be said of it, as it is by now. */

import { NO_TEXT, type Text, text } from '@netwatcher/shared'
import type { Message, MessageEvent } from '../contract/message.js'
import type { NoteKind } from '../contract/note-kinds.js'
import type { StoredIncident } from '../storage/incident-repository.js'
import type { Happening } from '../storage/outbox-repository.js'
import type { Store } from '../storage/store.js'
import { incidentView } from '../views/incident-view.js'
import type { NameBook } from '../views/name-book.js'
import { noteText } from '../views/note-view.js'
import type { Views } from '../views/views.js'
import { nameOf, type Told } from './words.js'

const TURNS: Record<string, MessageEvent> = {
  opened: 'incident_opened',
  escalated: 'incident_escalated',
  reopened: 'incident_reopened',
  ended: 'incident_ended',
  reminder: 'incident_reminder',
}
const DEVICE_SAID: Record<string, MessageEvent> = {
  device_new: 'device_new',
  device_gone: 'device_gone',
  device_back: 'device_back',
}
/** Kinds of notes that channels tell apart from the others. */
const NOTE_SAID: Partial<Record<NoteKind, MessageEvent>> = { port_opened: 'port_opened', quota: 'quota' }
/** Among so many alerts the advice is looked for. */
const LOOKED_AT = 50

export class Teller {
  constructor(
    private readonly store: Store,
    private readonly views: Views,
    private readonly names: NameBook,
    private readonly nowMs: () => number,
  ) {}

  /** Null: nothing is to be said. */
  async tell(happening: Happening): Promise<Told | null> {
    const { kind, ref, detail, atMs } = happening
    if (kind === 'incident') return await this.tellIncident(ref, detail, atMs)
    if (kind === 'note') return await this.tellNote(Number(ref))
    const said = DEVICE_SAID[kind]
    if (said !== undefined) return await this.tellDevice(said, Number(ref), atMs)
    return tellInternet(happening) ?? tellSensor(happening)
  }

  private async tellIncident(id: string, turn: string, atMs: number): Promise<Told | null> {
    const event = TURNS[turn]
    const stored = await this.store.incidents.get(id)
    if (event === undefined || stored === null || this.isSilent(stored, event)) return null
    const names = await this.names.of(stored.parties)
    return {
      event,
      atMs,
      severity: stored.severity,
      site: stored.site,
      said: NO_TEXT,
      advice: event === 'incident_ended' ? NO_TEXT : await this.adviceFor(stored),
      incident: (language) => incidentView(stored, names, language),
      device: null,
      tags: await this.tagsOf(stored),
    }
  }

  private async tagsOf({ parties }: StoredIncident): Promise<string[]> {
    const devices = await this.store.devices.getMany(parties.map(({ mac }) => mac).filter(Boolean))
    return [...new Set(devices.flatMap(({ tags }) => tags))].sort()
  }

  private isSilent(stored: StoredIncident, event: MessageEvent): boolean {
    if (Math.max(stored.mutedUntilMs, stored.snoozedUntilMs) > this.nowMs()) return true
    return event === 'incident_reminder' && (stored.active === 0 || stored.acknowledgedMs !== null)
  }

  private async adviceFor({ id, kind }: StoredIncident): Promise<Text> {
    const ids = await this.store.incidents.alertIds(id, LOOKED_AT)
    const alerts = await this.store.alerts.getMany(ids)
    return alerts.find(({ alert }) => alert.kind === kind)?.alert.advice ?? NO_TEXT
  }

  private async tellNote(id: number): Promise<Told | null> {
    const note = await this.store.notes.get(id)
    if (note === null) return null
    const [stored] = note.device === null ? [] : await this.store.devices.getMany([note.device])
    // A device that nobody wants to see, or that is gone by now.
    if (note.device !== null && (stored === undefined || stored.trust === 'ignored')) return null
    const view = stored && this.views.device(stored)
    const device = view === undefined ? null : { mac: view.mac, name: view.name ?? view.hostname }
    const said = noteText(note, device === null ? null : nameOf(device))
    const rest = { site: view?.site ?? '', advice: NO_TEXT, incident: null, device, tags: stored?.tags ?? [] }
    const event = NOTE_SAID[note.kind] ?? 'note'
    return { event, atMs: note.atMs, severity: 'warning', said, ...rest }
  }

  private async tellDevice(event: MessageEvent, id: number, atMs: number): Promise<Told | null> {
    const stored = await this.store.devices.get(id)
    if (stored === null || stored.trust === 'ignored' || stored.isSelf) return null
    const { mac, name, hostname, site } = this.views.device(stored)
    const device: Message['device'] = { mac, name: name ?? hostname }
    const said = text(`notify_${event}`, { device: nameOf(device) })
    return {
      event,
      atMs,
      severity: 'info',
      site,
      said,
      advice: NO_TEXT,
      incident: null,
      device,
      tags: stored.tags,
    }
  }
}

function tellInternet({ kind, detail, atMs }: Happening): Told | null {
  if (kind !== 'internet_lost' && kind !== 'internet_back') return null
  const said: Text = JSON.parse(detail)
  const advice = kind === 'internet_lost' ? text(`advice_${said.rule.replace('notify_', '')}`) : NO_TEXT
  const severity = kind === 'internet_back' ? 'info' : 'warning'
  return { event: kind, atMs, severity, said, advice, site: '', incident: null, device: null, tags: [] }
}

/** Of a sensor, of a daemon that is not connected, of events that are missing. */
function tellSensor({ kind, ref, detail, atMs }: Happening): Told | null {
  if (kind !== 'sensor_lost' && kind !== 'sensor_back' && kind !== 'gap') return null
  const cause: Text | null = detail === '' ? null : JSON.parse(detail)
  const said =
    kind === 'gap' ? text('notify_gap') : text(`notify_${kind}`, { sensor: ref === '' ? 'netwatcherd' : ref })
  const severity = kind === 'sensor_back' ? 'info' : 'warning'
  const rest = { site: '', incident: null, device: null, tags: [] }
  return { event: kind, atMs, severity, said, advice: cause ?? NO_TEXT, ...rest }
}
