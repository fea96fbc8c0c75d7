/** /api/firewall: blocks are planned, applied with a word typed by the person, and confirmed in time. */

import { z } from 'zod'
import { deviceSchema, tag } from './devices.js'
import { blockTarget, mac } from './fields.js'
import { says } from './says.js'
import { MAX_POLICY_SECONDS, policySchema, quarantine, schedule } from './standing.js'
import { bytes, count, daemonName, ipText, macText, text, timeMs } from './values.js'

const DEFAULT_CONFIRM_SECONDS = 60
export const MAX_REASON = 200
export const MAX_TARGETS = 32

export const planBody = z
  .strictObject({
    targets: z
      .array(blockTarget)
      .min(1)
      .max(MAX_TARGETS)
      .optional()
      .describe('All of them are blocked, or none; left out where a device is named'),
    device: mac
      .optional()
      .describe('Pauses the device that has this MAC: all its MACs and addresses, in place of targets'),
    quarantine: quarantine.optional(),
    tag: tag
      .optional()
      .describe(
        'Or every MAC of the devices that have this tag now; one that is tagged later takes another plan',
      ),
    schedule: schedule.optional(),
    lifetimeSeconds: z
      .number()
      .int()
      .min(60)
      .max(MAX_POLICY_SECONDS)
      .describe('Seconds that it lasts once confirmed: at most 604800, of a standing policy 7776000'),
    confirmSeconds: z
      .number()
      .int()
      .min(10)
      .max(600)
      .default(DEFAULT_CONFIRM_SECONDS)
      .describe('Seconds to confirm it in'),
    reason: z.string().max(MAX_REASON).default(''),
  })
  .refine(
    ({ targets, device, tag: tagged, quarantine: all }) =>
      [targets, device, tagged, all].filter(Boolean).length === 1,
    { path: ['targets'], message: says('field_one_target') },
  )
  .refine(({ quarantine: all, schedule: hours }) => !all || !hours, {
    path: ['schedule'],
    message: says('field_quarantine_schedule'),
  })
  .refine(
    ({ lifetimeSeconds, quarantine: all, schedule: hours }) => lifetimeSeconds <= 604_800 || all || hours,
    {
      path: ['lifetimeSeconds'],
      message: says('field_a_week'),
    },
  )
/** As the caller writes it. */
export type PlanPost = z.input<typeof planBody>

export const applyBody = z.strictObject({
  token: z.string().min(1).max(256).describe('Of the plan'),
  target: z
    .string()
    .min(1)
    .max(49)
    .optional()
    .describe('May be left out; when it is there, it must be among what was planned'),
  confirmation: z
    .string()
    .max(100)
    .describe('Typed by the person: one of the planned targets, or the name of the device that it is'),
})
export type ApplyPost = z.input<typeof applyBody>

export const blockBody = z.strictObject({
  blockId: z.string().regex(/^[0-9a-f]{16}$/, says('field_not_block')),
})
export const confirmBody = blockBody.extend({
  confirmation: z
    .string()
    .max(100)
    .default('')
    .describe('Typed by the person where a standing policy is confirmed again: one of its targets or links'),
})

export const firewallBlockSchema = z.object({
  id: text.describe('16 hexadecimal digits'),
  targets: z.array(text).describe('Addresses, CIDRs and MACs'),
  state: z
    .enum(['applied', 'confirmed', 'suspended', 'waiting'])
    .describe(
      'Applied: taken back at the deadline unless confirmed; suspended: out of force while a guard forbids it; waiting: between two slots of its schedule',
    ),
  appliedMs: timeMs,
  confirmByMs: timeMs,
  expiresMs: timeMs,
  reason: text.describe('Free text of the person who asked'),
  rules: z.array(text).describe('In iptables-save form'),
  suspended: text.describe('Why it is suspended; empty when it is not'),
  schedule: schedule.nullable(),
  policy: policySchema.nullable().describe('Null for a block that ends for good'),
})
export type FirewallBlock = z.infer<typeof firewallBlockSchema>

export const firewallSchema = z.object({
  daemon: daemonName,
  isEnabled: z.boolean(),
  detail: text.describe('Why it is not enabled; empty when it is'),
  backend: text.describe('Output of iptables --version; empty when it is missing'),
  blocks: z.array(firewallBlockSchema),
  allowedPolicies: z.array(policySchema.shape.kind).describe('Standing policies that the daemon allows'),
})
export type FirewallResponse = z.infer<typeof firewallSchema>

const lossOf = {
  txBytes: bytes.describe('That the first named sent'),
  rxBytes: bytes.describe('That it got'),
}

const cutSchema = z.object({
  sinceMs: timeMs,
  total: count.describe('Conversations'),
  ...lossOf,
  conversations: z
    .array(
      z.object({
        device: macText.nullable(),
        deviceName: text.nullable(),
        deviceIp: text,
        remoteIp: ipText,
        remoteName: text.nullable(),
        protocol: text,
        port: count,
        ...lossOf,
        lastSeenMs: timeMs,
      }),
    )
    .describe('Most bytes first, the first 50'),
})
export type CutResponse = z.infer<typeof cutSchema>

export const waitingSchema = z.object({
  devices: z.array(deviceSchema).describe('The newest first, at most 200'),
  total: count,
})
export type WaitingResponse = z.infer<typeof waitingSchema>

export const planSchema = z.object({
  daemon: daemonName.describe('Name of the daemon that the block is for'),
  deviceNames: z
    .array(text)
    .describe(
      'Names given to the devices that are targets, or links of a quarantine: each may be typed to confirm, as a target may',
    ),
  token: text.describe('Good for one apply, until it expires'),
  blockId: text,
  targets: z.array(text).describe('Addresses, CIDRs and MACs, in canonical text'),
  ipv4Rules: text.describe('Complete text for iptables-restore'),
  ipv6Rules: text.describe('Complete text for ip6tables-restore'),
  addedRules: z.array(text).describe('The lines that are new'),
  scope: text.describe('Where the block works: what it cuts, and what not'),
  cutsInternet: z.boolean().describe('The way of a target elsewhere leads through this machine'),
  wouldHaveCut: cutSchema.describe('What these rules would have stopped in the last seven days'),
  warnings: z.array(text).describe('What else the person should read before applying'),
  tokenExpiresMs: timeMs,
  confirmSeconds: count.describe('Seconds to confirm it in once applied'),
  lifetimeSeconds: count.describe('Seconds that it lasts once confirmed'),
})
export type PlanResponse = z.infer<typeof planSchema>

export const auditSchema = z.object({
  entries: z
    .array(
      z.object({
        atMs: timeMs.describe('The last time that it happened'),
        firstMs: timeMs,
        action: text,
        blockId: text,
        targets: z.array(text),
        detail: text,
        via: text.describe(
          'Which socket of the daemon it came by, group or admin; daemon for what nobody asked for',
        ),
        count: count.describe('Times that the same happened without a pause of an hour'),
        verb: text.describe('What was refused; empty unless it was'),
        reason: text.describe('Why it was refused, a stable identifier; empty unless it was'),
      }),
    )
    .describe('Newest first'),
})
export type AuditResponse = z.infer<typeof auditSchema>
