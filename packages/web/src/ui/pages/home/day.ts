/** What happened in a day, from three sources, as one list: the newest first; pure. */

import type { AlertKind, Severity } from '@netwatcher/shared'
import type { AuditResponse } from '../../../contract/firewall.js'
import type { IncidentRecord } from '../../../contract/incidents.js'
import type { Transition } from '../../../contract/presence.js'

export type DayEvent = { key: string; atMs: number } & (
  | { type: 'came' | 'left' | 'first'; device: Transition }
  | { type: 'incident'; id: string; kind: AlertKind; severity: Severity; sentence: string }
  | { type: 'blocked' | 'unblocked'; targets: string[] }
)

export interface DaySources {
  transitions: readonly Transition[]
  incidents: readonly IncidentRecord[]
  blocks: AuditResponse['entries']
}

const BLOCK_ACTIONS: Record<string, 'blocked' | 'unblocked'> = {
  apply: 'blocked',
  slot_start: 'blocked',
  revoke: 'unblocked',
  expire: 'unblocked',
  rollback: 'unblocked',
  slot_end: 'unblocked',
}

export function eventsOfDay({ transitions, incidents, blocks }: DaySources, fromMs: number): DayEvent[] {
  const events: DayEvent[] = [
    ...transitions.map(
      (device): DayEvent => ({
        key: `${device.deviceId} ${device.isPresent} ${device.atMs}`,
        atMs: device.atMs,
        type: device.isFirst ? 'first' : device.isPresent ? 'came' : 'left',
        device,
      }),
    ),
    ...incidents.map(
      ({ id, kind, severity, sentence, firstSeenMs }): DayEvent => ({
        ...{ key: id, atMs: firstSeenMs, type: 'incident', id, kind, severity, sentence },
      }),
    ),
    ...blocks.flatMap(({ action, atMs, targets, blockId }): DayEvent[] => {
      const type = BLOCK_ACTIONS[action]
      return type ? [{ key: `${blockId} ${action} ${atMs}`, atMs, type, targets }] : []
    }),
  ]
  return events.filter(({ atMs }) => atMs >= fromMs).sort((a, b) => b.atMs - a.atMs)
}
