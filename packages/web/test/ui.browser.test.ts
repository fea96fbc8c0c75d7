/**
 * The pages in Chromium, on the real web app over a fake daemon: signing in,
 * what comes live, blocking with its typed confirmation, losing the daemon,
 * and on every page the checks that hold for all of them.
 */

import { status } from '@grpc/grpc-js'
import { render, text } from '@netwatcher/shared'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  alertEvent,
  captureStatus,
  gap,
  host,
  observation,
  saidBy,
  traffic,
  trafficRow,
} from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { axeFaults } from './support/axe.js'
import { fakePages } from './support/fake-pages.js'

const PRINTER = 'aa:bb:cc:dd:ee:21'
const HOSTILE_NAME = '<img src=x onerror=document.title=1>'

const system = fakePages()

function go(page: Page, name: string): Promise<void> {
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
}

function seeDevices(count: number): void {
  const hosts = Array.from({ length: count }, (_, index) =>
    host(`192.168.1.${index + 10}`, `aa:bb:cc:00:00:${(index + 16).toString(16)}`),
  )
  system.daemon.emit(observation(hosts))
}

test('a device appears while the list is open, its name as text', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await go(page, 'Devices')
  await page.getByText('No device has been seen yet').waitFor()
  system.daemon.emit(
    observation(
      [host('192.168.1.21', PRINTER)],
      [{ ip: '192.168.1.21', mac: PRINTER, name: HOSTILE_NAME, source: 'dhcp', vlan: 0 }],
    ),
  )
  const row = page.getByRole('row').filter({ hasText: '192.168.1.21' })
  await row.waitFor()
  expect(await row.textContent()).toContain('Example Corp')
  expect(await page.title()).toBe('Devices · NetWatcher')
  expect(await page.locator('main img').count()).toBe(0)

  await row.getByRole('link').click()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Your name for it').fill('Printer, 2nd floor')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Printer, 2nd floor' }).waitFor()
  await page.getByLabel('Trust').selectOption('known')
  await go(page, 'Devices')
  await page.getByRole('link', { name: 'Printer, 2nd floor' }).waitFor()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'New' }).count(), LOADED).toBe(0)
  expect(faults).toEqual([])
})

test('a spoofing alert is announced live, explained and acknowledged', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.getByText('No threat is known').waitFor()
  system.daemon.emit(alertEvent())
  await page
    .getByRole('alert')
    .getByRole('link', { name: /Address impersonated/ })
    .waitFor()
  await page.getByText('1 incident needs your attention').waitFor()
  await page.getByRole('alert').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: /Address impersonated/ }).waitFor()
  const reasons = page.getByRole('region', { name: 'Speaks for a problem' })
  expect(await reasons.textContent()).toContain('The unasked claim is repeated every 2 s, as by a timer.')
  expect(await page.getByRole('link', { name: 'Evidence (pcap)' }).getAttribute('href')).toBe(
    `/api/alerts/${'a'.repeat(32)}/evidence`,
  )
  await page.getByText('aa:bb:cc:dd:ee:01 (192.168.1.1) answered when it was asked.').waitFor()
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByText(/^Acknowledged/).waitFor()
  await go(page, 'Overview')
  await page.getByText('No threat is known').waitFor()
  expect(faults).toEqual([])
})

test('what the daemon says is told in the language of the page, at once and live', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  const id = 'b'.repeat(32)
  system.daemon.emit(alertEvent({ id, kind: 'mac_flood', verifications: [] }))
  await page.goto('/alerts?acknowledged=all')
  await page.getByRole('main').getByRole('link', { name: 'Switch flooded with addresses' }).click()
  await page.getByRole('heading', { level: 1, name: 'Switch flooded with addresses' }).waitFor()
  await page.getByLabel('Language').selectOption('id')
  await page.getByRole('heading', { name: 'Siapa yang terlibat' }).waitFor()
  // Comes by the stream alone: the page does not fetch the alert again for it.
  system.daemon.emit(alertEvent({ id, kind: 'mac_flood', count: 13n }))
  await page.getByText('aa:bb:cc:dd:ee:01 (192.168.1.1) menjawab ketika ditanya.').waitFor()
  expect(faults).toEqual([])
})

test('without the daemon the stored data stays, and it comes back by itself', async () => {
  await using watched = await system.signIn()
  const { page } = watched
  seeDevices(3)
  await go(page, 'Devices')
  await page.getByRole('row').nth(3).waitFor()
  system.daemon.kill()
  await page.getByText('The daemon cannot be reached.').waitFor()
  expect(await page.getByRole('row').count()).toBe(4)
  await page.reload()
  await page.getByText('The daemon cannot be reached.').waitFor()
  await page.getByRole('row').nth(3).waitFor()
  await system.daemon.start()
  await page.getByText('The daemon cannot be reached.').waitFor({ state: 'detached' })
})

test('a flood of invented addresses is no device, and leaves the page usable', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await go(page, 'Devices')
  for (let batch = 0; batch < 20; batch++) {
    const hosts = Array.from({ length: 500 }, (_, index) => {
      const [high, low] = [batch, index].map((part) => part.toString(16).padStart(4, '0'))
      return host(
        '192.168.1.99',
        `02:00:${high?.slice(0, 2)}:${high?.slice(2)}:${low?.slice(0, 2)}:${low?.slice(2)}`,
      )
    })
    system.daemon.emit(observation(hosts))
  }
  await page.getByText(/^10,?000 addresses were there for a moment only/).waitFor()
  expect(await page.getByRole('row').count()).toBe(0)
  const startedMs = Date.now()
  await go(page, 'Status')
  await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
  expect(Date.now() - startedMs).toBeLessThan(2000)
  expect(faults).toEqual([])
})

test('the keyboard reaches the content past the navigation, and focus follows the page', async () => {
  await using watched = await system.signIn()
  const { page } = watched
  // Signing in has moved the focus into the page; a fresh page begins at its top.
  await page.goto('/alerts')
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.getByRole('link', { name: 'Traffic', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Traffic' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
})

test('language and appearance are chosen by the browser, then by the person, and remembered', async () => {
  await using watched = await system.open({ locale: 'id-ID', colorScheme: 'dark' })
  const { page } = watched
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.goto('/')
  await page.getByRole('heading', { name: 'Masuk ke NetWatcher' }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('id')
  const dark = await ground()
  await page.getByRole('button', { name: /^Tampilan/ }).click()
  expect(await ground()).not.toBe(dark)
  await page.getByLabel('Bahasa').selectOption('en')
  await page.getByRole('heading', { name: 'Sign in to NetWatcher' }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Appearance: light' }).waitFor()
})

test('a wide network is scanned after its cost was read, shows its progress, and can be stopped', async () => {
  system.daemon.network = { ip: '10.1.2.3', prefixLength: 16 }
  system.daemon.isScanHeld = true
  await using watched = await system.signIn()
  const { page, faults } = watched
  await go(page, 'Devices')
  await page.getByRole('button', { name: 'Scan network' }).click()
  await page
    .getByText('10.1.0.0/16 (eth0) is wide. Asking all 65,536 addresses takes about 8 minutes')
    .waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  const wide = () => system.daemon.scans.filter(({ allowLarge }) => allowLarge)
  expect(wide()).toEqual([])
  await page.getByRole('button', { name: 'Scan network' }).click()
  await page.getByRole('button', { name: 'Scan all of it' }).click()
  await page.getByRole('progressbar', { name: 'Progress of the scan' }).waitFor()
  await page.getByText(/4,?000 of 65,?534 asked, 1 answered/).waitFor()
  expect(wide()).toHaveLength(1)
  await page.getByRole('button', { name: 'Stop the scan' }).click()
  await page.getByText('The scan was ended before it had asked everybody.').waitFor()
  expect(await page.getByRole('button', { name: 'Scan network' }).isEnabled()).toBe(true)
  expect(faults).toEqual([])
})

test('a network that the daemon never scans is no question, but told with the setting', async () => {
  const said = text('scan_too_wide', { targets: '10.1.0.0/16', limit: 4096 })
  const refusal = {
    code: status.INVALID_ARGUMENT,
    reason: 'TARGET_TOO_WIDE',
    details: render(said, 'en'),
    said,
  }
  Object.assign(system.daemon, {
    network: { ip: '10.1.2.3', prefixLength: 16 },
    maxScanAddresses: 4096,
    isScanHeld: false,
  })
  system.daemon.failures.set('scan', refusal)
  await using watched = await system.signIn()
  const { page, faults } = watched
  await go(page, 'Devices')
  await page.getByRole('button', { name: 'Scan network' }).click()
  await page.getByText('10.1.0.0/16 has more than 4096 addresses').waitFor()
  expect(await page.getByRole('button', { name: 'Scan all of it' }).count()).toBe(0)
  system.daemon.failures.delete('scan')
  expect(faults.filter((fault) => !fault.includes('400'))).toEqual([])
})

test('nothing is said of daemons while there is one; of two, one is looked at', async () => {
  await using one = await system.signIn()
  await go(one.page, 'Status')
  await one.page.getByRole('heading', { name: 'Daemon', exact: true }).waitFor()
  expect(await one.page.getByRole('combobox', { name: 'Daemon' }).count()).toBe(0)
  await using both = await system.another('lab')
  const [lab] = both.others
  if (!lab) throw new Error('no second daemon')
  lab.sensors = [saidBy(lab.daemonId, captureStatus('wlan7'))]
  await using watched = await system.signIn({}, both)
  const { page, faults } = watched
  await go(page, 'Status')
  await page.getByRole('article', { name: 'eth0' }).waitFor()
  await page.getByRole('combobox', { name: 'Daemon' }).selectOption('lab')
  await page.getByRole('article', { name: 'wlan7' }).waitFor()
  expect(await page.getByRole('article', { name: 'eth0' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Stop watching wlan7' }).click()
  await expect.poll(() => lab.calls).toContain('stopCapture')
  expect(both.daemon.calls).not.toContain('stopCapture')
  expect(faults).toEqual([])
})

const LOADED = { timeout: 10_000 }

const PAGES = [
  '/',
  '/devices',
  `/devices/${PRINTER}`,
  `/devices/${PRINTER}?tab=traffic`,
  `/devices/${PRINTER}?tab=timeline`,
  `/devices/${PRINTER}?tab=alerts`,
  `/devices/${PRINTER}?tab=details`,
  '/devices/import',
  '/devices/snapshots',
  '/traffic',
  '/traffic?view=records',
  '/alerts?acknowledged=all',
  '/incidents?state=all',
  `/alerts/${'a'.repeat(32)}`,
  '/firewall',
  '/status',
  '/status/notifications',
]

test.each([
  ['wide and light', { colorScheme: 'light' }],
  ['wide and dark', { colorScheme: 'dark' }],
  ['a phone in Indonesian', { colorScheme: 'dark', locale: 'id-ID', viewport: { width: 360, height: 740 } }],
] as const)('every page is accessible and without faults: %s', async (_name, options) => {
  const { daemon } = system
  daemon.sensors = [captureStatus('eth0'), { ...captureStatus('wlan0'), vantage: 4, dropped: 500n }]
  daemon.emit(observation([host('192.168.1.21', PRINTER)]))
  daemon.emit(traffic([trafficRow({ deviceMac: PRINTER })]))
  daemon.emit(alertEvent())
  daemon.emit(gap())
  await using watched = await system.open(options)
  const { page, faults } = watched
  await page.goto('/')
  await page.locator('form input').waitFor()
  expect(await auditPage(page)).toEqual([])
  await page.goto(system.app.loginLink())
  await page.locator('nav.pages').waitFor()
  for (const path of PAGES) {
    await page.goto(path)
    await page.locator('main h1').waitFor()
    await page.waitForLoadState('load')
    await expect.poll(() => page.locator('.loading').count(), LOADED).toBe(0)
    expect([...(await auditPage(page)), ...(await axeFaults(page))], path).toEqual([])
  }
  expect(faults).toEqual([])
})
