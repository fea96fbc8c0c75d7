/**
 * Every page before anything was seen: it says what there is nothing of, and
 * what to do next, and while it does not know yet, neither. The real web app over
 * a fake daemon with an empty storage, in Chromium.
 */

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Path } from '../src/ui/app/paths.js'
import { type Ids, said, walk } from './support/all-pages.js'
import { fakePages } from './support/fake-pages.js'

const LOADED = { timeout: 20_000 }
const NOBODY: Ids = { device: 'aa:bb:cc:dd:ee:99', alert: 'a'.repeat(32), incident: 'b'.repeat(32) }

/** What each page says of it. */
const NOTHING: Record<Path, RegExp> = {
  '/': /Nobody is here as far as can be seen/,
  '/devices': /No device has been seen yet/,
  '/devices/import': /Devices out of a file of another program/,
  '/devices/snapshots': /No snapshot has been taken yet/,
  '/devices/:id': /This device is not known/,
  '/traffic': /No traffic in this range/,
  '/alerts': /No alerts match/,
  '/alerts/:id': /This alert is not stored any more/,
  '/incidents': /^No incidents/,
  '/incidents/:id': /This incident is not stored any more/,
  '/firewall': /Nothing is blocked/,
  '/status': /Nothing has been lost for want of room/,
  '/status/notifications': /Nobody is told outside this page/,
}

/** Of what a page is for, whatever there is. */
const STANDING = /Nothing (stays unless|that you have said|goes onto)/

/** Has nothing to wait for. */
const AT_ONCE: Path[] = ['/devices/import']

const system = fakePages()

/** What is empty, and neither says what to do or why that is, nor leads anywhere. */
function deadEnds(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main .empty')]
      .filter((one) => one.querySelectorAll('p:not(.empty-title), a, button').length === 0)
      .map((one) => `a dead end: ${one.textContent}`),
  )
}

test('with nothing stored every page says so, and what to do next', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await walk(page, NOBODY, async (path) => {
    await expect.poll(() => page.locator('.loading').count(), LOADED).toBe(0)
    await page.getByText(NOTHING[path]).first().waitFor()
    const isAlone = path.includes(':id') && (await page.locator('main a').count()) === 0
    return [...(await deadEnds(page)), ...(isAlone ? ['leads nowhere'] : [])]
  })
  expect(faults.filter((fault) => !/404/.test(fault))).toEqual([])
})

test('while it loads no page says zero, or that there is nothing', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  let held = 0
  await page.route(/\/api\/(?!session|events)/, () => {
    held += 1
  })
  await walk(page, NOBODY, async (path) => {
    // Nobody lets them go: they end with their page.
    await expect.poll(() => held, LOADED).toBeGreaterThan(0)
    held = 0
    const text = await said(page)
    const zeros = text.match(/^.*(?<![\d.,:])0(?![\d.,:]).*$/gm) ?? []
    const verdicts = (text.match(/^.*\b(No|Nobody|Nothing|Not)\b.*$/gm) ?? []).filter(
      (line) => !STANDING.test(line),
    )
    const waits = await page.locator('.loading').count()
    const isWrong = AT_ONCE.includes(path) ? waits > 0 : waits === 0
    return [...zeros, ...verdicts, ...(isWrong ? [`${waits} parts of it say that they wait`] : [])]
  })
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  expect(faults.filter((fault) => !/ERR_(FAILED|ABORTED)/.test(fault))).toEqual([])
})
