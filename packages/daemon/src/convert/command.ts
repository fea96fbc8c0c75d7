/** Commands to a sensor, which trusts the daemon, as the messages of proto/netwatcher/sensor/v1. */

import { Command as CommandMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import { ANNOUNCE_KIND, nameOf, SCAN_PACE } from '@netwatcher/shared/names'
import type { Command } from '../model/sensor.js'
import { factsFrom, toFacts } from './interface.js'

export function encodeCommand(command: Command): Uint8Array {
  return CommandMessage.encode({ command: toCommand(command) }).finish()
}

function toCommand(command: Command): CommandMessage['command'] {
  switch (command.type) {
    case 'configure': {
      const { settings } = command
      const value = { ...settings, facts: toFacts(settings.facts), learnt: Buffer.from(settings.learnt) }
      return { $case: 'configure', value }
    }
    case 'facts':
      return { $case: 'facts', value: toFacts(command.facts) }
    case 'start_scan':
      return { $case: 'startScan', value: { ...command.order, pace: SCAN_PACE[command.order.pace] } }
    case 'cancel_scan':
      return { $case: 'cancelScan', value: { scanId: command.scanId } }
    case 'set_pinned':
      return { $case: 'setPinned', value: { pinned: command.pinned } }
    case 'drill':
      return { $case: 'drill', value: { alertId: command.alertId } }
    case 'wake':
      return { $case: 'wake', value: { wakeId: command.wakeId, mac: command.mac } }
    case 'announce': {
      const kinds = command.kinds.map((kind) => ANNOUNCE_KIND[kind])
      return { $case: 'announce', value: { announceId: command.announceId, kinds } }
    }
    case 'stop':
      return { $case: 'stop', value: true }
  }
}

/** Null for a command that this sensor does not know. */
export function decodeCommand(bytes: Uint8Array): Command | null {
  const { command } = CommandMessage.decode(bytes)
  switch (command?.$case) {
    case 'configure': {
      const { facts, ...settings } = command.value
      return { type: 'configure', settings: { ...settings, facts: factsFrom(facts) } }
    }
    case 'facts':
      return { type: 'facts', facts: factsFrom(command.value) }
    case 'startScan': {
      const pace = nameOf(SCAN_PACE, command.value.pace) ?? 'normal'
      return { type: 'start_scan', order: { ...command.value, pace } }
    }
    case 'cancelScan':
      return { type: 'cancel_scan', scanId: command.value.scanId }
    case 'setPinned':
      return { type: 'set_pinned', pinned: command.value.pinned }
    case 'drill':
      return { type: 'drill', alertId: command.value.alertId }
    case 'wake':
      return { type: 'wake', wakeId: command.value.wakeId, mac: command.value.mac }
    case 'announce': {
      const kinds = command.value.kinds.flatMap((kind) => nameOf(ANNOUNCE_KIND, kind) ?? [])
      return { type: 'announce', announceId: command.value.announceId, kinds }
    }
    case 'stop':
      return { type: 'stop' }
    default:
      return null
  }
}
