/**
 * A new user's first minutes, on real packets: the list of what is to be done
 * once is gone through from its top, each step by what it does to the network,
 * and it leaves when the last is done.
 */

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKER, GATEWAY } from '../../daemon/src/lab/home-network.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'
import { barriers, overflows } from './support/looks.js'

/** That nobody has asked the network before the button is pressed. */
const NO_REGULAR_SCANS = '[discovery]\nscan_every_minutes = 0\n'
const SOON = { timeout: 20_000 }

let system: HomeSystem
let page: Page
let list: Locator

beforeAll(async () => {
  system = await startHomeSystem(5092, 'mirror', NO_REGULAR_SCANS)
  page = system.watched.page
  list = page.getByRole('region', { name: 'Getting started' })
})

afterAll(() => system?.[Symbol.asyncDispose]())

const step = (name: string) => list.getByRole('listitem').filter({ hasText: name })
const isDone = (name: string) => step(name).getByText('Done', { exact: true }).waitFor(SOON)

test('what is watched is done from the start, and says what can be seen from here', async () => {
  await isDone('Watch the network')
  await list.getByText('1 of 6 done').waitFor(SOON)
  await list.getByRole('button', { name: 'Show: Watch the network' }).click()
  await step('Watch the network').getByText('eth0').waitFor()
  expect(await step('Scan once').getByText('To do', { exact: true }).count()).toBe(1)
})

test('a scan asks everybody, and the step is done', async () => {
  await page.getByRole('button', { name: 'Scan network' }).click()
  await isDone('Scan once')
  await list.getByRole('button', { name: 'Show: Say which devices are yours' }).click()
  await page.getByLabel(`Name of ${GATEWAY.ip}`, { exact: true }).waitFor(SOON)
  await page.getByLabel(`Name of ${ATTACKER.ip}`, { exact: true }).waitFor(SOON)
})

test('it fits every width and keeps nobody out, with its table open', async () => {
  expect(await overflows(page)).toEqual([])
  expect(await barriers(page)).toEqual([])
})

test('devices are named and vouched for in one table', async () => {
  await page.getByLabel(`Name of ${ATTACKER.ip}`).fill('Guest laptop')
  await list.getByRole('button', { name: 'All mine' }).click()
  expect(await page.getByRole('checkbox', { name: 'Guest laptop is mine' }).isChecked()).toBe(true)
  await list.getByRole('button', { name: /^Save, \d+ yours$/ }).click()
  await list.getByText('Nobody is left to vouch for').waitFor(SOON)
  await isDone('Say which devices are yours')
  await page
    .getByRole('region', { name: /^Here now/ })
    .getByText('Guest laptop')
    .waitFor(SOON)
  await expect.poll(() => page.getByText('new', { exact: true }).count(), SOON).toBe(0)
})

test('the router that was seen is confirmed and pinned', async () => {
  await list.getByRole('button', { name: 'Show: Confirm and pin the router' }).click()
  const router = step('Confirm and pin the router')
  await router.getByText(GATEWAY.mac).waitFor(SOON)
  await router.getByRole('button', { name: /^Pin/ }).click()
  await router.getByText(new RegExp(`^From now on ${GATEWAY.ip} belongs to`)).waitFor()
  await router.getByRole('button', { name: 'Pin', exact: true }).click()
  await isDone('Confirm and pin the router')
})

test('a channel and a drill are the last steps, and then the list is gone', async () => {
  await list.getByRole('button', { name: 'Show: Be told outside this page' }).click()
  await list.getByRole('link', { name: 'Notifications' }).click()
  await page.getByLabel('Type').selectOption('journal')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('This machine')
  await page.getByRole('button', { name: 'Add the channel' }).click()
  await page.getByRole('listitem').filter({ hasText: 'This machine' }).waitFor(SOON)
  await page.getByText(/^Nobody is told outside this page: a journal/).waitFor(SOON)
  await page.getByLabel('Type').selectOption('webhook')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Elsewhere')
  await page.getByLabel(/^Address/).fill('http://127.0.0.1:9/')
  await page.getByRole('button', { name: 'Add the channel' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Elsewhere' }).waitFor(SOON)
  await page.goBack()
  await isDone('Be told outside this page')
  await list.getByText('5 of 6 done').waitFor(SOON)
  await list.getByRole('button', { name: 'Show: Make a fire drill' }).click()
  await list.getByRole('link', { name: 'Fire drill' }).click()
  await page.getByRole('button', { name: 'Start the drill' }).click()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'An alert was raised' })
    .getByText(/^after/)
    .waitFor(SOON)
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('region', { name: /^Here now/ }).waitFor(SOON)
  await expect.poll(() => list.count(), SOON).toBe(0)
})

test('nothing went wrong meanwhile, and nobody else was asked', () => {
  expect(system.watched.faults).toEqual([])
})
