/**
 * The product as it is installed: netwatcherd with its sensors in a network
 * namespace, netwatcher-web beside this process (the socket between them is a
 * file). Both keep their state in a temporary folder.
 */

import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CaptureState } from '../../packages/shared/dist/gen/netwatcher/v1/capture.js'
import { DaemonServiceClient } from '../../packages/shared/dist/gen/netwatcher/v1/daemon.js'
import { EventKind, EventServiceClient } from '../../packages/shared/dist/gen/netwatcher/v1/event.js'

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))
const { credentials } = createRequire(path('packages/shared/package.json'))('@grpc/grpc-js')

const START_MS = 20_000
const STOP_MS = 5000
/** Whom the web app becomes; its group may use the socket. */
const USER = 'nobody'
const GROUP = 'nogroup'

/** `start` runs a program in a network namespace and gives `{ pid, output, kill, done }`. */
export async function startProduct(start, config) {
  const folder = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  chmodSync(folder, 0o755)
  const configPath = join(folder, 'netwatcherd.toml')
  const socket = join(folder, 'run', 'netwatcherd.sock')
  writeFileSync(configPath, config)
  const product = new Product(folder, socket)
  endWithUs(product)
  try {
    const state = ['--state-dir', join(folder, 'daemon')]
    const where = ['--config', configPath, '--socket', socket, '--group', GROUP]
    product.daemon = start([process.execPath, path('packages/daemon/bin/netwatcherd'), ...where, ...state])
    await product.untilWatching()
    product.web = startWeb(socket, join(folder, 'web'))
    product.url = await product.untilServing()
    product.token = readFileSync(join(folder, 'web', 'token'), 'utf8').trim()
    return product
  } catch (error) {
    await product.close()
    throw error
  }
}

class Product {
  daemon
  web
  url
  token

  constructor(folder, socket) {
    this.folder = folder
    this.socket = socket
    const admin = `unix:${join(dirname(socket), 'admin.sock')}`
    this.adminStatus = new DaemonServiceClient(admin, credentials.createInsecure())
    const address = `unix:${socket}`
    this.status = new DaemonServiceClient(address, credentials.createInsecure(), {
      'grpc.max_reconnect_backoff_ms': 200,
    })
    this.events = new EventServiceClient(address, credentials.createInsecure())
  }

  getStatus() {
    return new Promise((resolve, reject) => {
      this.status.getStatus({}, (error, response) => (error ? reject(error) : resolve(response)))
    })
  }

  /** Over the socket of root alone. */
  getStatusAsRoot() {
    return new Promise((resolve, reject) => {
      this.adminStatus.getStatus({}, (error, response) => (error ? reject(error) : resolve(response)))
    })
  }

  /** Calls back with every alert that comes over gRPC from now on; gives what ends that. */
  watchAlerts(onAlert) {
    const call = this.events.watch({ after: undefined, kinds: [EventKind.ALERT] })
    call.on('data', ({ event }) => onAlert(event.payload.value))
    call.on('error', () => {})
    return () => call.cancel()
  }

  /** Calls back with every alert that a browser gets (server-sent events); gives what ends that. */
  async watchPage(onAlert) {
    const leaving = new AbortController()
    const headers = { authorization: `Bearer ${this.token}` }
    const response = await fetch(`${this.url}/api/events`, { headers, signal: leaving.signal })
    readAlerts(response.body, onAlert).catch(() => {})
    return () => leaving.abort()
  }

  async untilWatching() {
    await until(async () => {
      const { sensors } = await this.getStatus()
      return sensors.length > 0 && sensors.every(({ state }) => state === CaptureState.RUNNING)
    })
  }

  async untilServing() {
    await until(() => /at (http\S+)\/login/.test(this.web.output))
    return /at (http\S+)\/login/.exec(this.web.output)[1]
  }

  async close() {
    this.status.close()
    this.adminStatus.close()
    this.events.close()
    for (const one of [this.web, this.daemon]) {
      if (!one) continue
      one.kill('SIGTERM')
      await Promise.race([one.done, sleep(STOP_MS, undefined, { ref: false })])
    }
    this.abandon()
  }

  abandon() {
    for (const one of [this.web, this.daemon]) one?.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Whatever ends this process, nothing of the product stays behind. */
function endWithUs(product) {
  process.once('exit', () => product.abandon())
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
}

function startWeb(socket, stateDir) {
  const program = 'packages/web/bin/netwatcher-web'
  const where = ['--socket', socket, '--state-dir', stateDir, '--port', '0', '--user', USER]
  execFileSync(process.execPath, [path(program), '--hand-over', ...where])
  const group = execFileSync('id', ['-gn', USER], { encoding: 'utf8' }).trim()
  const child = spawn(path('scripts/confine'), [process.execPath, USER, group, '', program, ...where], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const web = { pid: child.pid, output: '', kill: (signal) => child.kill(signal) }
  web.done = new Promise((resolve) => child.once('close', resolve))
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      web.output = (web.output + chunk).slice(-65536)
    })
  }
  return web
}

async function readAlerts(body, onAlert) {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const messages = (text + chunk).split('\n\n')
    text = messages.pop()
    for (const message of messages) {
      const data = /^event: alert\ndata: (.*)$/m.exec(message)?.[1]
      if (data) onAlert(JSON.parse(data).alert)
    }
  }
}

async function until(condition) {
  const end = performance.now() + START_MS
  let lastError = new Error('NetWatcher did not start in time')
  while (performance.now() < end) {
    try {
      if (await condition()) return
    } catch (error) {
      lastError = error
    }
    await sleep(50)
  }
  throw lastError
}
