/** The real web app with its real pages, over a fake daemon: what the browser tests run against. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { readUi, type StaticFile } from '../../src/api/static-ui.js'
import { type App, startApp } from '../../src/app.js'
import { defaultConfig } from '../../src/config.js'
import { DaemonClient } from '../../src/daemon/client.js'
import { FakeDaemon } from '../../src/daemon/fake-daemon.js'
import { Listed } from '../../src/identity/listed.js'
import { silentLogger } from '../../src/os/log.js'

const PACKAGE_DIR = fileURLToPath(new URL('../..', import.meta.url))

export interface FakeSystem extends AsyncDisposable {
  app: App
  daemon: FakeDaemon
  /** The daemons besides, each in a site of its own. */
  others: FakeDaemon[]
  token: string
}

/** Built anew, so that a test never looks at older pages. */
export async function buildUi(): Promise<ReadonlyMap<string, StaticFile>> {
  const outDir = await mkdtemp(join(tmpdir(), 'netwatcher-ui-'))
  await build({
    root: join(PACKAGE_DIR, 'src/ui'),
    configFile: join(PACKAGE_DIR, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir },
  })
  const files = readUi(outDir)
  await rm(outDir, { recursive: true })
  return files
}

/** `names` are of more daemons than the one. */
export async function startFakeSystem(
  ui: ReadonlyMap<string, StaticFile>,
  ...names: string[]
): Promise<FakeSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'netwatcher-browser-'))
  const daemon = new FakeDaemon(join(directory, 'netwatcherd.sock'))
  await daemon.start()
  const config = defaultConfig()
  config.http.port = 0
  // Its table takes a while to read, and no page is about it.
  config.identity.countries = false
  config.daemon = ['local', ...names].map((name) => ({
    name,
    site: name === 'local' ? 'default' : name,
    socket: name === 'local' ? daemon.socketPath : join(directory, name),
  }))
  const others = names.map((name) => new FakeDaemon(join(directory, name)))
  for (const [i, other] of others.entries()) {
    other.daemonId = `${i}`.padStart(32, 'e')
    await other.start()
  }
  config.state.directory = join(directory, 'state')
  const app = await startApp({
    version: '0.0.0-test',
    config,
    connect: (socket) => new DaemonClient(socket, process.getuid?.() ?? 0),
    log: silentLogger,
    ui,
    loadVendors: () => ({ AABBCC: 'Example Corp' }),
    loadCountries: () => new Uint8Array(),
    listed: Listed.read(''),
    reverse: async () => [],
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => true,
    onDatabaseLost: () => {},
  })
  return {
    app,
    daemon,
    others,
    token: (await readFile(join(config.state.directory, 'token'), 'utf8')).trim(),
    async [Symbol.asyncDispose]() {
      await app.stop()
      for (const fake of [daemon, ...others]) fake.kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
