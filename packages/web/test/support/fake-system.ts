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
import { silentLogger } from '../../src/os/log.js'

const PACKAGE_DIR = fileURLToPath(new URL('../..', import.meta.url))

export interface FakeSystem extends AsyncDisposable {
  app: App
  daemon: FakeDaemon
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

export async function startFakeSystem(ui: ReadonlyMap<string, StaticFile>): Promise<FakeSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'netwatcher-browser-'))
  const daemon = new FakeDaemon(join(directory, 'netwatcherd.sock'))
  await daemon.start()
  const config = defaultConfig()
  config.http.port = 0
  config.state.directory = join(directory, 'state')
  const app = await startApp({
    version: '0.0.0-test',
    config,
    connect: () => new DaemonClient(daemon.socketPath, process.getuid?.() ?? 0),
    log: silentLogger,
    ui,
    loadVendors: () => ({ AABBCC: 'Example Corp' }),
    reverse: async () => [],
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => true,
    onDatabaseLost: () => {},
  })
  return {
    app,
    daemon,
    token: (await readFile(join(config.state.directory, 'token'), 'utf8')).trim(),
    async [Symbol.asyncDispose]() {
      await app.stop()
      daemon.kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
