/**
 * Every page, on real packets, when something behind it goes away and comes back:
 * while the daemon is gone, while the web app is gone, and when both are there
 * again. Each page stays open in a browser of its own meanwhile, as browsers open
 * only a few connections to one server.
 */

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../../daemon/src/lab/attacks.js'
import { DEVICES } from '../../daemon/src/lab/home-network.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'
import type { AlertsResponse } from '../src/contract/alerts.js'
import type { IncidentsResponse } from '../src/contract/incidents.js'
import { PATHS, type Path } from '../src/ui/app/paths.js'
import { addressOf, type Ids } from './support/all-pages.js'
import { openPage, type WatchedPage } from './support/browser.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'

/** All pages at once take their time on a machine that does other things. */
const SOON = { timeout: 45_000 }
const [LAPTOP] = DEVICES
const AWAY = 'Not now: the daemon that does it cannot be reached.'

interface Shown {
  /** What is stored, and stays. */
  kept: string | RegExp
  /** Buttons that only the daemon can serve. */
  needs?: (string | RegExp)[]
  /** In the place of what only the daemon knows, when it is gone before the page is opened. */
  unknown?: string
}

const UNKNOWN = 'Not known while the daemon cannot be reached'

const SHOWN: Record<Path, Shown> = {
  '/': { kept: /^Here now: [1-9]/, needs: ['Scan network'], unknown: UNKNOWN },
  '/devices': { kept: LAPTOP.mac, needs: ['Scan network'] },
  '/devices/import': { kept: 'Devices out of a file of another program' },
  '/devices/snapshots': { kept: /^[1-9]\d* devices?$/, needs: ['Take a snapshot'] },
  '/devices/:id': { kept: LAPTOP.ip },
  '/traffic': { kept: /^[1-9][\d.]* k?M?B received/ },
  '/alerts': { kept: /impersonated/ },
  '/alerts/:id': { kept: 'What happened' },
  '/incidents': { kept: /impersonated/ },
  '/incidents/:id': { kept: /impersonated/ },
  '/firewall': { kept: 'Protection', needs: ['Show what it would do', /^Unpin/], unknown: UNKNOWN },
  '/status': { kept: 'Kept for', needs: ['Stop watching eth0'], unknown: UNKNOWN },
  '/status/notifications': { kept: 'Journal of this machine', needs: ['Start the drill'] },
}

let system: HomeSystem
let ids: Ids
const open = new Map<Path, WatchedPage>()

beforeAll(async () => {
  system = await startHomeSystem(5096, 'mirror')
  ids = { device: LAPTOP.mac, ...(await attackOnce()) }
  await system.tell('/api/channels', { name: 'Here', settings: { type: 'journal' } })
  await system.tell('/api/bindings', { ip: LAPTOP.ip, mac: LAPTOP.mac })
  await system.tell('/api/clients/persist', {})
  const { page } = system.watched
  const browser = page.context().browser()
  if (!browser) throw new Error('the browser has gone')
  const session = await page.context().storageState()
  for (const path of PATHS) open.set(path, await openTab(browser, path, { storageState: session }))
}, 300_000)

afterAll(async () => {
  await system?.[Symbol.asyncDispose]()
})

async function openTab(browser: Browser, path: Path, options: BrowserContextOptions): Promise<WatchedPage> {
  const watched = await openPage(browser, system.web.url, options)
  await watched.page.goto(addressOf(path, ids))
  return watched
}

/** Leaves an incident behind. */
async function attackOnce(): Promise<Pick<Ids, 'alert' | 'incident'>> {
  const attack = ATTACKS['arp-spoof']
  if (!attack) throw new Error('the lab has lost its first attack')
  const processes = await attack.start(system.network.lab)
  let incident = ''
  const isTold = async () => {
    const { incidents } = await system.ask<IncidentsResponse>('/api/incidents?severity=critical')
    incident = incidents[0]?.id ?? ''
    return incident !== ''
  }
  await waitUntil(isTold, 60_000, () => 'nobody told of the attack')
  await stopAttack(system.network.lab, processes)
  const { alerts } = await system.ask<AlertsResponse>(`/api/alerts?incident=${incident}`)
  return { incident, alert: alerts[0]?.id ?? '' }
}

/** On all pages at once; what is wrong is told with the path of its page. */
async function onEach(check: (page: Page, shown: Shown) => Promise<unknown>): Promise<void> {
  const faultOf = ([path, { page }]: [Path, WatchedPage]) =>
    check(page, SHOWN[path]).then(
      () => '',
      (error: unknown) => `${path}: ${String(error).slice(0, 600)}`,
    )
  const found = await Promise.all([...open].map(faultOf))
  expect(found.filter((fault) => fault !== '')).toEqual([])
}

const pill = (page: Page) => page.getByRole('banner').getByRole('status')
/** Besides what is announced of the network, which stands beside the page. */
const errors = (page: Page) => page.getByRole('main').getByRole('alert')
const isThere = (page: Page, what: string | RegExp) =>
  page.getByRole('main').getByText(what).filter({ visible: true }).first().waitFor(SOON)

async function isWatching(page: Page): Promise<void> {
  await pill(page).getByText('Watching', { exact: true }).waitFor(SOON)
  for (const banner of ['The daemon cannot be reached.', 'The live connection is interrupted.']) {
    await page.getByText(banner).waitFor({ state: 'detached', ...SOON })
  }
}

test('with everything there each page shows what there is, and its buttons work', async () => {
  await onEach(async (page, { kept, needs = [] }) => {
    await isWatching(page)
    await isThere(page, kept)
    for (const name of needs) {
      const button = page.getByRole('button', { name }).first()
      await button.waitFor(SOON)
      expect(await button.getAttribute('title')).toBeNull()
    }
  })
})

test('without the daemon what is stored stays, and buttons that need it say why they are off', async () => {
  await system.netwatcherd.process.stop()
  const isTold = async (page: Page) => {
    await isThere(page, 'The daemon cannot be reached.')
    await pill(page).getByText('Not watching: the daemon is out of reach').waitFor(SOON)
  }
  await onEach(async (page, { kept, needs = [] }) => {
    await isTold(page)
    await isThere(page, kept)
    for (const name of needs) {
      const button = page.getByRole('button', { name }).first()
      // What only a sensor has went with it.
      if ((await button.count()) === 0) continue
      expect([await button.isDisabled(), await button.getAttribute('title')]).toEqual([true, AWAY])
    }
  })
  await onEach(async (page, { kept, unknown }) => {
    await page.reload()
    await isTold(page)
    await isThere(page, kept)
    if (unknown) await isThere(page, unknown)
    await expect.poll(() => page.locator('.loading').count(), SOON).toBe(0)
    const says = await page.getByRole('main').textContent()
    expect(says).not.toMatch(/Nothing is blocked|No interface is watched|No address is pinned/)
    expect((await errors(page).allTextContents()).join()).toBe('')
  })
})

test('when the daemon is back every page is as it was, by itself', async () => {
  await system.netwatcherd.restart()
  await onEach(async (page, { kept, needs = [] }) => {
    await isWatching(page)
    await isThere(page, kept)
    for (const name of needs) {
      const button = page.getByRole('button', { name }).first()
      await expect.poll(() => button.getAttribute('title'), SOON).toBeNull()
    }
  })
})

test('without the web app every page keeps what it had and says that it is old', async () => {
  system.web.child.kill('SIGKILL')
  await system.web.exited
  await onEach(async (page, { kept }) => {
    await isThere(page, 'The live connection is interrupted.')
    await pill(page).getByText('This page is disconnected').waitFor(SOON)
    await isThere(page, kept)
  })
})

test('when the web app is back every page goes on, by itself', async () => {
  await system.restartWeb()
  await onEach(async (page, { kept }) => {
    await isWatching(page)
    await isThere(page, kept)
    await expect.poll(() => errors(page).count(), SOON).toBe(0)
  })
})

test('nothing went wrong meanwhile that was not made to, and nobody else was asked', () => {
  const { origin } = new URL(system.web.url)
  // 408: of a process that was stopped while it was asked, or had no turn for long.
  const lost = /net::ERR_|408|50[234]/
  const faults = [...open.values()].flatMap((watched) => watched.faults)
  expect(faults.filter((fault) => !(lost.test(fault) && fault.includes(origin)))).toEqual([])
})
