/** The web app in this process, over a database that is filled already; without daemon and pages where none are given. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readUi } from '../../packages/web/dist/api/static-ui.js'
import { startApp } from '../../packages/web/dist/app.js'
import { defaultConfig } from '../../packages/web/dist/config.js'
import { DaemonClient } from '../../packages/web/dist/daemon/client.js'
import { Listed } from '../../packages/web/dist/identity/listed.js'
import { silentLogger } from '../../packages/web/dist/os/log.js'

/** What a machine has that no benchmark of the web app is about. */
export const NOTHING_LISTED = { loadCountries: () => new Uint8Array(), listed: Listed.read('') }

/** The pages as they were built last. */
export const readBuiltUi = () => readUi(fileURLToPath(new URL('../../packages/web/dist-ui', import.meta.url)))

export async function startWebApp(stateDir, { ui = new Map(), socket = join(stateDir, 'none') } = {}) {
  const config = defaultConfig()
  config.http.port = 0
  config.identity.countries = false
  config.state.directory = stateDir
  const app = await startApp({
    version: '0.0.0-bench',
    config,
    connect: () => new DaemonClient(socket, process.getuid()),
    log: silentLogger,
    ui,
    loadVendors: () => ({}),
    ...NOTHING_LISTED,
    reverse: async () => [],
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => true,
    onDatabaseLost: () => {},
  })
  return { app, token: readFileSync(join(stateDir, 'token'), 'utf8').trim() }
}
