/**
 * Small things that mislead: a block that waits unseen, a filter that is lost on
 * the way down, a badge that says the wrong thing. The real web app over a fake
 * daemon, in Chromium.
 */

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { alertEvent, host, observation, traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { fakePages } from './support/fake-pages.js'

const LAPTOP = 'aa:bb:cc:dd:ee:21'
const LAPTOP_IP = '192.168.1.21'

const system = fakePages()

/** Seen and named, so that sentences can name it. */
async function nameLaptop(page: Page): Promise<void> {
  system.daemon.emit(observation([host(LAPTOP_IP, LAPTOP)]))
  await page.goto('/devices')
  await page.getByRole('row').nth(1).getByRole('link').click()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Your name for it').fill('Guest laptop')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Guest laptop' }).waitFor()
}

test('a block that waits follows on every page, by the name of its device, until it is kept', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await nameLaptop(page)
  const { firewall } = system.daemon
  const plan = firewall.plan({
    targets: [{ target: { $case: 'cidr', value: LAPTOP_IP } }],
    lifetimeSeconds: 600,
    confirmSeconds: 60,
    reason: '',
    schedule: undefined,
    policy: undefined,
    overrideMacs: [],
  })
  firewall.apply(plan.token)
  system.daemon.emit({ $case: 'firewall', value: firewall.state() })
  for (const path of ['/', '/devices', '/traffic', '/status']) {
    await page.goto(path)
    await page.getByText('Guest laptop is blocked on trial.').waitFor()
    expect(await page.getByRole('timer').textContent()).toMatch(/^(1:00|0:\d\d)$/)
  }
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('link', { name: '1 block is in force' }).waitFor()
  expect(await page.getByRole('timer').count()).toBe(0)
  expect(firewall.state().blocks).toMatchObject([{ state: 2 }])
  expect(faults).toEqual([])
})

test('what is not IP can be chosen, and what was chosen stays on the way down', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(observation([host(LAPTOP_IP, LAPTOP)]))
  system.daemon.emit(traffic([trafficRow({ deviceMac: LAPTOP, deviceIp: '', remoteIp: '', protocol: 0 })]))
  await page.goto('/traffic?range=1h')
  await page.getByRole('button', { name: 'Not IP' }).click()
  await page.waitForURL(/dst=none/)
  await page.getByRole('button', { name: 'Remove the filter Destination Not IP' }).waitFor()
  const row = page.getByRole('row').filter({ hasText: LAPTOP })
  await row.getByRole('button').click()
  await page.waitForURL(/device=aa/)
  for (const kept of ['range=1h', 'dst=none']) expect(page.url()).toContain(kept)
  await page.getByRole('row').nth(1).waitFor()
  expect(faults).toEqual([])
})

test('a new device does not go on, and no check is denied that a reason tells of', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(alertEvent({ kind: 'new_device', severity: 1, verifications: [] }))
  await page.goto(`/alerts/${'a'.repeat(32)}`)
  await page.getByRole('heading', { level: 1, name: 'New device' }).waitFor()
  expect(await page.getByText('Going on').count()).toBe(0)
  expect(await page.getByText(/active check/i).count()).toBe(0)
  expect(faults).toEqual([])
})

test('words are found in any order, and part of a MAC as other tools write it', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await nameLaptop(page)
  system.daemon.emit(observation([host('192.168.1.30', '02:00:00:00:00:30')]))
  await page.goto('/devices')
  await page.getByRole('row').nth(2).waitFor()
  for (const words of ['laptop guest', 'aa-bb-cc', 'aabb.ccdd', 'AABBCCDDEE21']) {
    await page.getByRole('searchbox').fill(words)
    await page.getByText('1–1 of 1').waitFor()
    await page.getByRole('link', { name: 'Guest laptop' }).waitFor()
    await page.getByRole('searchbox').fill('')
    await page.getByText('1–2 of 2').waitFor()
  }
  expect(faults).toEqual([])
})

test('what was typed and not saved is still there after a look at another page', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await nameLaptop(page)
  await page.getByRole('tab', { name: 'Details' }).click()
  const device = page.url()
  await page.getByLabel('Notes').fill('lent to Ann')
  await page.getByRole('link', { name: 'Traffic', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Traffic' }).waitFor()
  await page.goBack()
  await page.waitForURL(device)
  expect(await page.getByLabel('Notes').inputValue()).toBe('lent to Ann')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(() => page.getByRole('button', { name: 'Save' }).isDisabled(), { timeout: 10_000 })
    .toBe(true)
  expect(faults).toEqual([])
})

const TOUCHED = [
  '/',
  '/devices',
  '/traffic',
  '/incidents',
  '/alerts',
  '/firewall',
  '/status',
  '/status/notifications',
]

test('on a touch screen everything that is pressed is at least 40 pixels high', async () => {
  await using watched = await system.signIn({
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  })
  const { page, faults } = watched
  const low: string[] = []
  system.daemon.emit(observation([host(LAPTOP_IP, LAPTOP)]))
  system.daemon.emit(traffic([trafficRow({ deviceMac: LAPTOP })]))
  system.daemon.emit(alertEvent())
  for (const path of [
    ...TOUCHED,
    `/devices/${LAPTOP}`,
    `/alerts/${'a'.repeat(32)}`,
    `/incidents/${'a'.repeat(32)}`,
  ]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByText('Loading …').first().waitFor({ state: 'detached' })
    low.push(...(await page.evaluate(lowTargets)).map((target) => `${path}: ${target}`))
  }
  expect(low).toEqual([])
  expect(faults).toEqual([])
})

/** Runs in the page. Links within sentences are exempt (WCAG 2.5.8), boxes are pressed by their labels. */
function lowTargets(): string[] {
  const controls = document.querySelectorAll<HTMLElement>(
    'button, a.button, nav a, select, input, textarea, summary',
  )
  return [...controls].flatMap((control) => {
    const target = control.matches('[type=checkbox]') ? (control.closest('label') ?? control) : control
    if (!target.checkVisibility() || control.closest('.visually-hidden, .skip-link')) return []
    const { height } = target.getBoundingClientRect()
    return height >= 39.5 ? [] : [`${Math.round(height)} ${control.outerHTML.slice(0, 100)}`]
  })
}
