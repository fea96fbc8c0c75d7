/**
 * What somebody reads who has not got there yet: no Node, an old one, no network,
 * no way to become root, or add-ons that were compiled for another Node.
 */

import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEBIAN_12 } from './support/distribution.js'
import { DistributionMachine, type NodeSource } from './support/distribution-machine.js'

const CHECKOUT = 'Net Watcher'
const NONE: NodeSource = { title: 'no Node', archive: null, packages: [] }
const CONCRETE = 'https://deb.nodesource.com/setup_22.x'

describe('First start, Debian 12', () => {
  let machine: DistributionMachine

  beforeAll(async () => {
    machine = await DistributionMachine.boot(DEBIAN_12, NONE)
    await machine.checkOut(CHECKOUT, null)
  })

  afterAll(async () => {
    await machine?.close()
  })

  /** The last line of a failed program, without colours. */
  async function complaint(argv: string[], environment: string[] = []): Promise<string> {
    const outcome = await machine.asOwner(CHECKOUT, argv, { timeoutMs: 120_000, environment })
    if (outcome.type !== 'exited') throw new Error(`${argv.join(' ')}: ${JSON.stringify(outcome)}`)
    expect(outcome.code).toBe(1)
    return stripVTControlCharacters(outcome.stderr).trim().split('\n').at(-1) ?? ''
  }

  const ENTRIES = [['scripts/start'], ['scripts/lab'], ['scripts/setup'], ['sudo', 'scripts/install']]

  test('without Node, every entry says what to install', async () => {
    for (const entry of ENTRIES) {
      const said = await complaint(entry)
      expect(said).toContain('netwatcher: Node.js is not installed. NetWatcher needs Node 20.19 or later.')
      expect(said).toContain(CONCRETE)
    }
  })

  test('without a network, the first start says that it needs one', async () => {
    await machine.provideNode({ version: '22.23.3', npm: '10.9.9' })
    expect(await complaint(['scripts/start'])).toContain(
      "The first start needs the internet: this machine's Debian mirror and registry.npmjs.org.",
    )
  })

  test('who may not use sudo is given the command for somebody who may', async () => {
    await machine.check('mv', '/etc/sudoers.d/owner', '/root/owner')
    const said = await complaint(['scripts/start'])
    await machine.check('mv', '/root/owner', '/etc/sudoers.d/owner')
    expect(said).toMatch(
      /you may not use sudo\. Ask an administrator to run: sudo apt-get install .*libpcap-dev/,
    )
  })

  test('a Node that sudo does not find is told from one that is not there', async () => {
    expect(await complaint(['sudo', 'scripts/install'])).toContain('sudo env "PATH=$PATH" scripts/install')
  })

  test("add-ons that the distribution's node-gyp has linked with its own Node are noticed", async () => {
    await machine.install(['npm'])
    await machine.setUp(CHECKOUT, 'scripts/setup')
    const addon = `${CHECKOUT}/packages/daemon/node_modules/cap`
    await machine.setUp(addon, '/usr/bin/node-gyp', 'rebuild')
    const needed = await machine.check('readelf', '-d', `/home/owner/${addon}/build/Release/cap.node`)
    expect(needed).toContain('libnode.so')
    expect(await complaint(['scripts/setup'])).toContain(
      'What was compiled for capture or for SQLite does not work with /opt/node/bin/node (v22.23.3): remove node_modules',
    )
  })

  test('a Node that is too old is told, and how to get a newer one', async () => {
    await machine.check('rm', '-r', '/opt/node')
    for (const entry of ENTRIES) {
      expect(await complaint(entry)).toMatch(
        /netwatcher: Node v18\.\S+ is too old\. NetWatcher needs Node 20\.19/,
      )
      expect(await complaint(entry)).toContain(CONCRETE)
    }
  })
})
