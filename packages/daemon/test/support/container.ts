/**
 * NetWatcher installed on a machine of its own: a tree whose /usr is this
 * machine's with the installation laid over it, and whose /etc is almost empty.
 * Nothing is downloaded, nothing of this machine is written to, and all of it is
 * gone after `close`. Needs root.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/os/command.js'
import { BootedMachine, expectSuccess } from './booted-machine.js'

export const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url))

const INSTALL_TIMEOUT_MS = 60_000
/** What programs need to start at all; the users are made by sysusers at boot. */
const SETTINGS_OF_THIS_MACHINE = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'nsswitch.conf',
  'protocols',
  'services',
]
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
const GROUP = 'root:x:0:\nnogroup:x:65534:\n'
/** So that it can be told from an empty file. */
export const SHADOW_MARK = 'this-is-the-shadow-file'

export class Container extends BootedMachine {
  private constructor(
    readonly directory: string,
    /** Where scripts/install has put everything. */
    readonly destination: string,
  ) {
    super(join(directory, 'tree'), [`--overlay-ro=/usr:${join(destination, 'usr')}:/usr`], 'basic.target')
  }

  static async boot(): Promise<Container> {
    const directory = mkdtempSync(join(tmpdir(), 'netwatcher-container-'))
    const container = new Container(directory, join(directory, 'installed'))
    try {
      await container.install()
      container.makeTree()
      await container.powerOn()
    } catch (error) {
      await container.close()
      throw error
    }
    return container
  }

  async install(...args: string[]): Promise<string> {
    const run = ['DESTDIR', this.destination].join('=')
    const outcome = await runCommand(
      'env',
      [run, `PATH=${process.env.PATH}`, join(CHECKOUT, 'scripts/install'), ...args],
      { timeoutMs: INSTALL_TIMEOUT_MS },
    )
    return expectSuccess('scripts/install', outcome)
  }

  async close(): Promise<void> {
    await this.powerOff()
    rmSync(this.directory, { recursive: true, force: true })
  }

  private makeTree(): void {
    const etc = join(this.tree, 'etc')
    for (const name of ['etc', 'usr', 'var', 'run', 'tmp', 'proc', 'sys', 'dev', 'root']) {
      mkdirSync(join(this.tree, name), { recursive: true })
    }
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(this.tree, name))
    for (const name of SETTINGS_OF_THIS_MACHINE) {
      if (!existsSync(join('/etc', name))) continue
      cpSync(join('/etc', name), join(etc, name), { recursive: true, verbatimSymlinks: true })
    }
    cpSync('/usr/lib/os-release', join(etc, 'os-release'))
    cpSync(join(this.destination, 'etc'), etc, { recursive: true })
    writeFileSync(join(etc, 'machine-id'), '')
    writeFileSync(join(etc, 'resolv.conf'), '')
    writeFileSync(join(etc, 'passwd'), PASSWD)
    writeFileSync(join(etc, 'group'), GROUP)
    writeFileSync(join(etc, 'shadow'), `root:*:19000::::::\n${SHADOW_MARK}:*:19000::::::\n`, { mode: 0o600 })
    const settings = join(etc, 'netwatcher/netwatcherd.toml')
    cpSync(settings, join(etc, 'netwatcher/installed.toml'))
    writeFileSync(settings, '[firewall]\nenabled = true\n[portscan]\nenabled = true\n')
  }
}
