/**
 * `npm run bench -- page`: how the pages feel with 10 000 devices, in Chromium:
 * when something is to be seen, the longest task that keeps a page from
 * answering while it loads and while it is used, how even its frames are, and
 * how soon an alert stands on an open page (`latency` measures the way from the
 * frame to it). The web app is the real one, the daemon a fake one that tells of
 * traffic and devices all the while. Fails when a limit is not kept.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeDaemon } from '../packages/web/dist/daemon/fake-daemon.js'
import { alertEvent, host, observation, traffic } from '../packages/web/dist/daemon/fake-messages.js'
import { openStore } from '../packages/web/dist/storage/store.js'
import { openChromium, signIn, traceTasks, watchFrames } from './support/chromium.mjs'
import { formatTable, Load, lanIp, macOf, percentile, trafficRow } from './support/load.mjs'
import { readBuiltUi, startWebApp } from './support/web-app.mjs'

const DEVICES = 10_000
const ALERTS = 1_000
const MINUTE_MS = 60_000
/** Tasks are judged by their CPU: a loaded machine makes every one long by the clock. */
const LIMITS = { paintMs: 1_500, cpuMs: 100, longShare: 0.05, alertMs: 2_000 }
const LONG_FRAME_MS = 50
/** The last is the list in another order, far from its beginning. */
const PAGES = [
  '/',
  '/devices',
  '/traffic',
  '/alerts?acknowledged=all',
  '/incidents',
  '/devices?sort=name&page=100',
]
const SETTLE_MS = 1_000
const TELL_EVERY_MS = 250
/** Of a second fewer than the page is told one by one (`live/publisher.ts`). */
const TOLD_AT_ONCE = 40
const SCROLL = 'scroll by the wheel'
const WHEEL = { steps: 80, pixels: 120, stepMs: 33 }

export async function run({ log, rounds = 5 }) {
  const folder = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const daemon = new FakeDaemon(join(folder, 'netwatcherd.sock'))
  const stateDir = join(folder, 'state')
  const ends = [() => rmSync(folder, { recursive: true, force: true }), () => daemon.kill()]
  try {
    await fill(stateDir, Date.now())
    // What `Load` has told of was said before this start of it.
    daemon.reboot('c'.repeat(32))
    await daemon.start()
    const { app } = await startWebApp(stateDir, { ui: readBuiltUi(), socket: daemon.socketPath })
    ends.push(() => app.stop())
    const browser = await openChromium()
    ends.push(() => browser.close())
    const page = await signIn(browser, app)
    await page.getByText('Watching eth0').first().waitFor()
    const telling = setInterval(teller(daemon), TELL_EVERY_MS)
    ends.push(() => clearInterval(telling))
    const rows = await measure({ page, daemon, rounds, log })
    for (const problem of overLimits(rows)) {
      log(`page: ${problem}`)
      process.exitCode = 1
    }
    return rows
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

async function measure({ page, daemon, rounds, log }) {
  const rows = []
  const add = (row) => {
    rows.push({ ...row, load: loadavg()[0] })
    log(
      `${row.what}: longest task ${row.taskMs.toFixed(0)} ms, ${row.cpuMs.toFixed(0)} of CPU; load of the machine ${loadavg()[0].toFixed(1)}`,
    )
  }
  for (const address of PAGES) add(await timeLoad(page, address, rounds))
  for (const [what, use] of Object.entries(USES)) {
    await page.goto('/devices')
    await isThere(page)
    await sleep(SETTLE_MS)
    add(await timeUse(page, what, use, rounds))
  }
  await page.goto('/')
  await isThere(page)
  add(await timeAlerts(page, daemon, rounds))
  return rows
}

/** All devices, each with traffic in the last hour, and alerts. */
async function fill(stateDir, nowMs) {
  const store = await openStore({ stateDir, nowMs: () => nowMs })
  const load = new Load(store)
  await load.devices(DEVICES, nowMs)
  await load.alerts(ALERTS, nowMs - MINUTE_MS)
  const rows = Array.from({ length: DEVICES }, (_, device) => trafficRow(device, device % 500, 1000 + device))
  for (const minutes of [40, 20, 2]) await load.traffic(nowMs - minutes * MINUTE_MS, rows, MINUTE_MS)
  await store.traffic.fold()
  await store.close()
}

/**
 * Tells of devices that they are there and what they have sent: the first and the last, which lists show.
 * @param {FakeDaemon} daemon
 */
function teller(daemon) {
  let told = 0
  const next = () => (told++ % 2 === 0 ? told % 100 : DEVICES - 1 - (told % 100))
  return () => {
    const devices = Array.from({ length: TOLD_AT_ONCE }, next)
    const rows = devices.map((device) => wireRow(trafficRow(device, device % 500, 1000)))
    daemon.emit(observation(devices.map((device) => host(lanIp(device), macOf(device)))))
    daemon.emit(traffic(rows, Date.now() - TELL_EVERY_MS, TELL_EVERY_MS))
  }
}

/** @param {ReturnType<typeof trafficRow>} row */
function wireRow(row) {
  const { txBytes, rxBytes, txPackets, rxPackets } = row
  const bytes = { txBytes: BigInt(txBytes), rxBytes: BigInt(rxBytes) }
  return { ...row, ...bytes, txPackets: BigInt(txPackets), rxPackets: BigInt(rxPackets) }
}

/** The page's own content has come. */
async function isThere(page) {
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() => !document.querySelector('main .loading'))
}

/** Loaded anew each time: the first paint, when its content is there, and the longest task of both and of what follows. */
async function timeLoad(page, address, rounds) {
  const paints = []
  const { done, ...tasks } = await repeatTraced(page, rounds, async () => {
    await page.goto(address, { waitUntil: 'commit' })
    await isThere(page)
    const doneMs = await page.evaluate(() => performance.now())
    await sleep(SETTLE_MS)
    paints.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime),
    )
    return doneMs
  })
  return { what: `load ${address}`, paintMs: median(paints), doneMs: median(done), ...tasks }
}

const median = (values) => percentile(values, 0.5)

/** `act` gives how long it took. Of tasks the longest of a round: in the middle one, by clock and CPU, and in the worst. */
async function repeatTraced(page, rounds, act) {
  const done = []
  const found = []
  for (let round = 0; round < rounds; round++) {
    found.push(await traceTasks(page, async () => void done.push(await act(round))))
  }
  const of = (key) => found.map((one) => one[key])
  return {
    done,
    taskMs: median(of('taskMs')),
    worstTaskMs: Math.max(...of('taskMs')),
    cpuMs: median(of('cpuMs')),
  }
}

const range = (page) => page.locator('.pager').first().textContent()

/** Until the list says that it shows others than before. */
async function untilOther(page, act) {
  const before = await range(page)
  await act()
  await page.waitForFunction((old) => document.querySelector('.pager')?.textContent !== old, before)
}

const firstName = (page) => page.locator('tbody th').first().textContent()

async function untilFirstIsOther(page, act) {
  const before = await firstName(page)
  await act()
  await page.waitForFunction((old) => document.querySelector('tbody th')?.textContent !== old, before)
}

/** Each from the list of devices on; done in turn `rounds` times. */
const USES = {
  [SCROLL]: async (page) => {
    await page.mouse.move(600, 500)
    for (let step = 0; step < WHEEL.steps; step++) {
      await page.mouse.wheel(0, step < WHEEL.steps / 2 ? WHEEL.pixels : -WHEEL.pixels)
      await sleep(WHEEL.stepMs)
    }
  },
  'go to the next page': (page) =>
    untilOther(page, () => page.getByRole('button', { name: 'Next', exact: true }).click()),
  'sort by another column': async (page) => {
    await untilFirstIsOther(page, () => page.getByRole('button', { name: 'Name', exact: true }).click())
  },
  'search, by key': async (page, round) => {
    const box = page.getByRole('searchbox')
    await box.clear()
    const name = `host-${DEVICES / 2 + round}`
    await box.pressSequentially(name, { delay: 40 })
    await page.locator('tbody tr').first().getByText(name).waitFor()
  },
  'filter, on and off': async (page) => {
    const chip = page.getByRole('button', { name: 'Alerting', exact: true })
    await untilOther(page, () => chip.click())
    await untilOther(page, () => chip.click())
  },
  'open the side panel and close it': async (page, round) => {
    await page.locator('tbody tr').nth(round).locator('td').nth(1).click()
    const panel = page.getByRole('dialog')
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  },
  'show tiles and rows again': async (page) => {
    await page.getByRole('button', { name: 'Grid' }).click()
    await page.locator('tbody').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Table', exact: true }).click()
    await page.locator('tbody').waitFor()
  },
}

async function timeUse(page, what, use, rounds) {
  const frames = []
  const { done, ...tasks } = await repeatTraced(page, rounds, async (round) => {
    const startedMs = performance.now()
    frames.push(...(await watchFrames(page, () => use(page, round))))
    return performance.now() - startedMs
  })
  const longShare = frames.filter((ms) => ms > LONG_FRAME_MS).length / frames.length
  return { what, doneMs: median(done), ...tasks, longShare }
}

/** From the daemon's event to the toast on the page. */
async function timeAlerts(page, daemon, rounds) {
  const { done, ...tasks } = await repeatTraced(page, rounds, (round) => timeAlert(page, daemon, round))
  return { what: 'show an alert', doneMs: median(done), ...tasks, alertMs: Math.max(...done) }
}

async function timeAlert(page, daemon, round) {
  const ip = `10.99.0.${round + 1}`
  const now = BigInt(Date.now())
  const startedMs = performance.now()
  const id = round.toString(16).padStart(32, 'f')
  daemon.emit(alertEvent({ id, ip, firstSeenMs: now, lastSeenMs: now }))
  const toast = page.locator('.toast')
  await toast.getByText(ip).waitFor()
  const tookMs = performance.now() - startedMs
  await toast.getByRole('button').click()
  await toast.waitFor({ state: 'detached' })
  return tookMs
}

function overLimits(rows) {
  return rows.flatMap((row) =>
    Object.entries(LIMITS)
      .filter(([key, limit]) => row[key] > limit && (key !== 'longShare' || row.what === SCROLL))
      .map(([key, limit]) => `${row.what}: ${key} is ${row[key].toFixed(3)}, over ${limit}`),
  )
}

const ms = (value) => (value === undefined ? '' : value.toFixed(0))
const percent = (share) => (share === undefined ? '' : `${(100 * share).toFixed(1)} %`)

export function format(rows) {
  const header = [
    ...['what', 'first paint ms', 'done ms', 'longest task ms', 'of CPU', 'worst ms'],
    ...[`frames over ${LONG_FRAME_MS} ms`, 'slowest alert ms', 'load'],
  ]
  const cells = ({ what, paintMs, doneMs, taskMs, cpuMs, worstTaskMs, longShare, alertMs, load }) => [
    ...[what, ms(paintMs), ms(doneMs), ms(taskMs), ms(cpuMs), ms(worstTaskMs)],
    ...[percent(longShare), ms(alertMs), load?.toFixed(1) ?? ''],
  ]
  return formatTable(header, [...rows, { what: 'limit', ...LIMITS }].map(cells))
}
