/**
 * The faults. Each is given the product and the link, does its harm, and undoes
 * it where it does not pass by itself.
 */

import { closeSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FREEZE_MS = 3000
const DOWN_MS = 2000
const FULL_MS = 4000

async function sensorPid(product) {
  const { daemon } = await product.get('/api/status')
  return daemon.sensors[0].pid
}

async function freeze(pid) {
  process.kill(pid, 'SIGSTOP')
  await sleep(FREEZE_MS)
  process.kill(pid, 'SIGCONT')
}

async function fillFor(product, disk) {
  product.fill(disk)
  await sleep(FULL_MS)
  product.free(disk)
}

/** All but the first page, of every file of it. */
function damageDatabase(product) {
  for (const name of ['netwatcher.db', 'netwatcher.db-wal']) {
    const path = join(product.webState, name)
    const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 }
    if (size <= 4096) continue
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(size - 4096, 0xa5), 0, undefined, 4096)
    closeSync(file)
  }
}

function deleteDatabase(product) {
  for (const name of readdirSync(product.webState)) {
    if (/^netwatcher\.db(-wal|-shm)?$/.test(name)) rmSync(join(product.webState, name))
  }
}

/** Damage shows when somebody reads what is damaged: pages that are remembered serve on. */
async function untilMet(product) {
  let hasEnded = false
  const ended = product.web.done.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    for (const path of ['/api/traffic', '/api/devices', '/api/traffic/destinations']) {
      await product.get(path).catch(() => undefined)
    }
    await Promise.race([ended, sleep(200)])
  }
}

/** `isLossy`: the database that there was is gone with it. */
export const FAULTS = {
  'kill -9 sensor': { run: async (product) => process.kill(await sensorPid(product), 'SIGKILL') },
  'kill -9 daemon': { run: async (product) => void product.daemon.kill('SIGKILL') },
  'kill -9 web': { run: async (product) => void product.web.kill('SIGKILL') },
  'kill -9 all': {
    run: async (product) => {
      product.daemon.kill('SIGKILL')
      product.web.kill('SIGKILL')
    },
  },
  'restart daemon': { run: async (product) => void product.daemon.kill('SIGTERM') },
  'freeze daemon': { run: async (product) => freeze(product.daemon.pid) },
  'freeze web': { run: async (product) => freeze(product.web.pid) },
  'freeze sensor': { run: async (product) => freeze(await sensorPid(product)) },
  'disk of web full': { run: async (product) => fillFor(product, product.webDisk) },
  'disk of daemon full': { run: async (product) => fillFor(product, product.daemonDisk) },
  'interface down': {
    run: async (_product, link) => {
      link.run(['ip', 'link', 'set', 'eth0', 'down'])
      await sleep(DOWN_MS)
      link.run(['ip', 'link', 'set', 'eth0', 'up'])
    },
  },
  'address changed': {
    run: async (_product, link) => {
      link.run(['ip', 'address', 'add', '10.0.0.77/24', 'dev', 'eth0'])
      await sleep(1000)
      link.run(['ip', 'address', 'delete', '10.0.0.77/24', 'dev', 'eth0'])
    },
  },
  'socket deleted': {
    run: async (product) => {
      rmSync(product.socket, { force: true })
      product.web.kill('SIGKILL')
    },
  },
  'state of daemon damaged': {
    run: async (product) => {
      product.daemon.kill('SIGKILL')
      for (const name of readdirSync(product.daemonState)) {
        const path = join(product.daemonState, name)
        if (name !== 'daemon-id' && /\.(json|jsonl)$/.test(name)) writeFileSync(path, '{"half of')
      }
    },
  },
  'database damaged': {
    isLossy: true,
    run: async (product) => {
      damageDatabase(product)
      await untilMet(product)
    },
  },
  'database deleted': {
    isLossy: true,
    run: async (product) => {
      deleteDatabase(product)
      await product.web.done
    },
  },
}
