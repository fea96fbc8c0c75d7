/** Standing policies: schedules of blocks, and the quarantine of newcomers. Off unless root has allowed them. */

import { z } from 'zod'
import { interfaceName, mac } from './fields.js'
import { says } from './says.js'
import { macText, text, timeMs } from './values.js'

export const MAX_POLICY_SECONDS = 7_776_000
const LAST_MINUTE = 1439

const slot = z.strictObject({
  weekday: z.number().int().min(1).max(7).describe('1 (Monday) to 7 (Sunday)'),
  startMinute: z.number().int().min(0).max(LAST_MINUTE).describe('Minutes since midnight'),
  endMinute: z
    .number()
    .int()
    .min(0)
    .max(LAST_MINUTE)
    .describe('Minutes since midnight; one that is not after the start is of the next day'),
})

const exception = z.strictObject({ fromMs: timeMs, untilMs: timeMs, isBlocked: z.boolean() })

export const schedule = z
  .strictObject({
    slots: z.array(slot).min(1).max(64),
    exceptions: z.array(exception).max(32).default([]).describe('Spans in which the slots do not count'),
    timeZone: z.string().min(1).max(64).describe('IANA name, for example Asia/Jakarta'),
  })
  .describe('When the block is in force: makes it a standing policy')
export type Schedule = z.output<typeof schedule>
export type ScheduleSlot = Schedule['slots'][number]

export const quarantine = z
  .strictObject({
    interfaces: z.array(interfaceName).min(1).max(8).describe('Links whose gateway this machine is'),
    admit: z
      .enum(['seen', 'known'])
      .default('seen')
      .describe('Who is let through: whoever was seen in the last 30 days, or devices marked as known'),
  })
  .describe('Keeps out whoever is not admitted, in place of targets')

export const policySchema = z.object({
  kind: z.enum(['schedule', 'quarantine']),
  confirmedUntilMs: timeMs.describe('Must be confirmed again before this'),
  admittedMacs: z.array(macText).describe('That are let through (quarantine)'),
  interfaces: z.array(text).describe('Links that the quarantine is of'),
})

const blockId = z.string().regex(/^[0-9a-f]{16}$/, says('field_not_block'))

export const liftBody = z.strictObject({
  blockId,
  untilMs: timeMs.describe('The slots do not count until then; at most seven days ahead'),
})
export const admitBody = z.strictObject({
  blockId,
  device: mac.describe('MAC of a device, all of whose MACs are let through from now on'),
})
