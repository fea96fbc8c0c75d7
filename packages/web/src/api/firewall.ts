/**
 * Blocks in three steps: plan (nothing changes), apply (the target typed again
 * by the person), confirm before the daemon takes it back by itself.
 */

import { invalidArgument } from '@netwatcher/shared'
import { z } from 'zod'
import type { DaemonApi } from '../daemon/types.js'
import { cleanName } from '../identity/clean-name.js'
import { blockTarget } from './fields.js'
import { auditView, blockView, firewallView, planView } from './firewall-view.js'
import { type Route, route } from './route.js'
import { auditSchema, firewallBlockSchema, firewallSchema, planSchema } from './schemas.js'

const DEFAULT_CONFIRM_SECONDS = 60
const MAX_REASON = 200
const MAX_TARGETS = 32

const planBody = z.strictObject({
  targets: z.array(blockTarget).min(1).max(MAX_TARGETS),
  lifetimeSeconds: z.number().int().min(60).max(604_800),
  confirmSeconds: z.number().int().min(10).max(600).default(DEFAULT_CONFIRM_SECONDS),
  reason: z.string().max(MAX_REASON).default(''),
})
const applyBody = z.strictObject({
  token: z.string().min(1).max(256),
  target: z.string().min(1).max(49),
  confirmation: z.string().max(100),
})
const blockBody = z.strictObject({ blockId: z.string().regex(/^[0-9a-f]{16}$/, 'It is not a block id.') })

export function firewallRoutes({ daemon }: { daemon: DaemonApi }): Route[] {
  const block = { status: 200 as const, description: 'The block', schema: firewallBlockSchema }
  const state = { status: 200 as const, description: 'The blocks in force', schema: firewallSchema }
  return [
    route({
      method: 'GET',
      path: '/api/firewall',
      tag: 'firewall',
      summary: 'Lists the blocks in force',
      response: state,
      handle: async ({ c }) => c.json(firewallView(await daemon.getFirewall(), 'en')),
    }),
    route({
      method: 'GET',
      path: '/api/firewall/audit',
      tag: 'firewall',
      summary: 'Lists what was planned, applied, confirmed, revoked and refused',
      response: { status: 200, description: 'Entries, newest first', schema: auditSchema },
      handle: async ({ c }) => c.json(auditView(await daemon.listAudit(), 'en')),
    }),
    route({
      method: 'POST',
      path: '/api/firewall/plan',
      tag: 'firewall',
      summary: 'Works out the exact rules of a block; nothing changes yet',
      body: planBody,
      response: { status: 200, description: 'The rules, and a token to apply them once', schema: planSchema },
      handle: async ({ c, body }) => {
        const reason = cleanName(body.reason, MAX_REASON) ?? ''
        return c.json(planView(await daemon.planBlock({ ...body, reason }), 'en'))
      },
    }),
    route({
      method: 'POST',
      path: '/api/firewall/apply',
      tag: 'firewall',
      summary: 'Applies a plan; it is taken back unless confirmed in time',
      body: applyBody,
      response: block,
      handle: async ({ c, body }) => {
        if (body.confirmation.trim().toLowerCase() !== body.target.trim().toLowerCase()) {
          throw invalidArgument('CONFIRMATION', 'The confirmation is not the target: type the target again.')
        }
        return c.json(blockView(await daemon.applyPlan(body.token), 'en'))
      },
    }),
    route({
      method: 'POST',
      path: '/api/firewall/confirm',
      tag: 'firewall',
      summary: 'Keeps an applied block until its lifetime ends',
      body: blockBody,
      response: block,
      handle: async ({ c, body }) => c.json(blockView(await daemon.confirmBlock(body.blockId), 'en')),
    }),
    route({
      method: 'POST',
      path: '/api/firewall/revoke',
      tag: 'firewall',
      summary: 'Takes a block back at once',
      body: blockBody,
      response: state,
      handle: async ({ c, body }) => c.json(firewallView(await daemon.revokeBlock(body.blockId), 'en')),
    }),
  ]
}
