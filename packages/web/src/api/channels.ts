/** Channels: where people and programs are told, by which rules, and how that goes. */

import { type Language, NetWatcherError } from '@netwatcher/shared'
import { SECRET_OF } from '../contract/channel-secrets.js'
import {
  type ChannelRecord,
  type ChannelSettings,
  channelBody,
  channelParams,
  channelPatch,
  channelSchema,
  channelsSchema,
  previewBody,
  previewSchema,
  type Template,
  testBody,
  testSchema,
  VARIABLES,
} from '../contract/channels.js'
import type { Notifier } from '../notify/notifier.js'
import { sampleMessage } from '../notify/sample.js'
import type { StoredChannel } from '../storage/channel-repository.js'
import type { Store } from '../storage/store.js'
import { type Route, route } from './route.js'

export interface ChannelsDeps {
  store: Store
  notifier: Notifier
  nowMs: () => number
}

const MOST_CHANNELS = 50

export function channelsRoutes(deps: ChannelsDeps): Route[] {
  const { store, notifier, nowMs } = deps
  const described = { tag: 'channels', params: channelParams } as const
  return [
    previewRoute(nowMs),
    route({
      method: 'GET',
      path: '/api/channels',
      tag: 'channels',
      summary: 'Lists channels and how each is doing',
      response: { status: 200, description: 'Channels', schema: channelsSchema },
      handle: async ({ c }) => {
        const channels = (await store.channels.list()).map((stored) => viewOf(store, stored))
        return c.json({ channels })
      },
    }),
    route({
      method: 'POST',
      path: '/api/channels',
      tag: 'channels',
      summary: 'Adds a channel',
      body: channelBody,
      response: { status: 201, description: 'The channel', schema: channelSchema },
      handle: async ({ c, body: { secret = '', ...channel } }) => {
        await refuseName(store, channel.name)
        refuseSecret(channel.settings, secret)
        if ((await store.channels.list()).length >= MOST_CHANNELS) throw tooMany()
        const id = await store.channels.add(channel, secret, nowMs())
        await notifier.reload(id)
        return c.json(viewOf(store, await read(store, id)), 201)
      },
    }),
    changeRoute(deps),
    route({
      ...described,
      method: 'DELETE',
      path: '/api/channels/:id',
      summary: 'Removes a channel, with what waits for it',
      response: { status: 204, description: 'It is gone' },
      handle: async ({ c, params: { id } }) => {
        await read(store, id)
        await notifier.retract(id)
        await notifier.halt(id)
        await store.channels.remove(id)
        return c.body(null, 204)
      },
    }),
    route({
      ...described,
      method: 'POST',
      path: '/api/channels/:id/test',
      summary: 'Sends a test by a channel, past its rules and its queue',
      body: testBody,
      response: { status: 200, description: 'Whether it was accepted', schema: testSchema },
      handle: async ({ c, params: { id } }) => c.json(await notifier.test(await read(store, id))),
    }),
  ]
}

function changeRoute({ store, notifier }: ChannelsDeps): Route {
  return route({
    method: 'PATCH',
    path: '/api/channels/:id',
    tag: 'channels',
    summary: 'Changes a channel',
    params: channelParams,
    body: channelPatch,
    response: { status: 200, description: 'The channel as it is now', schema: channelSchema },
    handle: async ({ c, params: { id }, body: { secret, ...given } }) => {
      const stored = await read(store, id)
      const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      if (given.name !== undefined && given.name !== stored.name) await refuseName(store, given.name)
      const settings = given.settings ?? stored.settings
      refuseSecret(settings, secret ?? '')
      const isElsewhere = destinationOf(settings) !== destinationOf(stored.settings)
      if (isElsewhere) await notifier.retract(id)
      // A secret never goes to somebody whom it was not given for.
      await store.channels.change(id, change, isElsewhere ? (secret ?? '') : secret)
      await notifier.reload(id)
      return c.json(viewOf(store, await read(store, id)))
    },
  })
}

function previewRoute(nowMs: () => number): Route {
  return route({
    method: 'POST',
    path: '/api/channel-preview',
    tag: 'channels',
    summary: 'Shows what a template makes of an example',
    body: previewBody,
    response: { status: 200, description: 'The message', schema: previewSchema },
    handle: ({ c, body: { template, language } }) => c.json(preview(template, language, nowMs())),
  })
}

function preview(template: Template, language: Language, nowMs: number) {
  const { title, text } = sampleMessage({ template, language }, nowMs)
  return { title, text, variables: [...VARIABLES] }
}

function viewOf(store: Store, stored: StoredChannel): ChannelRecord {
  return { ...stored, hasSecret: store.channels.secretOf(stored.id) !== '' }
}

/** Whom the secret is for. */
function destinationOf(settings: ChannelSettings): string {
  const { type } = settings
  if ('url' in settings) return `${type} ${new URL(settings.url).origin}`
  if ('host' in settings) {
    const isPlain = 'security' in settings ? settings.security === 'none' : 'tls' in settings && !settings.tls
    return `${type} ${settings.host} ${settings.port} ${isPlain ? 'plain' : 'secure'}`
  }
  return type
}

async function read(store: Store, id: number): Promise<StoredChannel> {
  const stored = await store.channels.get(id)
  if (!stored) throw new NetWatcherError('not_found', 'NO_CHANNEL', 'There is no such channel.')
  return stored
}

async function refuseName(store: Store, name: string): Promise<void> {
  if (!(await store.channels.hasName(name))) return
  throw new NetWatcherError('already_exists', 'CHANNEL_NAME', `There is a channel ${name} already.`)
}

function refuseSecret({ type }: ChannelSettings, secret: string): void {
  if (secret === '' || SECRET_OF[type] !== null) return
  throw new NetWatcherError(
    'invalid_argument',
    'NO_SECRET_NEEDED',
    `A channel of type ${type} has no secret.`,
  )
}

function tooMany(): NetWatcherError {
  return new NetWatcherError(
    'resource_exhausted',
    'TOO_MANY_CHANNELS',
    `There are ${MOST_CHANNELS} channels already.`,
  )
}
