/** When a device was there, and when nobody could tell. */

import { DAY_MS, HOUR_MS, invalidArgument, type Language, render, text } from '@netwatcher/shared'
import { type Device, deviceParams } from '../contract/devices.js'
import {
  blindnessSchema,
  type PresenceResponse,
  presenceQuery,
  presenceSchema,
  transitionsQuery,
  transitionsSchema,
} from '../contract/presence.js'
import { calendar } from '../presence/ical.js'
import { type Session, sessionsOf, stripOf, type TimeSpan } from '../presence/sessions.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import type { StoredBlindness } from '../storage/presence-repository.js'
import type { Store } from '../storage/store.js'
import type { Views } from '../views/views.js'
import { type Route, route } from './route.js'

export interface PresenceDeps {
  store: Store
  views: Views
  nowMs: () => number
}

const MOST_TRANSITIONS = 500
const WEEK_MS = 7 * DAY_MS
const MAX_SPAN_MS = 366 * DAY_MS
/** A strip of a week has a cell for each hour, of more a cell for each day. */
const HOURS_UP_TO_MS = 14 * DAY_MS

export function presenceRoutes(deps: PresenceDeps): Route[] {
  const { store, nowMs } = deps
  return [
    route({
      method: 'GET',
      path: '/api/devices/:id/presence',
      tag: 'devices',
      summary: 'Tells when a device was there: sessions, a strip of hours or days, or a calendar',
      params: deviceParams,
      query: presenceQuery,
      response: { status: 200, description: 'Presence', schema: presenceSchema, files: ['ical'] },
      handle: async ({ c, params, query, language }) => {
        const stored = await store.devices.get(params.id)
        if (!stored) throw noSuchDevice()
        const device = deps.views.device(stored)
        const span = spanOf(query, nowMs())
        const sessions = sessionsOf(await store.presence.transitions(device.id, span.fromMs), span)
        if (query.format === 'ical') {
          return c.body(
            calendar({ deviceId: device.id, title: titleOf(device), sessions, nowMs: nowMs() }),
            200,
            {
              'Content-Type': 'text/calendar; charset=utf-8',
              'Content-Disposition': `attachment; filename="netwatcher-presence-${device.id}.ics"`,
            },
          )
        }
        const blind = (await store.presence.blindness(span.fromMs)).filter(
          (one) => one.interface === device.interface && one.fromMs < span.toMs,
        )
        return c.json(presenceOf(device, { span, sessions, blind, language }))
      },
    }),
    route({
      method: 'GET',
      path: '/api/presence/changes',
      tag: 'devices',
      summary: 'Lists who came and who left, of all devices that are not ignored',
      query: transitionsQuery,
      response: { status: 200, description: 'Arrivals and departures', schema: transitionsSchema },
      handle: async ({ c, query }) => {
        const found = await store.presence.latest(query.fromMs ?? nowMs() - DAY_MS, MOST_TRANSITIONS)
        return c.json({ transitions: found.map((one) => deps.views.transition(one)) })
      },
    }),
    route({
      method: 'GET',
      path: '/api/presence/blind',
      tag: 'devices',
      summary: 'Lists when sensors saw nothing in the last week',
      response: { status: 200, description: 'Times without sight', schema: blindnessSchema },
      handle: async ({ c, language }) => {
        const blind = await store.presence.blindness(nowMs() - WEEK_MS)
        return c.json({ blind: blind.map((one) => blindView(one, nowMs(), language)) })
      },
    }),
  ]
}

function spanOf(
  { fromMs, toMs }: { fromMs?: number | undefined; toMs?: number | undefined },
  nowMs: number,
): TimeSpan {
  const end = toMs ?? nowMs
  const start = fromMs ?? end - WEEK_MS
  if (start >= end || end - start > MAX_SPAN_MS) {
    throw invalidArgument('SPAN', 'The span must end after its start, within a year.')
  }
  return { fromMs: start, toMs: end }
}

interface Found {
  span: TimeSpan
  sessions: Session[]
  blind: StoredBlindness[]
  language: Language
}

function presenceOf(device: Device, { span, sessions, blind, language }: Found): PresenceResponse {
  const stepMs = span.toMs - span.fromMs <= HOURS_UP_TO_MS ? HOUR_MS : DAY_MS
  const { evidence, lastSeenMs } = device
  return {
    ...span,
    sessions,
    blind: blind.map((one) => blindView(one, span.toMs, language)),
    stepMs,
    strip: stripOf(sessions, span, stepMs),
    evidence,
    lastSeenMs,
  }
}

function blindView(
  { interface: name, fromMs, untilMs, cause }: StoredBlindness,
  nowMs: number,
  language: Language,
) {
  return {
    fromMs,
    toMs: Math.max(untilMs ?? nowMs, fromMs),
    isOpen: untilMs === null,
    interface: name,
    cause,
    text: render(text(`blind_${cause}`, { interface: name }), language),
  }
}

function titleOf({ name, label, hostname, mac }: Device): string {
  return name ?? label ?? hostname ?? mac
}
