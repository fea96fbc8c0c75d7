/**
 * The whole product on real packets: the daemon on the router of the virtual
 * home network, the web app as a user of its own, Chromium in front. A device
 * and a spoofing alert appear live, and a block is planned, applied, felt by
 * the device, and taken back because nobody confirms it.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../../daemon/src/lab/attacks.js'
import { ATTACKER, createHomeNetwork, GATEWAY, type HomeNetwork } from '../../daemon/src/lab/home-network.js'
import { Netwatcherd, waitUntil } from '../../daemon/test/support/netwatcherd.js'
import { launchBrowser, openPage, type WatchedPage } from './support/browser.js'
import { startWeb, type WebProcess } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const PORT = '5091'
const NEW_MAC = '02:00:00:00:00:99'
const CONFIRM_SECONDS = 30

let network: HomeNetwork
let netwatcherd: Netwatcherd
let stateDir: string
let web: WebProcess
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  network = await createHomeNetwork('router')
  const config = '[detection]\nlearning_minutes = 0\n[firewall]\nenabled = true\n'
  netwatcherd = await Netwatcherd.start(network.lab, network.watcher, config, 'nogroup')
  stateDir = mkdtempSync(join(tmpdir(), 'netwatcher-web-test-'))
  web = await startWeb(
    PROGRAM,
    ['--socket', netwatcherd.socketPath, '--port', PORT, '--user', 'nobody'],
    stateDir,
  )
  browser = await launchBrowser()
  watched = await openPage(browser, web.url)
  await watched.page.goto(web.loginLink)
  await watched.page.getByRole('status').getByText('Watching', { exact: true }).waitFor({ state: 'attached' })
})

afterAll(async () => {
  await browser?.close()
  web?.child.kill('SIGTERM')
  await web?.exited
  await netwatcherd?.close()
  await network?.close()
  rmSync(stateDir, { recursive: true, force: true })
})

test('a device that joins appears without reloading', async () => {
  const { page } = watched
  await page.getByRole('link', { name: 'Devices' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
  expect(await page.getByText(NEW_MAC).count()).toBe(0)
  const guest = ['ip', 'link', 'set', 'eth0', 'address'] as const
  await network.lab.check(ATTACKER.name, [...guest, NEW_MAC])
  await network.lab.check(ATTACKER.name, ['ping', '-c', '1', '-W', '2', GATEWAY.ip])
  await page.getByText(NEW_MAC).filter({ visible: true }).first().waitFor({ timeout: 10_000 })
  await network.lab.check(ATTACKER.name, [...guest, ATTACKER.mac])
})

test('a spoofing alert appears without reloading, with its reasons and evidence', async () => {
  const { page } = watched
  await page
    .getByRole('link', { name: /^Incidents/ })
    .first()
    .click()
  const attack = ATTACKS['arp-spoof']
  if (!attack) throw new Error('the lab has lost its first attack')
  const processes = await attack.start(network.lab)
  try {
    const link = page.getByRole('link', { name: /Gateway impersonated|Address impersonated/ }).first()
    await link.waitFor({ timeout: 15_000 })
    await link.click()
    await page.getByText(ATTACKER.mac).first().waitFor()
    await page.getByText('Why NetWatcher thinks so').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Evidence/ }).click(),
    ])
    const frames = await network.lab.check(GATEWAY.name, ['tshark', '-r', await download.path(), '-Y', 'arp'])
    expect(frames).toContain('is at 08:00:27:be:ef:66')
  } finally {
    await stopAttack(network.lab, processes)
  }
})

test('a block is planned, applied after typing its target, works, and is rolled back', async () => {
  const { page } = watched
  const canReach = async () => {
    const outcome = await network.lab.run(ATTACKER.name, ['ping', '-c', '1', '-W', '1', GATEWAY.ip])
    return outcome.type === 'exited' && outcome.code === 0
  }
  await waitUntil(canReach, 5000, () => 'the guest cannot reach the router before the block')
  await page.goto('/firewall')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByLabel('Whom')
    .fill(ATTACKER.ip)
  await page.getByLabel('Time to confirm').selectOption(String(CONFIRM_SECONDS))
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByRole('button', { name: 'Show what it would do' })
    .click()
  await page.getByText(/^\d+ rules?$/).click()
  await page.getByText(`-s ${ATTACKER.ip}`).first().waitFor()
  await page.getByLabel(`Type ${ATTACKER.ip} to apply`).fill(ATTACKER.ip)
  await page.getByRole('button', { name: 'Apply the block' }).click()
  await page.getByRole('button', { name: 'Keep it' }).waitFor()
  expect(await canReach()).toBe(false)
  await waitUntil(canReach, (CONFIRM_SECONDS + 10) * 1000, () => 'the block was not rolled back')
  await page.getByRole('button', { name: 'Keep it' }).waitFor({ state: 'detached', timeout: 10_000 })
  const rules = await network.lab.check(GATEWAY.name, ['iptables-save'])
  expect(rules).not.toContain(ATTACKER.ip)
})

test('nothing went wrong on any page meanwhile', () => {
  expect(watched.faults).toEqual([])
})
