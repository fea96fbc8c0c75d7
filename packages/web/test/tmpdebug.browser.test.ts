/**
 * The pages in Chromium, on the real web app over a fake daemon: signing in,
 * what comes live, blocking with its typed confirmation, losing the daemon,
 * and on every page the checks that hold for all of them.
 */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  alertEvent,
  captureStatus,
  host,
  observation,
  traffic,
  trafficRow,
} from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { launchBrowser, openPage, type WatchedPage } from './support/browser.js'
import { buildUi, type FakeSystem, startFakeSystem } from './support/fake-system.js'

const PRINTER = 'aa:bb:cc:dd:ee:21'
const HOSTILE_NAME = '<img src=x onerror=document.title=1>'

let browser: Browser
let ui: Awaited<ReturnType<typeof buildUi>>

beforeAll(async () => {
  ui = await buildUi()
  browser = await launchBrowser()
})

afterAll(() => browser?.close())

let system: FakeSystem

beforeEach(async () => {
  system = await startFakeSystem(ui)
  return () => system[Symbol.asyncDispose]()
})

async function signIn(options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, system.app.url, options)
  await watched.page.goto(system.app.loginLink())
  const log: string[] = []
  watched.page.on('response', (r) => log.push(`${r.status()} ${r.request().method()} ${r.url()}`))
  watched.page.on('requestfailed', (r) => log.push(`FAILED ${r.failure()?.errorText} ${r.url()}`))
  await watched.page.getByRole('status').getByText('Live', { exact: true }).waitFor({ state: 'attached', timeout: 6000 }).catch(async (e) => {
    console.log(watched.faults, log, watched.page.url(), await watched.page.innerText('body'))
    throw e
  })
  return watched
}

function go(page: Page, name: string): Promise<void> {
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
}

function seeDevices(count: number): void {
  const hosts = Array.from({ length: count }, (_, index) =>
    host(`192.168.1.${index + 10}`, `aa:bb:cc:00:00:${(index + 16).toString(16)}`),
  )
  system.daemon.emit(observation(hosts))
}

test.each(Array.from({length:25},(_, i)=>i))('%d the keyboard reaches the content past the navigation, and focus follows the page', async () => {
  await using watched = await signIn()
  const { page } = watched
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.getByRole('link', { name: 'Alerts', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
})

