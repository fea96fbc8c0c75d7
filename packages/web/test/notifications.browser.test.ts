/**
 * What a channel tells, set on the page: kinds, devices, tags, template with its
 * preview. The real web app over a fake daemon, in Chromium.
 */

import { expect, test } from 'vitest'
import type { ChannelRecord } from '../src/contract/channels.js'
import { host, observation } from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { axeFaults } from './support/axe.js'
import { fakePages } from './support/fake-pages.js'
import { gapBetween } from './support/looks.js'

const CAMERA = 'aa:bb:cc:dd:ee:31'

const system = fakePages()

const rules = async () => {
  const answer = await (await system.request('GET', '/api/channels')).json()
  return (answer as { channels: ChannelRecord[] }).channels[0]?.rules
}

test('all rules of a channel are set on its page, and a template is seen before it is saved', async () => {
  await system.request('POST', '/api/channels', {
    name: 'Journal',
    settings: { type: 'journal' },
  })
  system.daemon.emit(observation([host('192.168.1.31', CAMERA)]))
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.goto('/status/notifications')
  await page.getByText('What it tells, and when').click()
  await page.setViewportSize({ width: 1440, height: 900 })
  const gap = await gapBetween(
    page.locator('li').getByText('Journal', { exact: true }),
    page.getByRole('button', { name: 'Remove', exact: true }),
  )
  expect(gap.down).toBeLessThan(60)
  expect(gap.across).toBeLessThan(760)
  await page.getByLabel('quotas that are used up').uncheck()
  expect(await page.getByLabel('newly open ports').isChecked()).toBe(true)
  await page.getByText('All kinds of incidents').click()
  await page.getByLabel('Gateway impersonated', { exact: true }).check()
  await page.getByText('Kinds of incidents: 1').waitFor()
  await page.getByLabel('Only devices with one of these tags').fill('kids, guests')
  const devices = page.getByLabel('Only these devices')
  await devices.focus()
  const offered = page.getByRole('list', { name: 'Devices that match' }).getByRole('button')
  await offered.filter({ hasText: '192.168.1.31' }).click()
  await page.getByRole('button', { name: new RegExp(`^Leave out .*${CAMERA}`) }).waitFor()
  await devices.fill('quux/7')
  await page.getByText('No device is called “quux/7” or has that address.').waitFor()
  await devices.fill('quux')
  await page.getByText('No device is called “quux” or has that address.').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  const isRefused = () => devices.evaluate((input: HTMLInputElement) => !input.checkValidity())
  expect([await devices.inputValue(), await isRefused()]).toEqual(['quux', true])
  expect((await rules())?.macs).toEqual([])
  for (const typed of ['00005e005399', '00:00:5e:00:53:98']) {
    await devices.fill(typed)
    await page.getByRole('button', { name: /^Add 00:00:5e:00:53:9/ }).click()
  }
  await page.getByRole('button', { name: 'Leave out 00:00:5e:00:53:98' }).click()
  await page.getByLabel('Title of a message').fill('{titel}')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('There is no {titel}').first().waitFor()
  await page.getByLabel('Title of a message').fill('{severity}: {device}')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('critical: laptop (00:00:5e:00:53:66)').waitFor()
  expect([...(await auditPage(page)), ...(await axeFaults(page))]).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(rules, { timeout: 20_000 }).toMatchObject({
    events: ['incident', 'incident_ended', 'sensor', 'internet', 'port_opened', 'note'],
    kinds: ['gateway_spoof'],
    tags: ['kids', 'guests'],
    macs: [CAMERA, '00:00:5e:00:53:99'],
    template: { title: '{severity}: {device}' },
  })
  // The browser tells of the answer that refused the template.
  expect(faults.filter((fault) => !fault.endsWith('/api/channel-preview'))).toEqual([])
})
