/** What happened in a day, from four sources, as one list: the newest first; pure. */

import type { AlertKind, Severity } from '@netwatcher/shared'
import type { AuditResponse } from '../../../contract/firewall.js'
import type { IncidentRecord } from '../../../contract/incidents.js'
import type { UplinkSpan } from '../../../contract/internet.js'
import type { Transition } from '../../../contract/presence.js'

export type DayEvent = { key: string; atMs: number } & (
  | { type: 'came' | 'left' | 'first'; device: Transition }
  | { type: 'incident'; id: string; kind: AlertKind; severity: Severity; sentence: string }
  | { type: 'blocked' | 'unblocked'; targets: string[] }
  | { type: 'online' | 'offline'; span: UplinkSpan; lastedMs: number | null }
)

export interface DaySources {
  transitions: readonly Transition[]
  incidents: readonly IncidentRecord[]
  blocks: AuditResponse['entries']
  /** Newest first. */
  internet: readonly UplinkSpan[]
}

const BLOCK_ACTIONS: Record<string, 'blocked' | 'unblocked'> = {
  apply: 'blocked',
  slot_start: 'blocked',
  revoke: 'unblocked',
  expire: 'unblocked',
  rollback: 'unblocked',
  slot_end: 'unblocked',
}

export function eventsOfDay(
  { transitions, incidents, blocks, internet }: DaySources,
  fromMs: number,
): DayEvent[] {
  const events: DayEvent[] = [
    ...transitions.map(
      (device): DayEvent => ({
        key: `${device.deviceId} ${device.isPresent} ${device.atMs}`,
        atMs: device.atMs,
        type: device.isFirst ? 'first' : device.isPresent ? 'came' : 'left',
        device,
      }),
    ),
    // That a device is new is told by its first coming.
    ...incidents
      .filter(({ kind }) => kind !== 'new_device')
      .map(
        ({ id, kind, severity, sentence, firstSeenMs }): DayEvent => ({
          ...{ key: id, atMs: firstSeenMs, type: 'incident', id, kind, severity, sentence },
        }),
      ),
    ...blocks.flatMap(({ action, atMs, targets, blockId }): DayEvent[] => {
      const type = BLOCK_ACTIONS[action]
      return type ? [{ key: `${blockId} ${action} ${atMs}`, atMs, type, targets }] : []
    }),
    ...internet.flatMap(internetEvent),
  ]
  return events.filter(({ atMs }) => atMs >= fromMs).sort((a, b) => b.atMs - a.atMs)
}

/** Outages, and their ends; the first state that is known is no news, and neither is that none is. */
function internetEvent(span: UplinkSpan, i: number, all: readonly UplinkSpan[]): DayEvent[] {
  const { state, fromMs, toMs } = span
  const key = `internet ${span.site} ${span.interface} ${fromMs}`
  const lastedMs = toMs === null ? null : toMs - fromMs
  if (state === 'unknown') return []
  if (state !== 'up') return [{ key, atMs: fromMs, type: 'offline', span, lastedMs }]
  const older = all.slice(i + 1).filter((one) => one.interface === span.interface && one.site === span.site)
  const lastUp = older.findIndex((one) => one.state === 'up')
  const outage = older.slice(0, lastUp < 0 ? older.length : lastUp).filter((one) => one.state !== 'unknown')
  const first = outage.at(-1)
  return first ? [{ key, atMs: fromMs, type: 'online', span, lastedMs: fromMs - first.fromMs }] : []
}
