/**
 * What the page says of itself and of the network is so: whether anything is
 * watched, what is new, who may be believed, and where Back leads. The real web
 * app over a fake daemon, in Chromium.
 */

import { CAPTURE_STATE } from '@netwatcher/shared/names'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  alertEvent,
  captureStatus,
  host,
  observation,
  saidBy,
  traffic,
  trafficRow,
} from '../src/daemon/fake-messages.js'
import { fakePages } from './support/fake-pages.js'

const HOLDER = 'aa:bb:cc:dd:ee:01'

const system = fakePages()

const pill = (page: Page) => page.locator('header').getByRole('status')

function emitSensor(name: string, state: 'running' | 'stopped'): void {
  const value = { ...captureStatus(name), state: CAPTURE_STATE[state] }
  system.daemon.emit({ $case: 'capture', value: saidBy(system.daemon.daemonId, value) })
}

function newAlert(id: string, change: Parameters<typeof alertEvent>[0] = {}): void {
  const now = BigInt(Date.now())
  system.daemon.emit(alertEvent({ id: id.repeat(32), firstSeenMs: now, lastSeenMs: now, ...change }))
}

test('it says that it is watching only while the stream, the daemon and every sensor work', async () => {
  await using watched = await system.signIn()
  const { page } = watched
  emitSensor('wlan0', 'running')
  emitSensor('wlan0', 'stopped')
  await pill(page).getByText('Not watching wlan0').waitFor()
  await page.getByText('Sees nothing now: its sensor does not run.').waitFor()
  emitSensor('eth0', 'stopped')
  await pill(page).getByText('Not watching: no sensor runs').waitFor()
  system.daemon.kill()
  await pill(page).getByText('Not watching: the daemon is out of reach').waitFor()
})

test('each new alert is announced in its turn, and none again by a reload', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  const announced = page.getByRole('alert').getByRole('link')
  newAlert('b')
  await announced.filter({ hasText: 'Address impersonated' }).waitFor()
  newAlert('c', { severity: 2, kind: 'mac_flood' })
  await page.getByRole('alert').getByText('and 1 more').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await announced.filter({ hasText: 'Switch flooded with addresses' }).waitFor()
  await page.reload()
  await pill(page).getByText('Watching', { exact: true }).waitFor()
  newAlert('c', { severity: 2, kind: 'mac_flood', count: 9n, firstSeenMs: BigInt(Date.now() - 60_000) })
  newAlert('d', { severity: 2, kind: 'rogue_dhcp' })
  await announced.waitFor()
  expect(await announced.textContent()).not.toContain('Switch flooded with addresses')
  expect(await page.getByRole('alert').getByText('more').count()).toBe(0)
  expect(faults).toEqual([])
})

test('only the holder of an address can be pinned, after a question that names it', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(observation([host('192.168.1.1', HOLDER)]))
  newAlert('b')
  await page.goto(`/alerts/${'b'.repeat(32)}`)
  const parties = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Pin / }) })
  await parties.waitFor()
  expect(await parties.count()).toBe(1)
  expect(await parties.textContent()).toContain(HOLDER)
  await parties.getByRole('button', { name: /^Pin / }).click()
  await page.getByText(/^From now on 192\.168\.1\.1 belongs to .*aa:bb:cc:dd:ee:01.* alone\?$/).waitFor()
  expect(system.daemon.calls).not.toContain('pinBinding')
  await page.getByRole('button', { name: 'Pin', exact: true }).click()
  await expect.poll(() => system.daemon.calls).toContain('pinBinding')
  expect(faults).toEqual([])
})

test('Back undoes a filter, and a page that is not there gives way to the last one', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(observation([host('192.168.1.21', HOLDER)]))
  await page.goto('/devices?page=99')
  await page.getByRole('row').nth(1).waitFor()
  await page.getByText('1–1 of 1').waitFor()
  await page.getByLabel('Presence').selectOption('offline')
  await page.waitForURL(/presence=offline/)
  await page.goBack()
  await page.waitForURL((url) => !url.search.includes('presence'))
  await page.getByRole('row').nth(1).waitFor()
  expect(faults).toEqual([])
})

test('what flowed before the page was opened is in its chart', async () => {
  await using first = await system.signIn()
  system.daemon.emit(traffic([trafficRow({ deviceMac: HOLDER, rxBytes: 600_000n })]))
  await first.page.goto('/traffic')
  await first.page.getByRole('row').nth(1).waitFor()
  await first.page.goto('/')
  await first.page.getByRole('img', { name: /five minutes, at most [1-9]/ }).waitFor()
  expect(first.faults).toEqual([])
})

test('a channel is added on its page, tried, and what came of that is said', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/status')
  await page.getByRole('link', { name: 'Notifications' }).click()
  await page.getByRole('heading', { level: 1, name: 'Notifications' }).waitFor()
  await page.getByLabel('Type').selectOption('webhook')
  await page.getByLabel('Name').fill('Door bell')
  await page.getByLabel('Address (https://…)').fill('http://127.0.0.1:9/')
  await page.getByRole('button', { name: 'Add the channel' }).click()
  const row = page.getByRole('listitem').filter({ hasText: 'Door bell' })
  await row.getByRole('button', { name: 'Try it' }).click()
  await row.getByText(/^Not accepted: .*local_targets/).waitFor()
  await row.getByText('What it tells, and when').click()
  await row.getByLabel('new devices').check()
  await row.getByLabel('Incidents from').selectOption('critical')
  await row
    .getByRole('group', { name: /^Quiet hours/ })
    .getByLabel('Set')
    .check()
  await row.getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(() => row.getByRole('button', { name: 'Save' }).isDisabled(), { timeout: 10_000 })
    .toBe(true)
  await page.reload()
  await row.getByText('What it tells, and when').click()
  expect(await row.getByLabel('new devices').isChecked()).toBe(true)
  expect(await row.getByLabel('Until').inputValue()).toBe('07:00')
  await row.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nobody is told outside this page').waitFor()
  expect(faults).toEqual([])
})
