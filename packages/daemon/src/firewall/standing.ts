/**
 * Standing policies: blocks that come back by themselves. What a caller may ask
 * for, and how one goes from slot to slot. At the start of a slot a block is out
 * of force until its guards have been looked at (`suspension.ts`). Pure.
 */

import {
  DAY_MS,
  invalidArgument,
  isGroupMac,
  NetWatcherError,
  NO_TEXT,
  parseIp,
  parseMac,
  text,
  ZERO_MAC,
} from '@netwatcher/shared'
import type {
  BlockRequest,
  PolicyKind,
  Quarantine,
  Relaxation,
  Schedule,
  ScheduleException,
  StandingParts,
} from '../model/firewall.js'
import type { ActiveBlock } from './block.js'
import { isTimeZone, type Timetable } from './schedule.js'

export const MAX_POLICY_MS = 90 * DAY_MS
export const MAX_ADMITTED = 256
const MAX_SLOTS = 64
const MAX_EXCEPTIONS = 32
const MAX_INTERFACES = 8
const MAX_LIFT_MS = 7 * DAY_MS
const MINUTES_A_DAY = 1440
/** As part of a rule: iptables takes `+` for any ending, and quotes would have to be escaped. */
const PLAIN_INTERFACE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/

/** Throws `invalid_argument` for what could not stand on any machine. */
export function checkStanding({ schedule, policy, targets }: BlockRequest): StandingParts {
  if (!policy) {
    if (schedule) throw invalidArgument('POLICY_MISSING', 'A schedule needs a standing policy of that kind.')
    return { schedule: null, quarantine: null }
  }
  if (policy.kind === 'schedule') {
    if (!schedule) throw invalidArgument('SCHEDULE_MISSING', 'This standing policy needs a schedule.')
    return { schedule: checkSchedule(schedule), quarantine: null }
  }
  if (policy.kind !== 'quarantine')
    throw invalidArgument('POLICY_UNKNOWN', 'There is no such standing policy.')
  if (schedule) throw invalidArgument('POLICY_UNKNOWN', 'A quarantine has no schedule.')
  if (targets.length > 0) throw invalidArgument('TOO_MANY_TARGETS', 'A quarantine has no targets.')
  return { schedule: null, quarantine: checkQuarantine({ ...policy, dnsServers: [] }) }
}

/** Throws where a policy is not allowed by the configuration. */
export function checkAllowed(parts: StandingParts, allowed: readonly PolicyKind[]): void {
  const kind = kindOf(parts)
  if (kind === null || allowed.includes(kind)) return
  const setting = kind === 'schedule' ? 'schedules' : 'quarantine'
  const message = `Standing policies of this kind are switched off in the configuration of netwatcherd (firewall.${setting}).`
  throw new NetWatcherError('permission_denied', 'POLICY_NOT_ALLOWED', message)
}

export function kindOf({ schedule, quarantine }: StandingParts): PolicyKind | null {
  if (quarantine) return 'quarantine'
  return schedule ? 'schedule' : null
}

export function checkSchedule({ slots, exceptions, timeZone }: Schedule): Schedule {
  if (slots.length === 0 || slots.length > MAX_SLOTS) {
    throw invalidArgument('SLOTS_OUT_OF_RANGE', `A schedule has 1 to ${MAX_SLOTS} slots.`)
  }
  const isTime = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute < MINUTES_A_DAY
  const isDay = (day: number) => Number.isInteger(day) && day >= 1 && day <= 7
  if (!slots.every((slot) => isDay(slot.weekday) && isTime(slot.startMinute) && isTime(slot.endMinute))) {
    throw invalidArgument('SLOT_INVALID', 'A slot has a weekday from 1 to 7 and minutes from 0 to 1439.')
  }
  const isSpan = ({ fromMs, untilMs }: ScheduleException) =>
    Number.isSafeInteger(fromMs) && Number.isSafeInteger(untilMs) && fromMs < untilMs
  if (exceptions.length > MAX_EXCEPTIONS || !exceptions.every(isSpan)) {
    const message = `A schedule has at most ${MAX_EXCEPTIONS} exceptions, which end after they begin.`
    throw invalidArgument('EXCEPTION_INVALID', message)
  }
  if (!isTimeZone(timeZone)) {
    throw invalidArgument('TIME_ZONE_UNKNOWN', 'This is not a time zone by its IANA name, as Asia/Jakarta.')
  }
  return { slots, exceptions, timeZone }
}

export function checkQuarantine({ interfaces, admittedMacs, dnsServers }: Quarantine): Quarantine {
  const isSound = interfaces.length > 0 && interfaces.length <= MAX_INTERFACES
  if (!isSound || !interfaces.every((name) => PLAIN_INTERFACE.test(name))) {
    const message = `A quarantine is of 1 to ${MAX_INTERFACES} interfaces with plain names.`
    throw invalidArgument('INTERFACES_INVALID', message)
  }
  if (admittedMacs.length > MAX_ADMITTED) {
    throw invalidArgument('TOO_MANY_ADMITTED', `At most ${MAX_ADMITTED} MACs can be admitted.`)
  }
  return {
    interfaces: [...new Set(interfaces)],
    admittedMacs: [...new Set(admittedMacs.map(checkMac))],
    dnsServers: dnsServers.filter((ip) => parseIp(ip) === ip),
  }
}

function checkMac(text: string): string {
  const mac = parseMac(text)
  if (mac && mac !== ZERO_MAC && !isGroupMac(mac)) return mac
  throw invalidArgument('MAC_INVALID', 'This is not the MAC of one device.')
}

/** Confirmed: within its slots in force, and otherwise waiting for one. Only the blocks that have to change. */
export function turn(
  blocks: readonly ActiveBlock[],
  timetable: Timetable,
  nowMs: number,
): { block: ActiveBlock; to: ActiveBlock }[] {
  return blocks.flatMap((block) => {
    if (!block.schedule || block.state === 'applied') return []
    const { isBlocked } = timetable.at(block.schedule, nowMs)
    if (isBlocked === (block.state !== 'waiting')) return []
    const to: ActiveBlock = isBlocked
      ? { ...block, state: 'suspended', suspended: text('slot_not_checked') }
      : { ...block, state: 'waiting', suspended: NO_TEXT }
    return [{ block, to }]
  })
}

/** Milliseconds until one of them may have to turn; infinite without schedules. */
export function untilTurnMs(blocks: readonly ActiveBlock[], timetable: Timetable, nowMs: number): number {
  return Math.min(
    ...blocks.flatMap(({ schedule, state }) =>
      schedule && state !== 'applied' ? timetable.at(schedule, nowMs).untilMs - nowMs : [],
    ),
    Number.POSITIVE_INFINITY,
  )
}

/** Throws when the block has nothing to relax, or when it would be more than a little while. */
export function relaxed(block: ActiveBlock, relaxation: Relaxation, nowMs: number): ActiveBlock {
  return relaxation.type === 'lift'
    ? { ...block, schedule: lifted(block.schedule, relaxation.untilMs, nowMs) }
    : { ...block, quarantine: admitting(block.quarantine, relaxation.mac) }
}

function lifted(schedule: Schedule | null, untilMs: number, nowMs: number): Schedule {
  if (!schedule) throw notStanding('This block has no schedule.')
  if (!(untilMs > nowMs && untilMs <= nowMs + MAX_LIFT_MS)) {
    throw invalidArgument(
      'LIFT_OUT_OF_RANGE',
      'A schedule can be lifted for at most seven days, from now on.',
    )
  }
  const isCovered = (one: ScheduleException) => one.fromMs >= nowMs && one.untilMs <= untilMs
  const kept = schedule.exceptions
    .filter((one) => one.untilMs > nowMs)
    // An earlier lift goes on in this one, or ends with it.
    .map((one) => (one.isBlocked ? one : { ...one, fromMs: Math.max(one.fromMs, nowMs) }))
    .filter((one) => !isCovered(one))
  return checkSchedule({ ...schedule, exceptions: [...kept, { fromMs: nowMs, untilMs, isBlocked: false }] })
}

function admitting(quarantine: Quarantine | null, mac: string): Quarantine {
  if (!quarantine) throw notStanding('This block is no quarantine.')
  return checkQuarantine({ ...quarantine, admittedMacs: [...quarantine.admittedMacs, mac] })
}

function notStanding(message: string): NetWatcherError {
  return new NetWatcherError('failed_precondition', 'POLICY_OF_OTHER_KIND', message)
}

/** What the settings let a client make; each kind is off unless they say so. */
export function allowedPolicies(settings: { schedules: boolean; quarantine: boolean }): PolicyKind[] {
  return [
    ...(settings.schedules ? ['schedule' as const] : []),
    ...(settings.quarantine ? ['quarantine' as const] : []),
  ]
}
