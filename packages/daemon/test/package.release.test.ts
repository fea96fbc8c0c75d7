/**
 * The Debian package on systems without Node.js: installed, used, upgraded over
 * an older database, removed and purged. It is built twice, and both are the same.
 * That for another processor is in package-arm64.release.test.ts.
 */

import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../src/os/command.js'
import { expectSuccess } from './support/booted-machine.js'
import { CHECKOUT } from './support/container.js'
import { DEBIAN_12, DEBIAN_13, UBUNTU_26_04 } from './support/distribution.js'
import { DistributionMachine, NEIGHBOUR, type NodeSource } from './support/distribution-machine.js'
import { waitUntil } from './support/netwatcherd.js'
import { buildPackage, renumberPackage } from './support/package.js'

const NO_NODE: NodeSource = { title: 'no Node', archive: null, packages: [] }
const SERVICES = ['netwatcherd.service', 'netwatcher-web.service']
const OLD_DATABASE = join(CHECKOUT, 'packages/web/src/storage/migrations/fixtures/0002-windows.db.gz')
/** What packages that it needs leave, and what systemd and apt keep for themselves. */
const NOT_OURS =
  /^\/(run|var\/lib\/(apt|dpkg|systemd|pam)|var\/cache|usr\/share\/(doc|man|lintian)|etc\/alternatives)\/|^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid|ld\.so\.cache)-?$/

/** Nine thousand files are removed one by one. */
const APT = { timeoutMs: 300_000 }

let packages: [string, string]

beforeAll(async () => {
  const built = await buildPackage('1.0.0')
  packages = [built, await renumberPackage(built, '1.0.1')]
})

describe('The package, as it is built', () => {
  test('built again from nothing, it has the same bytes', async () => {
    const first = readFileSync(packages[0])
    expect(readFileSync(await buildPackage('1.0.0')).equals(first)).toBe(true)
  })

  test('lintian finds no error', async () => {
    const argv = ['--fail-on', 'error', '--no-tag-display-limit', packages[0]]
    expectSuccess('lintian', await runCommand('lintian', argv, { timeoutMs: 600_000 }))
  })
})

for (const distribution of [DEBIAN_12, DEBIAN_13, UBUNTU_26_04])
  describe(`The package, ${distribution.name}`, () => {
    let machine: DistributionMachine
    let before: string[]

    beforeAll(async () => {
      machine = await DistributionMachine.boot(distribution, NO_NODE)
      before = await machine.systemFiles()
    })

    afterAll(async () => {
      await machine?.close()
    })

    const put = (index: 0 | 1) => copyFileSync(packages[index], machine.path('/root/netwatcher.deb'))

    async function waitForServices(): Promise<void> {
      for (const service of SERVICES) {
        await waitUntil(
          async () => (await machine.property(service, 'ActiveState')) === 'active',
          60_000,
          () => `${service} does not become active`,
        )
      }
      await waitUntil(
        async () => (await ask<{ daemon: { connected: boolean } }>('status')).daemon.connected,
        60_000,
        () => 'the web application does not reach the daemon',
      )
    }

    /** What `netwatcher` says, as root. */
    async function ask<T>(...argv: string[]): Promise<T> {
      const output = await machine.check('netwatcher', ...argv, '--json')
      return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T
    }

    test('is installed with one command, and both services run', async () => {
      put(0)
      await machine.install(['/root/netwatcher.deb'])
      await machine.joinLan()
      await waitForServices()
      expect(await machine.check('netwatcher', '--version')).toBe(
        await machine.check('sh', '-c', 'echo netwatcher $(netwatcher-web --version | cut -d" " -f2)'),
      )
      expect(await machine.check('netwatcher', 'login-link')).toMatch(/^http:\/\/127\.0\.0\.1:5000\/login/)
      expect(await machine.check('sh', '-c', 'command -v node || echo none')).toBe('none\n')
    })

    test('a scan finds the neighbour, and an attack is alerted', async () => {
      await waitUntil(
        async () => {
          await ask('scan').catch(() => {})
          return (await ask<{ mac: string }[]>('devices')).some(({ mac }) => mac === NEIGHBOUR.mac)
        },
        60_000,
        () => 'the neighbour is not found',
      )
      await machine.check(
        'sh',
        '-c',
        "sed -i 's/^learning_minutes = .*/learning_minutes = 0/' /etc/netwatcher/netwatcherd.toml",
      )
      await machine.check('systemctl', 'restart', 'netwatcherd')
      await waitForServices()
      await machine.attack(['arpspoof', '-i', 'eth0', '-t', '10.80.0.1', NEIGHBOUR.ip], 8000)
      const alerts = await ask<{ kind: string }[]>('alerts')
      expect(alerts.map(({ kind }) => kind)).toContain('gateway_spoof')
    })

    test('a newer one keeps settings, and goes on with the database of an older version', async () => {
      await machine.check('systemctl', 'stop', 'netwatcher-web')
      await machine.check('sh', '-c', 'rm -f /var/lib/netwatcher/netwatcher.db*')
      writeFileSync(machine.path('/var/lib/netwatcher/netwatcher.db'), gunzipSync(readFileSync(OLD_DATABASE)))
      await machine.check('chown', 'netwatcher:netwatcher', '/var/lib/netwatcher/netwatcher.db')
      const old = await machine.check('systemctl', 'show', '-P', 'MainPID', 'netwatcherd')
      await machine.check('systemctl', 'start', 'netwatcher-web')
      put(1)
      await machine.install(['/root/netwatcher.deb'])
      await waitForServices()
      expect(await machine.check('systemctl', 'show', '-P', 'MainPID', 'netwatcherd')).not.toBe(old)
      expect(await machine.check('cat', '/etc/netwatcher/netwatcherd.toml')).toContain('learning_minutes = 0')
      expect((await ask<unknown[]>('traffic')).length).toBeGreaterThan(0)
    })

    test('both services are there again after a reboot', async () => {
      await machine.powerOff()
      await machine.powerOn()
      await machine.joinLan()
      await waitForServices()
    })

    test('removing it keeps settings and data', async () => {
      await machine.checkWith(APT, 'apt-get', 'remove', '-y', '-qq', 'netwatcher')
      expect(machine.processes(/netwatcher-web|netwatcherd|sensor\/child/)).toEqual([])
      expect(existsSync(machine.path('/usr/lib/netwatcher'))).toBe(false)
      for (const kept of ['/etc/netwatcher/netwatcherd.toml', '/var/lib/netwatcher/netwatcher.db']) {
        expect(existsSync(machine.path(kept))).toBe(true)
      }
    })

    test('purging it leaves nothing: no file, no user, no rule', async () => {
      await machine.checkWith(APT, 'apt-get', 'purge', '-y', '-qq', 'netwatcher')
      const left = (await machine.systemFiles()).filter(
        (file) => !before.includes(file) && !NOT_OURS.test(file),
      )
      expect(left.filter((file) => /netwatcher/.test(file))).toEqual([])
      expect(await machine.check('sh', '-c', 'grep netwatcher /etc/passwd /etc/group || echo none')).toBe(
        'none\n',
      )
      expect(await machine.check('iptables-save')).not.toContain('NETWATCHER')
    })
  })
