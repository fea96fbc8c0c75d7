/** Whom devices talk to: months, quotas, resolvers, and notes about what is new. */

import { render } from '@netwatcher/shared'
import {
  type NotesResponse,
  noteLevelBody,
  noteLevelsSchema,
  notesQuery,
  notesSchema,
} from '../contract/notes.js'
import {
  billingBody,
  type MonthsResponse,
  monthsQuery,
  monthsSchema,
  type QuotasResponse,
  quotaBody,
  quotasSchema,
  resolversQuery,
  resolversSchema,
} from '../contract/volumes.js'
import { noSuchDevice } from '../storage/inventory-repository.js'
import type { Store } from '../storage/store.js'
import { monthsOf } from '../views/month-view.js'
import type { NameBook } from '../views/name-book.js'
import { noteText } from '../views/note-view.js'
import { type Route, route } from './route.js'

export interface TalkDeps {
  store: Store
  names: NameBook
  nowMs: () => number
}

export function talkRoutes(deps: TalkDeps): Route[] {
  return [...noteRoutes(deps), ...volumeRoutes(deps), resolversRoute(deps)]
}

function noteRoutes({ store, names }: TalkDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notes',
      tag: 'talk',
      summary: 'Lists what is new about whom devices talk to',
      query: notesQuery,
      response: { status: 200, description: 'Notes', schema: notesSchema },
      handle: async ({ c, query, language }) => {
        const { notes, total } = await store.notes.list(query.device, query)
        const nameOf = await names.of(notes.map(({ device }) => ({ mac: device ?? '' })))
        const response: NotesResponse = {
          ...{ page: query.page, pageSize: query.pageSize, total },
          notes: notes.map((note) => {
            const deviceName = note.device === null ? null : nameOf(note.device)
            return { ...note, deviceName, text: render(noteText(note, deviceName ?? note.device), language) }
          }),
        }
        return c.json(response)
      },
    }),
    route({
      method: 'GET',
      path: '/api/note-levels',
      tag: 'talk',
      summary: 'Tells which kinds of notes are made, and which of them are alerts',
      response: { status: 200, description: 'Levels', schema: noteLevelsSchema },
      handle: async ({ c }) => c.json({ levels: await store.notes.levels() }),
    }),
    route({
      method: 'POST',
      path: '/api/note-levels',
      tag: 'talk',
      summary: 'Decides what becomes of one kind of notes from now on',
      body: noteLevelBody,
      response: { status: 200, description: 'Levels', schema: noteLevelsSchema },
      handle: async ({ c, body }) => {
        await store.notes.setLevel(body.kind, body.level)
        return c.json({ levels: await store.notes.levels() })
      },
    }),
  ]
}

function volumeRoutes({ store, names, nowMs }: TalkDeps): Route[] {
  const quotas = async (): Promise<QuotasResponse> => {
    const found = await store.volumes.quotas(nowMs())
    const nameOf = await names.of(found.map(({ device }) => ({ mac: device ?? '' })))
    return {
      quotas: found.map((one) => ({
        ...one,
        deviceName: one.device === null ? null : nameOf(one.device),
      })),
    }
  }
  const months = async (device?: string): Promise<MonthsResponse> => {
    const billingDay = await store.volumes.billingDay()
    return { billingDay, months: monthsOf(await store.volumes.days(device), billingDay) }
  }
  return [
    route({
      method: 'GET',
      path: '/api/traffic/months',
      tag: 'talk',
      summary: 'Bytes by month: of the internet, this network, groups, and not IP',
      query: monthsQuery,
      response: { status: 200, description: 'Months', schema: monthsSchema },
      handle: async ({ c, query }) => c.json(await months(query.device)),
    }),
    route({
      method: 'POST',
      path: '/api/traffic/months',
      tag: 'talk',
      summary: 'Decides on which day of the month a new one begins, also for those that are past',
      body: billingBody,
      response: { status: 200, description: 'Months', schema: monthsSchema },
      handle: async ({ c, body }) => {
        await store.volumes.setBillingDay(body.billingDay)
        return c.json(await months())
      },
    }),
    route({
      method: 'GET',
      path: '/api/quotas',
      tag: 'talk',
      summary: 'Lists the quotas of a month, and what of them is used',
      response: { status: 200, description: 'Quotas', schema: quotasSchema },
      handle: async ({ c }) => c.json(await quotas()),
    }),
    route({
      method: 'POST',
      path: '/api/quotas',
      tag: 'talk',
      summary: 'Sets the quota of a device or of all together, or takes it away',
      body: quotaBody,
      response: { status: 200, description: 'Quotas', schema: quotasSchema },
      handle: async ({ c, body }) => {
        if (!(await store.volumes.setQuota(body.device, body.limitBytes, body.alertPercent)))
          throw noSuchDevice()
        return c.json(await quotas())
      },
    }),
  ]
}

function resolversRoute({ store }: TalkDeps): Route {
  return route({
    method: 'GET',
    path: '/api/traffic/resolvers',
    tag: 'talk',
    summary:
      'Which resolvers a device asks, since when it bypasses those of this network, and how much has no name',
    query: resolversQuery,
    response: { status: 200, description: 'Resolvers', schema: resolversSchema },
    handle: async ({ c, query }) => c.json(await store.resolvers.of(query.device)),
  })
}
