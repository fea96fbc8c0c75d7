/**
 * The product as systemd runs it: whatever ends is started again. netwatcherd is
 * in a network namespace, netwatcher-web beside this process; each has its state
 * on a small file system of its own.
 */

import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))
const USER = 'nobody'
const RESTART_MS = 500
const STATE_MIB = 96
const READY_MS = 120_000

export class Product {
  folder = mkdtempSync(join(tmpdir(), 'netwatcher-soak-'))
  socket = join(this.folder, 'run', 'netwatcherd.sock')
  webDisk = join(this.folder, 'web')
  daemonDisk = join(this.folder, 'daemon')
  webState = join(this.webDisk, 'state')
  daemonState = join(this.daemonDisk, 'state')
  isEnding = false
  /** What runs at present, as `startInside` gives it. */
  daemon = null
  web = null
  /** What each run said when it ended. */
  ends = []
  /** The web part that runs at present: where it listens. */
  url = ''

  /** `startInside` runs a program in the network namespace and gives `{ pid, output, kill, done }`. */
  constructor(startInside, isTmpfs, config) {
    this.startInside = startInside
    chmodSync(this.folder, 0o755)
    mountSmall(this.webDisk, this.folder, isTmpfs)
    mountSmall(this.daemonDisk, this.folder, !isTmpfs)
    writeFileSync(join(this.folder, 'netwatcherd.toml'), config)
    process.once('exit', () => this.abandon())
    this.runs = [this.keepRunning('daemon', () => this.startDaemon())]
    this.runs.push(this.keepRunning('web', () => this.startWeb()))
  }

  async keepRunning(name, start) {
    while (!this.isEnding) {
      try {
        this[name] = start()
        const code = await this[name].done
        this.ends.push(`${name} ended with ${code}: ${this[name].output.slice(-400)}`)
      } catch (error) {
        // A disk that is full when it is handed over: systemd would try again, too.
        this.ends.push(`${name} was not started: ${error.stderr ?? error}`)
      }
      await sleep(RESTART_MS)
    }
  }

  startDaemon() {
    const options = ['--socket', this.socket, '--group', 'nogroup', '--state-dir', this.daemonState]
    const config = ['--config', join(this.folder, 'netwatcherd.toml')]
    return this.startInside([
      process.execPath,
      path('packages/daemon/bin/netwatcherd'),
      ...config,
      ...options,
    ])
  }

  startWeb() {
    this.url = ''
    const program = 'packages/web/bin/netwatcher-web'
    const options = ['--socket', this.socket, '--state-dir', this.webState, '--port', '0', '--user', USER]
    execFileSync(process.execPath, [path(program), '--hand-over', ...options], { stdio: 'pipe' })
    const child = spawn(
      path('scripts/confine'),
      [process.execPath, USER, 'nogroup', '', program, ...options],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const web = { pid: child.pid, output: '', kill: (signal) => child.kill(signal) }
    web.done = new Promise((resolve) => child.once('close', resolve))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        web.output = (web.output + chunk).slice(-65536)
        this.url = /at (http\S+)\/login/.exec(web.output)?.[1] ?? ''
      })
    }
    return web
  }

  async get(pathname) {
    const token = readFileSync(join(this.webState, 'token'), 'utf8').trim()
    const response = await fetch(this.url + pathname, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new Error(`${pathname}: ${response.status}`)
    return await response.json()
  }

  /** Until both serve and every sensor runs; gives the status. */
  async untilReady() {
    const endMs = performance.now() + READY_MS
    for (;;) {
      try {
        const status = await this.get('/api/status')
        const { daemon } = status
        const runs = daemon.connected && daemon.sensors.every(({ state }) => state === 'running')
        if (runs && daemon.sensors.length > 0 && status.storage.error === '') return status
        this.lastError = new Error(JSON.stringify({ daemon: daemon.detail, error: status.storage.error }))
      } catch (error) {
        this.lastError = error
      }
      if (performance.now() > endMs) {
        throw new Error(`not ready: ${this.lastError}\n${this.ends.slice(-4).join('\n')}`)
      }
      await sleep(200)
    }
  }

  fill(disk) {
    const { bavail, bsize } = statfsSync(disk)
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize))
    } catch {
      // Full is full.
    }
  }

  free(disk) {
    rmSync(join(disk, 'filler'), { force: true })
  }

  async close() {
    this.isEnding = true
    for (const one of [this.web, this.daemon]) one?.kill('SIGTERM')
    await Promise.race([Promise.all(this.runs), sleep(10_000, undefined, { ref: false })])
    this.abandon()
  }

  /** At once; whatever ends this process, nothing of the product stays behind. */
  abandon() {
    this.isEnding = true
    for (const one of [this.web, this.daemon]) one?.kill('SIGKILL')
    if (!existsSync(this.folder)) return
    for (const disk of [this.webDisk, this.daemonDisk]) execFileSync('umount', ['-l', disk])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A tmpfs, or an ext4 in a file. */
function mountSmall(disk, folder, isTmpfs) {
  mkdirSync(disk)
  if (isTmpfs) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${STATE_MIB}m,mode=0755`, 'tmpfs', disk])
    return
  }
  const image = join(folder, 'image')
  writeFileSync(image, Buffer.alloc(STATE_MIB * 2 ** 20))
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
  execFileSync('mount', ['-o', 'loop', image, disk])
}
