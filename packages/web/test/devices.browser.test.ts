/**
 * The list of devices on real packets: a device at the side, many at once, tiles
 * instead of rows, and filters that the browser's own buttons lead through.
 */

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DEVICES, GATEWAY } from '../../daemon/src/lab/home-network.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'
import { barriers, gapBetween, overflows } from './support/looks.js'

const SOON = { timeout: 20_000 }
const [LAPTOP, , TV, NAS] = DEVICES

let system: HomeSystem
let page: Page

beforeAll(async () => {
  system = await startHomeSystem(5093, 'mirror')
  page = system.watched.page
})

afterAll(() => system?.[Symbol.asyncDispose]())

beforeEach(async () => {
  await page.goto('/devices')
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
})

const row = (mac: string) => page.getByRole('row').filter({ hasText: mac })
const chip = (name: string) => page.getByRole('group', { name: 'Only these' }).getByRole('button', { name })
const isPressed = (button: Locator) => expect.poll(() => button.getAttribute('aria-pressed'), SOON)

test('a device is looked at beside the list, by click or key, and leads to its page', async () => {
  const look = row(NAS.mac).getByRole('button', { name: / at the side$/ })
  await look.waitFor(SOON)
  await look.press('Enter')
  const panel = page.getByRole('dialog')
  await panel.getByText(NAS.mac, { exact: true }).waitFor()
  await panel.getByText(NAS.ip, { exact: true }).waitFor()
  expect(await barriers(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  expect(await look.evaluate((button) => button === document.activeElement)).toBe(true)
  await row(NAS.mac).getByText(NAS.ip).last().click()
  await panel.getByLabel('Trust').selectOption('known')
  await panel.getByRole('button', { name: 'Close' }).click()
  await row(NAS.mac)
    .getByText('New', { exact: true })
    .waitFor({ state: 'detached', ...SOON })
  await row(NAS.mac).getByText(NAS.ip).last().click()
  await panel.getByRole('link', { name: 'Open its page' }).click()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByText('Trust New → Yours').waitFor(SOON)
})

test('what is done to several at once is done to these alone', async () => {
  for (const { mac } of [LAPTOP, TV]) {
    await row(mac)
      .getByRole('checkbox', { name: /^Select / })
      .check()
  }
  const bar = page.getByRole('region', { name: '2 selected' })
  expect(await barriers(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
  await page.setViewportSize({ width: 1440, height: 480 })
  const last = page.getByRole('checkbox', { name: /^Select / }).last()
  await last.scrollIntoViewIfNeeded()
  const gap = await gapBetween(bar.getByRole('button', { name: 'Select none' }), last)
  expect(gap.down).toBeLessThan(480)
  expect(gap.across).toBeLessThan(160)
  expect((await bar.boundingBox())?.y).toBeGreaterThanOrEqual(0)
  await page.setViewportSize({ width: 1440, height: 900 })
  await bar.getByRole('button', { name: 'Forget …' }).click()
  await bar.getByText(/^Delete 2 devices with their traffic/).waitFor()
  await bar.getByRole('button', { name: 'Cancel' }).click()
  await bar.getByRole('textbox', { name: 'Add a tag' }).fill('living room')
  await page.keyboard.press('Enter')
  await bar.waitFor({ state: 'detached', ...SOON })
  await page.getByRole('searchbox').fill('living room')
  await page.getByText('1–2 of 2').waitFor(SOON)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await bar.getByRole('button', { name: 'Ignore', exact: true }).click()
  await page.getByText('No device matches').waitFor(SOON)
  await chip('Ignored').click()
  await page.getByText('1–2 of 2').waitFor(SOON)
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
  await bar.getByRole('button', { name: 'Mark as yours' }).click()
  await page.getByText('No device matches').waitFor(SOON)
  await chip('Ignored').click()
  await page.getByText('1–2 of 2').waitFor(SOON)
  expect(await page.getByRole('row').getByText('New', { exact: true }).count()).toBe(0)
})

test('the tiles say the same as the rows, and are still there after a reload', async () => {
  await page.getByRole('button', { name: 'Grid' }).click()
  const tile = page.getByRole('listitem').filter({ hasText: GATEWAY.ip }).filter({ hasText: 'Gateway' })
  await tile.waitFor(SOON)
  expect(await tile.getByText('Online').count()).toBe(1)
  expect(await page.getByRole('table').count()).toBe(0)
  expect(await barriers(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
  await page.reload()
  await tile.waitFor(SOON)
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await page.getByRole('table').waitFor()
})

test('every filter survives a reload, and Back and Forward go through them', async () => {
  const presence = page.getByLabel('Presence')
  const shown = page.getByLabel('Ignored and archived')
  await chip('New').click()
  await page.waitForURL(/trust=new/)
  await presence.selectOption('online')
  await page.waitForURL(/presence=online/)
  await isPressed(chip('Online')).toBe('true')
  await shown.selectOption('all')
  await page.waitForURL(/shown=all/)
  await page.getByRole('button', { name: 'Name', exact: true }).click()
  await page.waitForURL(/sort=name/)
  await page.reload()
  await page.getByRole('columnheader', { name: 'Name' }).and(page.locator('[aria-sort=ascending]')).waitFor()
  expect(await presence.inputValue()).toBe('online')
  expect(await shown.inputValue()).toBe('all')
  await isPressed(chip('New')).toBe('true')
  for (const gone of ['sort', 'shown', 'presence', 'trust']) {
    await page.goBack()
    await page.waitForURL((url) => !url.searchParams.has(gone))
  }
  await isPressed(chip('New')).toBe('false')
  await page.goForward()
  await isPressed(chip('New')).toBe('true')
  await page.goForward()
  await expect.poll(() => presence.inputValue()).toBe('online')
})

test('the link to the list takes away what was searched for', async () => {
  await page.getByRole('searchbox').fill('nobody has this name')
  await page.getByText('No device matches').waitFor(SOON)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Devices' }).click()
  await row(NAS.mac).waitFor(SOON)
  expect(await page.getByRole('searchbox').inputValue()).toBe('')
  // Longer than the pause after which a typed word is searched for.
  await page.waitForTimeout(1000)
  expect(new URL(page.url()).search).toBe('')
})

test('nothing went wrong meanwhile, and nobody else was asked', () => {
  expect(system.watched.faults).toEqual([])
})
