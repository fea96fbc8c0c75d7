/**
 * Takes pictures of every page over a small home network: light, dark, on a
 * phone, in both languages, and those of the README. `npm run screenshots`;
 * nothing is compared, they are for looking at.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { alertEvent, host, observation, traffic, trafficRow } from '../src/daemon/fake-messages.js'
import { launchBrowser, openPage } from './support/browser.js'
import { buildUi, type FakeSystem, startFakeSystem } from './support/fake-system.js'

const DIRECTORY = process.env.NETWATCHER_SCREENSHOTS ?? '/tmp/netwatcher-screenshots'
const NAMES = [
  'fritz.box',
  'annas-iphone',
  'macbook-pro-ben',
  'hp-laserjet-m15',
  'synology-ds220',
  'chromecast-tv',
  'philips-hue-bridge',
  'pixel-7',
  'sonos-kitchen',
  'doorbell-camera',
  'unknown-laptop',
]
const macOf = (index: number) => `aa:bb:cc:dd:ee:${(index + 1).toString(16).padStart(2, '0')}`
const [ROUTER, LAPTOP, INTRUDER] = [0, 2, 10]
const ipOf = (index: number) => `192.168.1.${index + 1}`

const PAGES = {
  home: '/',
  devices: '/devices',
  device: `/devices/${macOf(1)}`,
  'device-traffic': `/devices/${macOf(1)}?tab=traffic`,
  'device-timeline': `/devices/${macOf(1)}?tab=timeline`,
  'device-details': `/devices/${macOf(1)}?tab=details`,
  traffic: '/traffic',
  incidents: '/incidents',
  incident: `/incidents/${'a'.repeat(32)}`,
  alerts: '/alerts?acknowledged=all',
  alert: `/alerts/${'a'.repeat(32)}`,
  firewall: '/firewall',
  status: '/status',
  notifications: '/status/notifications',
}

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1920, height: 1080 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  'indonesian-phone': { colorScheme: 'dark', locale: 'id-ID', viewport: { width: 360, height: 740 } },
  indonesian: { colorScheme: 'light', locale: 'id-ID', viewport: { width: 1440, height: 900 } },
} as const

function liveHere({ daemon }: FakeSystem): void {
  const hosts = NAMES.map((_name, index) => ({ ...host(ipOf(index), macOf(index)), isGateway: index === 0 }))
  const names = NAMES.map((name, index) => ({
    ...{ ip: ipOf(index), mac: macOf(index), name, source: 'dhcp', vlan: 0 },
  }))
  daemon.emit(observation(hosts, names))
  for (let minutes = 5; minutes > 0; minutes--) {
    const rows = NAMES.flatMap((_name, index) =>
      ['140.82.112.3', '1.1.1.1', '142.250.74.110'].map((remoteIp, at) =>
        trafficRow({
          ...{ deviceIp: ipOf(index), deviceMac: macOf(index), remoteIp, protocol: 6, servicePort: 443 },
          ...{ txBytes: BigInt(10_000 * (at + index + minutes)), rxBytes: BigInt(90_000 * (index + 1 + at)) },
        }),
      ),
    )
    daemon.emit(traffic(rows, Date.now() - minutes * 60_000))
  }
  daemon.emit(spoofing())
}

/** The intruder stands between the laptop and the router. */
function spoofing() {
  const [ip, mac] = [ipOf(ROUTER), macOf(INTRUDER)]
  const to = { to_ip: ipOf(LAPTOP), to_mac: macOf(LAPTOP) }
  const reason = (rule: string, params: Record<string, string>) => ({ rule, params, frames: [1, 2] })
  return alertEvent({
    parties: [
      { role: 1, mac, ip: ipOf(INTRUDER), certainty: 2 },
      { role: 2, mac: macOf(ROUTER), ip, certainty: 2 },
      { role: 3, mac: macOf(LAPTOP), ip: ipOf(LAPTOP), certainty: 2 },
    ],
    expected: { rule: 'expected_holder', params: { ip, mac: macOf(ROUTER) } },
    seen: { rule: 'seen_claim_to_one', params: { ip, mac, ...to } },
    reasonsFor: [
      reason('reciprocal_claims', { ip, mac, other_ip: to.to_ip }),
      reason('unsolicited_cadence', { interval_ms: '2000' }),
      reason('gateway_claimed', { ip }),
    ],
    advice: { rule: 'advice_disconnect_claimant', params: { mac } },
  })
}

/** What the READMEs show, each in its language: as much as fits a window, once the person has got started. */
const README_LOOKS = [
  { suffix: '', locale: 'en-US', putAway: 'Put away' },
  { suffix: '-id', locale: 'id-ID', putAway: 'Sembunyikan' },
]
const README = {
  home: '/',
  incident: `/incidents/${'a'.repeat(32)}`,
} as const

async function pictureReadme(browser: Browser, system: FakeSystem): Promise<void> {
  const viewport = { width: 1200, height: 780 }
  for (const { suffix, locale, putAway } of README_LOOKS) {
    await using watched = await openPage(browser, system.app.url, { viewport, locale })
    const { page } = watched
    await page.goto(system.app.loginLink())
    await page.getByRole('button', { name: putAway }).click()
    for (const [name, path] of Object.entries(README)) {
      await page.goto(path)
      await settle(page)
      await page.screenshot({ path: join(DIRECTORY, `readme-${name}${suffix}.png`) })
    }
  }
}

const CHANNELS = [
  { name: 'Phone', settings: { type: 'ntfy', topic: 'a-name-nobody-guesses' } },
  { name: 'Home Assistant', settings: { type: 'mqtt', host: '192.168.1.20' }, isEnabled: false },
  { name: 'Journal', settings: { type: 'journal' } },
]

async function addChannels({ app, token }: FakeSystem): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  for (const channel of CHANNELS) {
    const sent = { method: 'POST', headers, body: JSON.stringify(channel) }
    expect((await fetch(`${app.url}/api/channels`, sent)).status).toBe(201)
  }
}

/** The rules of the first channel are to be seen. */
async function unfold(page: Page): Promise<void> {
  const first = page.locator('li summary').first()
  if (new URL(page.url()).pathname === PAGES.notifications) await first.click()
}

async function settle(page: Page): Promise<void> {
  await page.locator('main h1').waitFor()
  await expect.poll(() => page.locator('.loading').count(), { timeout: 20_000 }).toBe(0)
  await page.waitForTimeout(300)
}

test('pictures of every page', { timeout: 1_800_000 }, async () => {
  await mkdir(DIRECTORY, { recursive: true })
  const browser = await launchBrowser()
  await using system = await startFakeSystem(await buildUi())
  liveHere(system)
  await pictureReadme(browser, system)
  await addChannels(system)
  const only = process.env.NETWATCHER_SCREENS?.split(',')
  for (const [look, options] of Object.entries(LOOKS)) {
    await using watched = await openPage(browser, system.app.url, options)
    const { page, faults } = watched
    await page.goto(system.app.loginLink())
    await settle(page)
    for (const [name, path] of Object.entries(PAGES)) {
      if (only && !only.includes(name)) continue
      await page.goto(path)
      await settle(page)
      await unfold(page)
      await page.screenshot({ path: join(DIRECTORY, `${name}-${look}.png`), fullPage: true })
    }
    expect(faults).toEqual([])
  }
  await browser.close()
})
