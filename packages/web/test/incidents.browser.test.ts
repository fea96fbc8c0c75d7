/**
 * Incidents on the page: told in one sentence, with what to do, why it is thought
 * so and the frames that show it; read and muted one by one and many at once. The
 * real web app over a fake daemon, in Chromium.
 */

import type { Alert } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { alertEvent, host, observation } from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { fakePages } from './support/fake-pages.js'

const SOON = { timeout: 10_000 }

const SPOOF = 'b'.repeat(32)
const SUSPECT = 'aa:bb:cc:dd:ee:66'
const HOLDER = 'aa:bb:cc:dd:ee:01'

/** One ARP reply in a pcapng file, as the daemon hands it out. */
const EVIDENCE = Buffer.from(
  '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000' +
    '0100000014000000010000000000000014000000' +
    '060000004c00000000000000010000000000000' +
    '02a0000002a000000' +
    'aabbccddee02aabbccddee660806' +
    '0001080006040002aabbccddee66c0a80101aabbccddee02c0a80114' +
    '00004c000000',
  'hex',
)

const system = fakePages()

function happens(id: string, change: Partial<Alert> = {}): void {
  const now = BigInt(Date.now())
  system.daemon.emit(alertEvent({ id, firstSeenMs: now, lastSeenMs: now, ...change }))
}

const REASONS = [
  'unsolicited_cadence',
  'gateway_claimed',
  'other_answered',
  'reply_to_nobody',
  'many_claims',
].map((rule, index) => ({ rule, params: { text: `Reason ${index + 1}` }, frames: [1] }))

const card = (page: Page, name: string) => page.getByRole('region', { name })

test('an incident says what it is, what to do, why, and shows the frames', async () => {
  system.daemon.evidence.set(SPOOF, [EVIDENCE])
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(observation([host('192.168.1.1', HOLDER), host('192.168.1.66', SUSPECT)]))
  happens(SPOOF, { reasonsFor: REASONS.map((one) => ({ ...one, rule: `of_the_future_${one.rule}` })) })
  await page.goto('/incidents')
  await page.getByRole('region', { name: 'Critical' }).getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: /Address impersonated/ }).waitFor()
  await page.getByText(`${SUSPECT} claims 192.168.1.1, which belongs to ${HOLDER}`).waitFor()
  expect(await page.title()).toMatch(/^Address impersonated.* · NetWatcher$/)

  const steps = card(page, 'What to do')
  expect(await steps.getByRole('listitem').count()).toBeGreaterThanOrEqual(3)
  expect(await steps.getByRole('link', { name: 'Block …' }).getAttribute('href')).toContain(
    encodeURIComponent(SUSPECT),
  )
  expect(await steps.getByRole('button', { name: /^Pin/ }).getAttribute('aria-label')).toContain(HOLDER)
  const reasons = card(page, 'Why NetWatcher thinks so')
  expect(await reasons.getByText('Reason 3').isVisible()).toBe(true)
  expect(await reasons.getByText('Reason 4').isVisible()).toBe(false)
  expect(await reasons.getByText('unsolicited_cadence').count()).toBe(0)
  await reasons.getByText('2 more reasons').click()
  await reasons.getByText('Reason 4').waitFor()
  await page.getByText(`${HOLDER} (192.168.1.1) answered when it was asked.`).first().waitFor()

  await page.getByRole('button', { name: 'Show the frames' }).click()
  await page.getByText(`ARP, Reply 192.168.1.1 is-at ${SUSPECT}`).click()
  expect(await page.getByRole('region', { name: 'Frame 1' }).textContent()).toMatch(
    /^0000 {2}aa bb cc dd ee 02/,
  )
  expect(await page.getByRole('link', { name: 'Evidence file' }).getAttribute('href')).toBe(
    `/api/alerts/${SPOOF}/evidence`,
  )
  await page.getByRole('button', { name: 'I have read it' }).click()
  await page.getByText(/^Read now/).waitFor()
  await page.getByRole('button', { name: 'Mute' }).click()
  await page.getByText('Nothing is sent about this until').waitFor()
  await page.getByRole('button', { name: 'Tell again' }).click()
  await page.getByRole('button', { name: 'Mute' }).waitFor()
  expect(faults).toEqual([])
})

test('the worst comes first, and many are read at once', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/incidents')
  await page.getByText('No open incidents').waitFor()
  const party = (digit: string): Alert['parties'] => [
    { role: 1, mac: `02:00:00:00:00:0${digit}`, ip: '', certainty: 2 },
  ]
  happens('1'.repeat(32), { kind: 'port_scan', severity: 2, parties: party('1') })
  happens('2'.repeat(32), { kind: 'new_device', severity: 1, parties: party('2') })
  happens('3'.repeat(32), { kind: 'new_device', severity: 1, parties: party('3') })
  happens(SPOOF)
  await expect
    .poll(() => page.getByRole('heading', { level: 2 }).allTextContents(), SOON)
    .toEqual(['Critical', 'Warning', 'Info'])
  expect(await page.getByText('Going on', { exact: true }).count()).toBe(2)
  await page.getByRole('checkbox', { name: /^Select: New device: 02:00:00:00:00:02/ }).check()
  await page.getByRole('checkbox', { name: /^Select: New device: 02:00:00:00:00:03/ }).check()
  await page.getByText('2 selected').waitFor()
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await expect
    .poll(() => page.getByRole('heading', { level: 2 }).allTextContents(), SOON)
    .toEqual(['Critical', 'Warning'])
  await page.getByRole('button', { name: 'Select all on this page' }).click()
  await page.getByLabel('Mute until').selectOption('week')
  await page.getByRole('button', { name: 'Mute' }).click()
  await page.getByRole('button', { name: 'Select all on this page' }).waitFor()
  expect(faults).toEqual([])
})

test.each([
  ['light', { colorScheme: 'light' }],
  [
    'a dark phone in Indonesian',
    { colorScheme: 'dark', locale: 'id-ID', viewport: { width: 360, height: 740 } },
  ],
] as const)('the pages are accessible and without faults: %s', async (_name, options) => {
  system.daemon.evidence.set(SPOOF, [EVIDENCE])
  await using watched = await system.signIn(options)
  const { page, faults } = watched
  happens(SPOOF)
  for (const path of ['/incidents?state=all', `/incidents/${SPOOF}`]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    expect([path, await auditPage(page)]).toEqual([path, []])
  }
  expect(faults).toEqual([])
})
