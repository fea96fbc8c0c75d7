/** Events, and places in the journal, to their messages. */

import {
  Event,
  type EventKind as EventKindMessage,
  type Gap as GapMessage,
  type Position as PositionMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/event'
import { EVENT_KIND, type EventKindName, nameOf } from '@netwatcher/shared/names'
import type { EventPayload, Gap, Position } from '../model/event.js'
import { toStoredAlert } from './alert.js'
import { toCaptureStatus } from './capture.js'
import { toClockStep } from './clock.js'
import { toBlock, toFirewallState } from './firewall.js'
import { toHost, toName } from './host.js'
import { wholeNumber } from './numbers.js'
import { toSummary } from './scan.js'
import { toText } from './text.js'
import { toTraffic } from './traffic.js'

/** Null for a kind that nobody has defined. */
export function eventKindFrom(value: EventKindMessage): EventKindName | null {
  return nameOf(EVENT_KIND, value)
}

export function toPosition(position: Position): PositionMessage {
  return { bootId: position.bootId, sequence: wholeNumber(position.sequence) }
}

export function encodeEvent(
  position: Position,
  atMs: number,
  payload: EventPayload,
  daemonId: string,
): Uint8Array {
  return finishEvent(position, atMs, toPayload(payload, daemonId))
}

export function encodeGap(position: Position, atMs: number, gap: Gap): Uint8Array {
  return finishEvent(position, atMs, { $case: 'gap', value: toGap(gap, undefined) })
}

/** Without a sensor all of them are concerned. */
function toGap(gap: Gap, sensor: GapMessage['sensor']): GapMessage {
  return {
    firstSequence: wholeNumber(gap.firstSequence),
    lastSequence: wholeNumber(gap.lastSequence),
    trafficBytes: wholeNumber(gap.trafficBytes),
    cause: toText(gap.cause),
    fromMs: wholeNumber(gap.fromMs),
    toMs: wholeNumber(gap.toMs),
    sensor,
  }
}

/** A WatchResponse around an event that is already encoded: field 1, length-delimited. */
export function encodeWatchResponse(event: Uint8Array): Buffer {
  const header: number[] = [(1 << 3) | 2]
  let length = event.length
  for (; length > 0x7f; length >>>= 7) header.push((length & 0x7f) | 0x80)
  header.push(length)
  return Buffer.concat([Uint8Array.from(header), event])
}

function finishEvent(position: Position, atMs: number, payload: Event['payload']): Uint8Array {
  return Event.encode({ position: toPosition(position), atMs: wholeNumber(atMs), payload }).finish()
}

function toPayload(payload: EventPayload, daemonId: string): Event['payload'] {
  switch (payload.kind) {
    case 'observation': {
      const hosts = payload.hosts.map((host) => toHost(host, daemonId))
      return {
        $case: 'observation',
        value: { hosts, names: payload.names.map(toName), clues: payload.clues },
      }
    }
    case 'traffic':
      return {
        $case: 'traffic',
        value: toTraffic(payload.traffic, { daemonId, interface: payload.interface }),
      }
    case 'alert':
      return { $case: 'alert', value: toStoredAlert(payload.alert, daemonId) }
    case 'scan': {
      const hosts = payload.hosts.map((host) => toHost(host, daemonId))
      const sensor = { daemonId, interface: payload.interface }
      return { $case: 'scan', value: { sensor, summary: toSummary(payload.summary), hosts } }
    }
    case 'capture':
      return { $case: 'capture', value: toCaptureStatus(payload.status, daemonId) }
    case 'firewall':
      return { $case: 'firewall', value: toFirewallState(payload.state) }
    case 'clock_step': {
      const sensor = { daemonId, interface: payload.interface }
      return { $case: 'clockStep', value: toClockStep(payload.stepMs, sensor) }
    }
    case 'gap':
      return { $case: 'gap', value: toGap(payload.gap, { daemonId, interface: payload.interface }) }
    case 'block_suspended': {
      const { block } = payload
      return { $case: 'blockSuspended', value: { block: toBlock(block), cause: toText(block.suspended) } }
    }
  }
}
