/** An outage of the internet on Home: the line that says whose fault it is, and the list of the day. Over a fake daemon. */

import { UplinkEvidence, UplinkState } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { captureStatus, saidBy } from '../src/daemon/fake-messages.js'
import { auditPage } from './support/audit.js'
import { axeFaults } from './support/axe.js'
import { fakePages } from './support/fake-pages.js'

const SOON = { timeout: 20_000 }
const MINUTE_MS = 60_000

const system = fakePages()

/** What the daemon says by itself, and when it is asked. */
function say(state: UplinkState, minutesAgo: number): void {
  const at = (minutes: number) => BigInt(Date.now() - minutes * MINUTE_MS)
  const uplink = {
    ...{ state, sinceMs: at(minutesAgo), answeredMs: at(7), evidence: UplinkEvidence.RESOLVER },
    ...{ gateway: '192.168.1.1', gatewayAnsweredMs: at(0) },
  }
  const value = saidBy(system.daemon.daemonId, { ...captureStatus('eth0'), uplink })
  system.daemon.sensors = [value]
  system.daemon.emit({ $case: 'capture', value })
}

const line = (page: Page) => page.getByRole('region', { name: 'State of the network' })
const day = (page: Page) => page.getByRole('region', { name: 'The last 24 hours' }).getByRole('listitem')

test('an outage is said on Home with its evidence, and stays in the list of the day', async () => {
  await using watched = await system.signIn()
  const { page, faults } = watched
  expect(await line(page).getByText('internet').count()).toBe(0)
  say(UplinkState.UP, 60)
  await line(page).getByText('The internet can be reached').waitFor(SOON)
  say(UplinkState.BEYOND_SILENT, 5)
  const outage = 'No internet: the gateway 192.168.1.1 answers, nothing beyond it does'
  await line(page).getByText(outage).waitFor(SOON)
  await line(page)
    .getByText('Last answer from beyond the gateway: of a resolver, 7 minutes ago')
    .waitFor(SOON)
  await day(page).getByText(outage).waitFor(SOON)
  expect([...(await auditPage(page)), ...(await axeFaults(page))]).toEqual([])
  say(UplinkState.UP, 2)
  await line(page).getByText('The internet can be reached').waitFor(SOON)
  await day(page).getByText('The internet can be reached again, after 3 minutes').waitFor(SOON)
  expect(faults).toEqual([])
})
