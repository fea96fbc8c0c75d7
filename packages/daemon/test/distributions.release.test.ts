/**
 * What the README says, on the distributions that it names: start from a
 * checkout, installation over the former build, a scan, an attack, a reboot and
 * the removal, with the distribution's own Node and with newer ones.
 */

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSuccess } from './support/booted-machine.js'
import { DEBIAN_12, DEBIAN_13, type Distribution, UBUNTU_26_04 } from './support/distribution.js'
import { DistributionMachine, NEIGHBOUR, type NodeSource } from './support/distribution-machine.js'
import { waitUntil } from './support/netwatcherd.js'

declare module 'vitest' {
  interface TaskMeta {
    /** Of what was tested on, for the report. */
    versions?: string
  }
}

/** The state of 0.1: another schema of the database, other state files. */
const FORMER_BUILD = '14b69f35799a6c14e146caf0341a9109ff1b76b3'
const CHECKOUT = 'Net Watcher'
const FORMER_CHECKOUT = 'former'
const SERVICES = ['netwatcherd.service', 'netwatcher-web.service']
const SETTINGS = '/etc/netwatcher/netwatcherd.toml'
/** What stays when NetWatcher goes; the lock is iptables', and systemd's own state comes and goes. */
const KEPT =
  /^\/(etc\/netwatcher|var\/lib\/netwatcherd?)\/|^\/run\/(systemd\/|xtables\.lock$)|^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-?$/

const OWN: NodeSource = { title: 'its own Node', archive: null, packages: ['nodejs', 'npm'] }
const NODE_22: NodeSource = { title: 'Node 22', archive: { version: '22.23.3', npm: '10.9.9' }, packages: [] }
const NODE_24: NodeSource = {
  title: 'Node 24',
  archive: { version: '24.21.0', npm: '11.21.2' },
  packages: [],
}

/** The distribution's node-gyp would link add-ons with its own, older Node. */
const NODE_24_OVER_NPM: NodeSource = {
  title: "Node 24 with the distribution's npm",
  archive: { version: '24.21.0', npm: null },
  packages: ['npm'],
}
const MATRIX: [Distribution, NodeSource][] = [
  [DEBIAN_12, NODE_22],
  [DEBIAN_12, NODE_24],
  [DEBIAN_12, NODE_24_OVER_NPM],
  [DEBIAN_13, OWN],
  [DEBIAN_13, NODE_22],
  [DEBIAN_13, NODE_24],
  [UBUNTU_26_04, OWN],
  [UBUNTU_26_04, NODE_22],
  [UBUNTU_26_04, NODE_24],
]

for (const [distribution, node] of MATRIX)
  describe(`${distribution.name}, ${node.title}`, () => {
    let machine: DistributionMachine
    let before: string[]

    beforeAll(async () => {
      machine = await DistributionMachine.boot(distribution, node)
      await machine.checkOut(CHECKOUT, null)
      await machine.checkOut(FORMER_CHECKOUT, FORMER_BUILD)
    })

    afterAll(async () => {
      await machine?.close()
    })

    const install = async (directory: string) => {
      const path = (await machine.check('sh', '-c', 'echo "$PATH"')).trim()
      return machine.setUp(directory, 'sudo', 'env', `PATH=${path}`, 'scripts/install')
    }

    async function waitForServices(): Promise<void> {
      for (const service of SERVICES) {
        await waitUntil(
          async () => (await machine.property(service, 'ActiveState')) === 'active',
          60_000,
          () => `${service} does not become active`,
        )
      }
      await waitUntil(
        async () =>
          (await machine.api<{ daemon: { connected: boolean } }>('GET', '/api/status')).daemon.connected,
        60_000,
        () => 'the web application does not reach the daemon',
      )
    }

    async function waitForNeighbour(): Promise<void> {
      await waitUntil(
        async () => {
          await machine.api('POST', '/api/scan', {}).catch(() => {})
          const { clients } = await machine.api<{ clients: { ip: string; mac: string }[] }>(
            'GET',
            '/api/clients',
          )
          return clients.some(({ ip, mac }) => ip === NEIGHBOUR.ip && mac === NEIGHBOUR.mac)
        },
        60_000,
        () => 'the neighbour is not found',
      )
    }

    const own = () => machine.processes(/netwatcher-web|netwatcherd|sensor\/child/)

    test('npm start runs from a path with spaces, as a user with sudo; kill -9 leaves nothing running', async ({
      task,
    }) => {
      task.meta.versions = await machine.versions()
      await machine.setUp(CHECKOUT, 'scripts/setup')
      await machine.joinLan()
      const ended = machine.asOwner(CHECKOUT, ['npm', 'start'], { timeoutMs: 300_000 })
      await waitUntil(
        () => own().some(({ commandLine }) => commandLine.includes('sensor/child')),
        120_000,
        () => 'no sensor runs',
      )
      for (const { pid } of machine.processes(/bash .*scripts\/start/))
        await machine.check('bash', '-c', 'kill -KILL "$0"', pid)
      await ended
      await waitUntil(
        () => own().length === 0,
        20_000,
        () => 'it still runs',
      )
    })

    test('the former build, as it was', async () => {
      // It knew of no headers but those of nodejs.org, unless it was told.
      const headers = `npm_config_nodedir=${await machine.nodeDirectory()}`
      await machine.setUp(FORMER_CHECKOUT, 'env', headers, 'scripts/setup')
      before = await machine.systemFiles()
      await install(FORMER_CHECKOUT)
      await machine.check('sh', '-c', `printf '[detection]\\nlearning_minutes = 0\\n' >${SETTINGS}`)
      await machine.check('systemctl', 'enable', '--now', ...SERVICES)
      await waitForServices()
      await machine.api('POST', '/api/traffic', { dst: '192.0.2.1', bytes: 4321 })
    })

    test('the new one over it keeps data and settings', async () => {
      expect(await install(CHECKOUT)).toContain('Installed')
      await waitForServices()
      expect(await machine.check('cat', SETTINGS)).toContain('learning_minutes = 0')
      expect(JSON.stringify(await machine.api('GET', '/api/traffic'))).toContain('4321')
    })

    test('a scan finds the neighbour, and an attack is alerted', async () => {
      await waitForNeighbour()
      await machine.attack(['arpspoof', '-i', 'eth0', '-t', '10.80.0.1', NEIGHBOUR.ip], 8000)
      const { alerts } = await machine.api<{ alerts: { kind: string; ip: string }[] }>('GET', '/api/alerts')
      expect(alerts).toContainEqual(expect.objectContaining({ kind: 'gateway_spoof', ip: NEIGHBOUR.ip }))
    })

    test('the units expose no more than they have to, as this systemd sees it', async () => {
      expect(await machine.exposure('netwatcherd.service')).toBeLessThanOrEqual(2.4)
      expect(await machine.exposure('netwatcher-web.service')).toBeLessThanOrEqual(1)
    })

    test('both services are there again after a reboot, with what they knew', async () => {
      await machine.powerOff()
      await machine.powerOn()
      await machine.joinLan()
      await waitForServices()
      await waitForNeighbour()
      expect(JSON.stringify(await machine.api('GET', '/api/traffic'))).toContain('4321')
    })

    test('nothing but settings and data is left of it when it is removed', async () => {
      const argv = ['sudo', 'scripts/install', '--uninstall']
      expectSuccess('uninstall', await machine.asOwner(CHECKOUT, argv, { timeoutMs: 120_000 }))
      expect(own()).toEqual([])
      const left = (await machine.systemFiles()).filter((file) => !before.includes(file) && !KEPT.test(file))
      expect(left).toEqual([])
      expect(existsSync(machine.path(SETTINGS))).toBe(true)
    })
  })
