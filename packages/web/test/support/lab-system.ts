/**
 * The product in a lab of a test's own: the daemon on one of its hosts, the web
 * part as a user of its own in front of it, and questions to both.
 */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ScanPace } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import type { Lab } from '../../../daemon/src/lab/lab.js'
import { Netwatcherd } from '../../../daemon/test/support/netwatcherd.js'
import { startWeb, type WebProcess } from './web-process.js'

const PROGRAM = fileURLToPath(new URL('../../bin/netwatcher-web', import.meta.url))

export interface LabSystem extends AsyncDisposable {
  netwatcherd: Netwatcherd
  web: WebProcess
  /** What the API answers; throws where it refuses. */
  ask<T>(path: string): Promise<T>
  tell<T>(path: string, body: unknown): Promise<T>
  /** Of the whole network, or of single hosts; waits for its end. */
  scan(...targets: string[]): Promise<void>
  /** With the same state and under the same address, after it has ended. */
  restartWeb(): Promise<void>
}

export interface LabSystemOptions {
  lab: Lab
  /** The host that the daemon runs on. */
  watcher: string
  /** Of the daemon, TOML. */
  config: string
  /** Of the web part, TOML. */
  settings?: string
  /** Of this test alone, where it is not to change: files may run beside each other. */
  port?: number
  /** Between the start of the daemon and that of the web part. */
  beforeWeb?: (netwatcherd: Netwatcherd) => void
}

export async function startLabSystem(options: LabSystemOptions): Promise<LabSystem> {
  const { lab, watcher, config, settings = '', port = 0, beforeWeb } = options
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.reverse()) await end()
  }
  try {
    const directory = mkdtempSync(join(tmpdir(), 'netwatcher-lab-web-'))
    ends.push(() => rmSync(directory, { recursive: true, force: true }))
    chmodSync(directory, 0o755)
    writeFileSync(join(directory, 'web.toml'), settings)
    const netwatcherd = await Netwatcherd.start(lab, watcher, config, 'nogroup')
    ends.push(() => netwatcherd.close())
    beforeWeb?.(netwatcherd)
    const argv = ['--config', join(directory, 'web.toml'), '--socket', netwatcherd.socketPath]
    const start = () =>
      startWeb(PROGRAM, [...argv, '--port', String(port), '--user', 'nobody'], join(directory, 'state'))
    const system = systemOf(netwatcherd, await start(), start, close)
    ends.push(() => endWeb(system.web))
    return system
  } catch (error) {
    await close()
    throw error
  }
}

function systemOf(
  netwatcherd: Netwatcherd,
  web: WebProcess,
  start: () => Promise<WebProcess>,
  close: () => Promise<void>,
): LabSystem {
  const system: LabSystem = {
    netwatcherd,
    web,
    ask: async (path) => answerOf(path, await system.web.get(path)),
    tell: async (path, body) => answerOf(path, await system.web.post(path, body)),
    scan: (...targets) => scan(netwatcherd, targets),
    async restartWeb() {
      system.web = await start()
    },
    [Symbol.asyncDispose]: close,
  }
  return system
}

async function answerOf<T>(path: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

function scan(netwatcherd: Netwatcherd, targets: string[]): Promise<void> {
  const request = { interface: 'eth0', targets, pace: ScanPace.NORMAL, allowLarge: false, ping: false }
  return new Promise((resolve, reject) => {
    const call = netwatcherd.discovery.scan(request)
    call.on('data', () => {})
    call.on('error', reject)
    call.on('end', resolve)
  })
}

async function endWeb({ child, exited }: WebProcess): Promise<void> {
  child.kill('SIGTERM')
  await exited
}
