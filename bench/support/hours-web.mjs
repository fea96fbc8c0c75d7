/**
 * The web part of `hours`: the whole application as it starts in service, on
 * timers and a clock that move only when told to, with a daemon that has only
 * its events.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { mock } from 'node:test'
import { Event } from '../../packages/shared/dist/gen/netwatcher/v1/event.js'
import { NO_TEXT } from '../../packages/shared/dist/index.js'
import { startApp } from '../../packages/web/dist/app.js'
import { defaultConfig } from '../../packages/web/dist/config.js'
import { eventFrom } from '../../packages/web/dist/daemon/convert.js'
import { serve } from './part.mjs'
import { NOTHING_LISTED } from './web-app.mjs'

/** @import { DaemonApi } from '../../packages/web/dist/daemon/types.js' */

const realTimeout = globalThis.setTimeout
const DAEMON_ID = 'd'.repeat(32)
const BOOT_ID = 'b'.repeat(32)
const LOG = {
  info: () => {},
  warn: (message, fields) => console.error(message, fields),
  error: (message, fields) => console.error(message, fields),
}

/** Events on their way, and up to where they were stored. */
class Stream {
  waiting = []
  wake = () => {}
  acknowledged = 0

  push(events) {
    this.waiting.push(...events)
    this.wake()
  }

  async *watch() {
    for (;;) {
      while (this.waiting.length > 0) yield this.waiting.shift()
      await new Promise((resolve) => {
        this.wake = () => resolve(undefined)
      })
    }
  }
}

const stream = new Stream()
const require = createRequire(new URL('../../packages/web/package.json', import.meta.url))
let startedMs = 0

/** @type {Partial<DaemonApi>} what is missing is never asked in these hours */
const api = {
  close: () => {},
  getStatus: async () => status(),
  listInterfaces: async () => ({ interfaces: [], maxScanAddresses: 0 }),
  readNeighborCache: async () => [],
  listBindings: async () => [],
  listAudit: async () => [],
  getFirewall: async () => ({
    isEnabled: false,
    detail: NO_TEXT,
    backend: '',
    blocks: [],
    allowedPolicies: [],
  }),
  watch: () => stream.watch(),
  acknowledge: async ({ sequence }) => {
    stream.acknowledged = sequence
  },
}

function status() {
  return {
    version: '0.1.0',
    daemonId: DAEMON_ID,
    bootId: BOOT_ID,
    startedMs,
    pid: 1,
    rssBytes: 0,
    sensors: [],
    capabilities: [],
    unacknowledgedAlerts: 0,
    probeBudgetPerMinute: 30,
    probesLastMinute: 0,
    configPath: '',
    tables: [],
    leftOut: [],
    notices: [],
  }
}

async function start({ atMs, folder }) {
  startedMs = atMs
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: atMs })
  const config = defaultConfig()
  config.http.port = 0
  config.state.directory = folder
  // Scans come with the events.
  config.discovery.scan_every_minutes = 0
  config.identity.countries = false
  const app = await startApp({
    version: '0.1.0',
    config,
    connect: () => /** @type {DaemonApi} */ (api),
    log: LOG,
    ui: new Map(),
    loadVendors: () => JSON.parse(readFileSync(require.resolve('oui-data'), 'utf8')),
    ...NOTHING_LISTED,
    reverse: async (ip) => [`host-${ip.replaceAll('.', '-')}.example`],
    nowMs: () => Date.now(),
    monotonicMs: () => Date.now() - atMs,
    isClockSynchronized: () => true,
    onDatabaseLost: (cause) => console.error('the database is lost', cause),
  })
  return { url: app.url, token: readFileSync(`${folder}/token`, 'utf8').trim() }
}

/** Takes events, lets that much time pass, and waits until they are stored. */
async function take({ events, seconds }) {
  const decoded = events.map((bytes) => eventFrom(Event.decode(bytes)))
  stream.push(decoded)
  for (let i = 0; i < seconds; i++) {
    await new Promise(setImmediate)
    mock.timers.tick(1000)
  }
  const last = decoded.at(-1)?.position.sequence ?? 0
  for (let waited = 0; stream.acknowledged < last; waited++) {
    if (waited > 60_000) throw new Error(`events were not stored: ${stream.acknowledged} of ${last}`)
    await new Promise((resolve) => realTimeout(resolve, 1))
  }
}

serve({ start, take })
