/**
 * The whole product on real packets: the daemon on the router of the virtual
 * home network, the web app as a user of its own, Chromium in front. A device
 * and a spoofing alert appear live, and a block is planned, applied, felt by
 * the device, and taken back because nobody confirms it. What the pages count is
 * what the links have carried.
 */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS, stopAttack } from '../../daemon/src/lab/attacks.js'
import { ATTACKER, GATEWAY } from '../../daemon/src/lab/home-network.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'
import type { Device } from '../src/contract/devices.js'
import type { TrafficDevicesResponse } from '../src/contract/traffic.js'
import { type HomeSystem, startHomeSystem } from './support/home-system.js'

const NEW_MAC = '02:00:00:00:00:99'
const CONFIRM_SECONDS = 30
/** So many that what was said before anybody counted does not matter. */
const DATAGRAMS = 6000

let system: HomeSystem
let page: Page

beforeAll(async () => {
  system = await startHomeSystem(5091, 'router')
  page = system.watched.page
})

afterAll(() => system?.[Symbol.asyncDispose]())

test('a device that joins appears without reloading', async () => {
  await page.getByRole('link', { name: 'Devices' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
  expect(await page.getByText(NEW_MAC).count()).toBe(0)
  const guest = ['ip', 'link', 'set', 'eth0', 'address'] as const
  await system.network.lab.check(ATTACKER.name, [...guest, NEW_MAC])
  await system.network.lab.check(ATTACKER.name, ['ping', '-c', '1', '-W', '2', GATEWAY.ip])
  await page.getByText(NEW_MAC).filter({ visible: true }).first().waitFor({ timeout: 10_000 })
  await system.network.lab.check(ATTACKER.name, [...guest, ATTACKER.mac])
})

test('a spoofing alert appears without reloading, with its reasons and evidence', async () => {
  await page
    .getByRole('link', { name: /^Incidents/ })
    .first()
    .click()
  const attack = ATTACKS['arp-spoof']
  if (!attack) throw new Error('the lab has lost its first attack')
  const processes = await attack.start(system.network.lab)
  try {
    const link = page.getByRole('link', { name: /Gateway impersonated|Address impersonated/ }).first()
    await link.waitFor({ timeout: 15_000 })
    await link.click()
    await page.getByText(ATTACKER.mac).first().waitFor()
    await page.getByText('Why NetWatcher thinks so').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /Evidence/ }).click(),
    ])
    const frames = await system.network.lab.check(GATEWAY.name, [
      'tshark',
      '-r',
      await download.path(),
      '-Y',
      'arp',
    ])
    expect(frames).toContain('is at 08:00:27:be:ef:66')
  } finally {
    await stopAttack(system.network.lab, processes)
  }
})

test('a block is planned, applied after typing its target, works, and is rolled back', async () => {
  const canReach = async () => {
    const outcome = await system.network.lab.run(ATTACKER.name, ['ping', '-c', '1', '-W', '1', GATEWAY.ip])
    return outcome.type === 'exited' && outcome.code === 0
  }
  await waitUntil(canReach, 5000, () => 'the guest cannot reach the router before the block')
  await page.goto('/firewall')
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByLabel('Whom')
    .fill(ATTACKER.ip)
  await page.getByLabel('Time to confirm').selectOption(String(CONFIRM_SECONDS))
  await page
    .getByRole('region', { name: 'Block a device or an address' })
    .getByRole('button', { name: 'Show what it would do' })
    .click()
  await page.getByText(/^\d+ rules?$/).click()
  await page.getByText(`-s ${ATTACKER.ip}`).first().waitFor()
  await page.getByLabel(`Type ${ATTACKER.ip} to apply`).fill(ATTACKER.ip)
  await page.getByRole('button', { name: 'Apply the block' }).click()
  await page.getByRole('button', { name: 'Keep it' }).waitFor()
  expect(await canReach()).toBe(false)
  await waitUntil(canReach, (CONFIRM_SECONDS + 10) * 1000, () => 'the block was not rolled back')
  await page.getByRole('button', { name: 'Keep it' }).waitFor({ state: 'detached', timeout: 10_000 })
  const rules = await system.network.lab.check(GATEWAY.name, ['iptables-save'])
  expect(rules).not.toContain(ATTACKER.ip)
})

/** Bytes that the link of a host has carried, as `ip -s link` tells. */
async function linkOf(host: string): Promise<{ rx: number; tx: number }> {
  const told = await system.network.lab.check(host, ['ip', '-json', '-s', 'link', 'show', 'eth0'])
  const [{ stats64 }] = JSON.parse(told) as [{ stats64: Record<'rx' | 'tx', { bytes: number }> }]
  return { rx: stats64.rx.bytes, tx: stats64.tx.bytes }
}

const ECHO = `const s = require('dgram').createSocket('udp4')
  s.on('message', (data, { port, address }) => s.send(data, port, address)).bind(4009)`

/** At a pace that no queue is too short for. */
const ASK = `const s = require('dgram').createSocket('udp4').on('error', () => {})
  let left = ${DATAGRAMS}
  const timer = setInterval(() => {
    for (let i = 0; i < 20; i++) s.send(Buffer.alloc(1400), 4009, '${GATEWAY.ip}', () => {})
    if ((left -= 20) <= 0) { clearInterval(timer); setTimeout(() => process.exit(), 1000) }
  }, 20)`

const isNear = (one: number, other: number) => Math.abs(one - other) <= other / 100

/** As `12.3 MB` stands for them. */
function bytesOf(text: string): number {
  const [, number = '', unit = ''] = /([\d.,]+) (k?B|MB|GB)/.exec(text) ?? []
  return Number(number.replaceAll(',', '')) * 1000 ** ['B', 'kB', 'MB', 'GB'].indexOf(unit)
}

test('the figures of the pages are those of the API and of the links, within 1 %', async () => {
  const path = `/api/devices/${ATTACKER.mac}`
  const { lab } = system.network
  const [linkBefore, before] = [await linkOf(ATTACKER.name), await system.ask<Device>(path)]
  const echo = lab.start(GATEWAY.name, [process.execPath, '-e', ECHO])
  await lab.check(ATTACKER.name, [process.execPath, '-e', ASK], { timeoutMs: 60_000 })
  await echo.stop()
  const link = await linkOf(ATTACKER.name)
  let device = before
  const isCounted = async () => {
    device = await system.ask<Device>(path)
    const [rx, tx] = [device.rxBytes - before.rxBytes, device.txBytes - before.txBytes]
    return isNear(rx, link.rx - linkBefore.rx) && isNear(tx, link.tx - linkBefore.tx)
  }
  const told = () => JSON.stringify([linkBefore, link, device.rxBytes, device.txBytes])
  await waitUntil(isCounted, 40_000, told)

  await page.goto(`/devices/${ATTACKER.mac}?tab=traffic`)
  const [received = '', sent = ''] = ((await page.getByText(/^In all: /).textContent()) ?? '').split(
    'received',
  )
  expect([isNear(bytesOf(received), device.rxBytes), isNear(bytesOf(sent), device.txBytes)]).toEqual([
    true,
    true,
  ])

  await page.goto('/traffic?view=devices')
  const { devices } = await system.ask<TrafficDevicesResponse>('/api/traffic/devices')
  const ofGuest = devices.find((one) => one.device === ATTACKER.mac)?.bytes ?? 0
  const row = page.getByRole('row').filter({ hasText: ATTACKER.mac })
  await row.waitFor()
  const cells = (await row.getByRole('cell').allTextContents()).map(bytesOf)
  expect(cells.some((bytes) => isNear(bytes, ofGuest))).toBe(true)

  await page.goto('/status')
  const sensor = page.getByRole('article', { name: 'eth0' })
  const counted = (await sensor.getByText(/ packets, /).textContent()) ?? ''
  const router = await linkOf(GATEWAY.name)
  expect(isNear(bytesOf(counted), router.rx + router.tx)).toBe(true)
})

test('nothing went wrong on any page meanwhile', () => {
  expect(system.watched.faults).toEqual([])
})
