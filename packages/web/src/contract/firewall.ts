/** /api/firewall: blocks are planned, applied with a word typed by the person, and confirmed in time. */

import { z } from 'zod'
import { blockTarget } from './fields.js'
import { count, text, timeMs } from './values.js'

const DEFAULT_CONFIRM_SECONDS = 60
export const MAX_REASON = 200

export const planBody = z.strictObject({
  target: blockTarget,
  lifetimeSeconds: z.number().int().min(60).max(604_800).describe('Seconds that it lasts once confirmed'),
  confirmSeconds: z
    .number()
    .int()
    .min(10)
    .max(600)
    .default(DEFAULT_CONFIRM_SECONDS)
    .describe('Seconds to confirm it in'),
  reason: z.string().max(MAX_REASON).default(''),
})
/** As the caller writes it. */
export type PlanPost = z.input<typeof planBody>

export const applyBody = z.strictObject({
  token: z.string().min(1).max(256).describe('Of the plan'),
  target: z
    .string()
    .min(1)
    .max(49)
    .optional()
    .describe('May be left out; when it is there, it must be what was planned'),
  confirmation: z
    .string()
    .max(100)
    .describe('Typed by the person: the planned target, or the name of the device that it is'),
})
export type ApplyPost = z.input<typeof applyBody>

export const blockBody = z.strictObject({
  blockId: z.string().regex(/^[0-9a-f]{16}$/, 'It is not a block id.'),
})

export const firewallBlockSchema = z.object({
  id: text.describe('16 hexadecimal digits'),
  target: text.describe('Address, CIDR or MAC'),
  state: z.enum(['applied', 'confirmed']).describe('Applied: taken back at the deadline unless confirmed'),
  appliedMs: timeMs,
  confirmByMs: timeMs,
  expiresMs: timeMs,
  reason: text.describe('Free text of the person who asked'),
  rules: z.array(text).describe('In iptables-save form'),
})
export type FirewallBlock = z.infer<typeof firewallBlockSchema>

export const firewallSchema = z.object({
  isEnabled: z.boolean(),
  detail: text.describe('Why it is not enabled; empty when it is'),
  backend: text.describe('Output of iptables --version; empty when it is missing'),
  blocks: z.array(firewallBlockSchema),
})
export type FirewallResponse = z.infer<typeof firewallSchema>

export const planSchema = z.object({
  deviceNames: z
    .array(text)
    .describe(
      'Names given to the device that is the target: each may be typed to confirm, as the target may',
    ),
  token: text.describe('Good for one apply, until it expires'),
  blockId: text,
  target: text.describe('Address, CIDR or MAC, in canonical text'),
  ipv4Rules: text.describe('Complete text for iptables-restore'),
  ipv6Rules: text.describe('Complete text for ip6tables-restore'),
  addedRules: z.array(text).describe('The lines that are new'),
  warnings: z.array(text).describe('What the person should read before applying'),
  tokenExpiresMs: timeMs,
  confirmSeconds: count.describe('Seconds to confirm it in once applied'),
  lifetimeSeconds: count.describe('Seconds that it lasts once confirmed'),
})
export type PlanResponse = z.infer<typeof planSchema>

export const auditSchema = z.object({
  entries: z
    .array(z.object({ atMs: timeMs, action: text, blockId: text, target: text, detail: text }))
    .describe('Newest first'),
})
export type AuditResponse = z.infer<typeof auditSchema>
