/**
 * Every page with what a real network and an attack have filled it with: it fits
 * every width in both languages, and the filters of the incidents are kept in
 * the address.
 */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../../daemon/src/lab/attacks.js'
import { DEVICES } from '../../daemon/src/lab/home-network.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'
import { overflows } from './support/looks.js'

const SOON = { timeout: 20_000 }
const LOADED = { timeout: 60_000 }
const [LAPTOP] = DEVICES

let system: HomeSystem
let page: Page
let incident: string

beforeAll(async () => {
  system = await startHomeSystem(5095, 'mirror')
  page = system.watched.page
  const attack = ATTACKS['arp-spoof']
  if (!attack) throw new Error('the lab has lost its first attack')
  const processes = await attack.start(system.network.lab)
  await page.goto('/incidents')
  const link = page.getByRole('region', { name: 'Critical' }).getByRole('link').first()
  await link.waitFor(SOON)
  incident = (await link.getAttribute('href')) ?? ''
  await stopAttack(system.network.lab, processes)
})

afterAll(() => system?.[Symbol.asyncDispose]())

test('the filters of the incidents survive a reload, and Back and Forward go through them', async () => {
  await page.goto('/incidents')
  const all = page.getByRole('button', { name: 'All', exact: true })
  const severity = page.getByLabel('Severity')
  await all.click()
  await page.waitForURL(/state=all/)
  await severity.selectOption('critical')
  await page.waitForURL(/severity=critical/)
  await page.reload()
  await page.getByRole('region', { name: 'Critical' }).getByRole('link').first().waitFor(SOON)
  expect(await all.getAttribute('aria-pressed')).toBe('true')
  expect(await severity.inputValue()).toBe('critical')
  await page.goBack()
  await expect.poll(() => severity.inputValue()).toBe('')
  await page.goBack()
  await expect.poll(() => all.getAttribute('aria-pressed')).toBe('false')
  await page.goForward()
  await expect.poll(() => all.getAttribute('aria-pressed')).toBe('true')
  await page.goForward()
  await expect.poll(() => severity.inputValue()).toBe('critical')
})

const DEVICE_TABS = ['now', 'traffic', 'timeline', 'alerts', 'details']
const pages = () => [
  '/',
  '/devices',
  ...DEVICE_TABS.map((tab) => `/devices/${LAPTOP.mac}?tab=${tab}`),
  '/devices/import',
  '/devices/snapshots',
  ...['destinations', 'domains', 'devices', 'records'].map((view) => `/traffic?view=${view}`),
  '/incidents?state=all',
  incident,
  '/alerts?acknowledged=all',
  incident.replace('incidents', 'alerts'),
  `/firewall?target=${LAPTOP.ip}`,
  '/status',
  '/status/notifications',
]

test.each(['en', 'id'])('every page fits every width: %s', { timeout: 300_000 }, async (language) => {
  await page.goto('/')
  await page.getByLabel(/^(Language|Bahasa)$/).selectOption(language)
  const found: string[] = []
  for (const path of pages()) {
    await page.goto(path)
    await page.locator('main h1').waitFor()
    await expect.poll(() => page.locator('.loading, .skeleton').count(), LOADED).toBe(0)
    found.push(...(await overflows(page)).map((fault) => `${path}: ${fault}`))
  }
  expect(found).toEqual([])
})

test('nothing went wrong meanwhile, and nobody else was asked', () => {
  expect(system.watched.faults).toEqual([])
})
