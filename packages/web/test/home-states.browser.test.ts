/**
 * Home in every state it can be in, on real packets: while it loads, with
 * nobody there, with all well, under attack, without the daemon, without the
 * web app, and when both are back.
 */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../../daemon/src/lab/attacks.js'
import { ATTACKER, DEVICES } from '../../daemon/src/lab/home-network.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'
import { barriers } from './support/looks.js'

const SOON = { timeout: 20_000 }
const [LAPTOP] = DEVICES

let system: HomeSystem
let page: Page

beforeAll(async () => {
  system = await startHomeSystem(5094, 'mirror')
  page = system.watched.page
})

afterAll(() => system?.[Symbol.asyncDispose]())

const card = (name: string | RegExp) => page.getByRole('region', { name })
const line = (title: string | RegExp) => card('State of the network').getByRole('status').getByText(title)

test('with all well it says so in both lines, and shows who is here and what flows', async () => {
  await line('Watching eth0').waitFor(SOON)
  await line('No threat is known').waitFor(SOON)
  await card(/^Here now: [1-9]/)
    .getByText('Dell', { exact: false })
    .waitFor(SOON)
  await page.getByRole('img', { name: /five minutes, at most [1-9]/ }).waitFor(SOON)
  await card('The last 24 hours').getByText('came for the first time').first().waitFor(SOON)
  // Nobody of this home leaves it.
  const visited = card('Most visited in the last hour')
  await visited.getByText(/^Not among them: .*This network [1-9]/).waitFor({ timeout: 40_000 })
  await visited.getByText('Nothing went to the internet in this time').waitFor(SOON)
  expect(await visited.getByRole('listitem').count()).toBe(0)
})

test('while it loads it shows neither zeros nor that all is well', async () => {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(/\/api\/(?!session|status|events)/, async (route) => {
    await held
    await route.continue()
  })
  await page.reload()
  await line('Watching eth0').waitFor(SOON)
  expect(await card('State of the network').locator('.skeleton').count()).toBeGreaterThan(0)
  expect(await line('No threat is known').count()).toBe(0)
  expect(await page.getByRole('region', { name: /0$/ }).count()).toBe(0)
  expect(await page.getByText('Nobody is here').count()).toBe(0)
  letGo()
  await line('No threat is known').waitFor(SOON)
  await page.unroute(/\/api\/(?!session|status|events)/)
})

test('an attack is told by who stands between whom, and is blocked from here', async () => {
  const attack = ATTACKS['arp-spoof']
  if (!attack) throw new Error('the lab has lost its first attack')
  const processes = await attack.start(system.network.lab)
  try {
    await line(/^1 incident/).waitFor(SOON)
    const incident = page
      .getByRole('list', { name: 'Incidents' })
      .getByRole('listitem')
      .filter({ hasText: ATTACKER.mac })
    await incident.getByRole('link', { name: 'Investigate' }).waitFor()
    await incident.getByRole('link', { name: /^Block/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Protection' }).waitFor()
    expect(await card('Block a device or an address').getByLabel('Whom').inputValue()).toContain(ATTACKER.mac)
    await page.goBack()
    await line('Watching eth0').waitFor(SOON)
    expect(await barriers(page)).toEqual([])
  } finally {
    await stopAttack(system.network.lab, processes)
  }
})

test('without the daemon what is stored stays, and nothing says that it watches', async () => {
  await system.netwatcherd.process.stop()
  await line('NetWatcher is not watching').waitFor(SOON)
  await page.getByRole('banner').getByText('Not watching: the daemon is out of reach').waitFor(SOON)
  await page.reload()
  await line('NetWatcher is not watching').waitFor(SOON)
  await card(/^Here now/).waitFor()
  await card('The last 24 hours').getByText('came for the first time').first().waitFor(SOON)
  expect(await line('Watching eth0').count()).toBe(0)
  await system.netwatcherd.restart()
  await line('Watching eth0').waitFor(SOON)
})

test('without the web app the page keeps what it had and says that it is old', async () => {
  system.web.child.kill('SIGKILL')
  await system.web.exited
  await line('This page is disconnected').waitFor(SOON)
  await card(/^Here now: [1-9]/).waitFor()
  await system.restartWeb()
  await line('Watching eth0').waitFor({ timeout: 40_000 })
  await page.getByRole('banner').getByText('Watching', { exact: true }).waitFor({ state: 'attached' })
  await system.network.lab.check(LAPTOP.name, ['ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:98'])
  await card('The last 24 hours').getByText('came for the first time').first().waitFor(SOON)
})

test('nothing went wrong meanwhile that was not made to, and nobody else was asked', () => {
  const { origin } = new URL(system.web.url)
  const lost = /net::ERR_|50[234]/
  expect(system.watched.faults.filter((fault) => !(lost.test(fault) && fault.includes(origin)))).toEqual([])
})
