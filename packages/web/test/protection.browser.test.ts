/**
 * Blocking on the page: a device is picked by its name, what that does is said in
 * one sentence before its rules, and it is typed by its name or an address. The
 * real web app over a fake daemon, in Chromium.
 */

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { host, observation } from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { fakePages } from './support/fake-pages.js'

const LAPTOP = 'aa:bb:cc:dd:ee:21'
const LAPTOP_IP = '192.168.1.21'

const system = fakePages()

async function nameLaptop(): Promise<void> {
  system.daemon.emit(observation([host(LAPTOP_IP, LAPTOP), host('192.168.1.30', '02:00:00:00:00:30')]))
  const rename = () => system.request('PATCH', `/api/devices/${LAPTOP}`, { name: 'Guest laptop' })
  await expect.poll(async () => (await rename()).status, { timeout: 20_000 }).toBe(200)
}

const region = (page: Page, name: string) => page.getByRole('region', { name })

async function pickLaptop(page: Page, card: string): Promise<void> {
  const whom = region(page, card).getByLabel('Whom')
  await whom.fill('laptop guest')
  await region(page, card)
    .getByRole('button', { name: /^Guest laptop/ })
    .click()
  await region(page, card).getByText(`With all it has: ${LAPTOP}, ${LAPTOP_IP}`).waitFor()
}

test('a device is picked by name, its block told in one sentence, and typed by name or address', async () => {
  await nameLaptop()
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/firewall')
  const card = 'Block a device or an address'
  await pickLaptop(page, card)
  await region(page, card).getByRole('button', { name: 'Show what it would do' }).click()
  const review = region(page, 'Block Guest laptop?')
  await review.getByText(/^Cuts this machine.s contact with/).waitFor()
  expect(await review.getByText('-A NETWATCHER-INPUT').first().isVisible()).toBe(false)
  const typed = review.getByLabel(`Type Guest laptop or ${LAPTOP} to apply`)
  const apply = review.getByRole('button', { name: 'Apply the block' })
  for (const word of ['Guest', '192.168.1.30']) {
    await typed.fill(word)
    expect(await apply.isDisabled()).toBe(true)
  }
  await typed.fill(LAPTOP_IP)
  expect(await apply.isEnabled()).toBe(true)
  await typed.fill('guest LAPTOP')
  await apply.click()
  await region(page, 'Blocks in force').getByText('Guest laptop', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Devices' }).first().click()
  await page.getByText('Guest laptop is blocked on trial.').waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('timer').waitFor({ state: 'detached' })
  expect(faults).toEqual([])
})

test('a schedule asks in the same way whom it is about, and is shown as a week', async () => {
  await nameLaptop()
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/firewall')
  const card = 'Block at certain hours'
  await pickLaptop(page, card)
  await region(page, card).getByLabel('Sun', { exact: true }).uncheck()
  const week = region(page, card).getByRole('table', { name: 'Hours of the week' })
  expect(await week.getByRole('row', { name: /^Sat/ }).textContent()).toContain('21:00–06:00')
  expect(await week.getByRole('row', { name: /^Sun/ }).textContent()).toContain('–')
  // Of Saturday night.
  expect(await week.getByRole('row', { name: /^Sun/ }).locator('.week-slot').count()).toBe(1)
  await region(page, card).getByRole('button', { name: 'Show what it would do' }).click()
  await region(page, 'Block Guest laptop?').waitFor()
  expect(system.daemon.calls).toContain('planBlock')
  expect(faults).toEqual([])
})

test.each([
  ['light', { colorScheme: 'light' }],
  [
    'a dark phone in Indonesian',
    { colorScheme: 'dark', locale: 'id-ID', viewport: { width: 360, height: 740 } },
  ],
] as const)(
  'the page is accessible and without faults, also with a plan open: %s',
  async (_name, options) => {
    await nameLaptop()
    await using watched = await system.signIn(options)
    const { page, faults } = watched
    await page.goto(`/firewall?target=${LAPTOP_IP}`)
    await page.getByRole('heading', { level: 2 }).nth(3).waitFor()
    expect(await auditPage(page)).toEqual([])
    await page
      .getByRole('button', { name: /^(Show what it would do|Tampilkan akibatnya)$/ })
      .first()
      .click()
    await page.getByRole('heading', { name: /Guest laptop\?$/ }).waitFor()
    expect(await auditPage(page)).toEqual([])
    expect(faults).toEqual([])
  },
)

test('a block needs the target typed again, counts down, and is kept or taken back', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/firewall')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByLabel('Whom')
    .fill('192.168.1.66')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByRole('button', { name: 'Show what it would do' })
    .click()
  await page.getByRole('heading', { name: 'Block 192.168.1.66?' }).waitFor()
  await page.getByText('1 rule', { exact: true }).click()
  const rules = page.getByRole('region', { name: 'Rules that will be added' })
  expect(await rules.textContent()).toContain('-A NETWATCHER-INPUT -s 192.168.1.66')

  const apply = page.getByRole('button', { name: 'Apply the block' })
  expect(await apply.isDisabled()).toBe(true)
  await page.getByLabel('Type 192.168.1.66 to apply').fill('192.168.1.6')
  expect(await apply.isDisabled()).toBe(true)
  expect(system.daemon.firewall.state().blocks).toEqual([])
  await page.getByLabel('Type 192.168.1.66 to apply').fill('192.168.1.66')
  await apply.click()
  const timer = page.getByRole('timer')
  await timer.waitFor()
  const first = (await timer.textContent()) ?? ''
  expect(first).toMatch(/^(1:00|0:5\d)$/)
  await expect.poll(() => timer.textContent()).not.toBe(first)

  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByText('In force', { exact: true }).waitFor()
  expect(await timer.count()).toBe(0)
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByText('Nothing is blocked').waitFor()
  expect(system.daemon.firewall.state().blocks).toEqual([])
  await page.getByRole('cell', { name: '192.168.1.66' }).first().waitFor()
  expect(faults).toEqual([])
})

test('a roll-back by the daemon is shown without reloading', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  const { firewall } = system.daemon
  await page.goto('/firewall')
  await page.getByText('Nothing is blocked').waitFor()
  const plan = firewall.plan({
    targets: [{ target: { $case: 'cidr', value: '192.168.1.66' } }],
    lifetimeSeconds: 600,
    confirmSeconds: 60,
    reason: '',
    schedule: undefined,
    policy: undefined,
    overrideMacs: [],
  })
  firewall.apply(plan.token)
  system.daemon.emit({ $case: 'firewall', value: firewall.state() })
  await page.getByRole('timer').waitFor()
  system.daemon.emit({ $case: 'firewall', value: firewall.revoke(plan.blockId) })
  await page.getByText('Nothing is blocked').waitFor()
  expect(faults).toEqual([])
})

test('text that is no address is not sent to the daemon', async () => {
  await using watched = await system.signIn()
  const { page } = watched
  await page.goto('/firewall')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByLabel('Whom')
    .fill('-j ACCEPT')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByRole('button', { name: 'Show what it would do' })
    .click()
  await page.getByText('This is not an IP address, range or MAC address').waitFor()
  expect(system.daemon.calls).not.toContain('planBlock')
})
