/**
 * Signing in and out: by the token, by a link that serves once, in a second tab,
 * and again where the page has lost its secret. The real web app over a fake
 * daemon, in Chromium.
 */

import { expect, test } from 'vitest'
import { host, observation } from '../src/daemon/fake-messages.js'
import { fakePages } from './support/fake-pages.js'

const PRINTER = 'aa:bb:cc:dd:ee:21'

const system = fakePages()

test('a person without a session signs in with the token, and out again', async () => {
  await using watched = await system.open()
  const { page, faults } = watched
  await page.goto('/devices')
  await page.getByLabel('Sign-in link or token').fill(system.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sign in to NetWatcher' }).waitFor()
  await page.reload()
  await page.getByLabel('Sign-in link or token').waitFor()
  expect(faults).toEqual([])
})

test('a login link signs in once and leaves the address bar', async () => {
  const link = system.app.loginLink()
  await using first = await system.open()
  await first.page.goto(link)
  await first.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  expect(new URL(first.page.url()).pathname + new URL(first.page.url()).search).toBe('/')
  await using second = await system.open()
  await second.page.goto(link)
  await second.page.getByText('That token is not valid.').waitFor()
  expect(second.page.url()).not.toContain('token')
  expect(first.faults).toEqual([])
})

test('a reload and a second tab can change things, and without the secret of the page one logs in again', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  system.daemon.emit(observation([host('192.168.1.21', PRINTER)]))
  await page.reload()
  const tab = await page.context().newPage()
  for (const [one, name] of [
    [page, 'By the first tab'],
    [tab, 'By the second tab'],
  ] as const) {
    await one.goto('/devices')
    await one.getByRole('row').nth(1).getByRole('link').click()
    await one.getByRole('button', { name: 'Rename' }).click()
    await one.getByLabel('Your name for it').fill(name)
    await one.getByRole('button', { name: 'Save' }).click()
    await one.getByRole('heading', { level: 1, name }).waitFor()
  }
  await page.evaluate(() => localStorage.removeItem('netwatcher.page_secret'))
  await page.reload()
  await page.getByLabel('Sign-in link or token').waitFor()
  expect(faults).toEqual([])
})

test('a wrong token is refused in words', async () => {
  await using watched = await system.open()
  const { page } = watched
  await page.goto('/')
  await page.getByLabel('Sign-in link or token').fill('not-the-token')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('That token is not valid.').waitFor()
  expect(await page.getByLabel('Sign-in link or token').getAttribute('aria-invalid')).toBe('true')
})
