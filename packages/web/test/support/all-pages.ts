/** Every page there is, by its route: a new one fails the tests that walk them until they say what it shows. */

import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { PATHS, type Path } from '../../src/ui/app/paths.js'

/** Of the records that pages with an id are opened for. */
export interface Ids {
  device: string
  alert: string
  incident: string
}

export function addressOf(path: Path, { device, alert, incident }: Ids): string {
  switch (path) {
    case '/devices/:id':
      return `/devices/${device}`
    case '/alerts/:id':
      return `/alerts/${alert}`
    case '/incidents/:id':
      return `/incidents/${incident}`
    case '/alerts':
      return '/alerts?acknowledged=all'
    case '/incidents':
      return '/incidents?state=all'
    default:
      return path
  }
}

/** Opens one after the other; what is wrong is told with the path of its page. */
export async function walk(page: Page, ids: Ids, faultsOf: (path: Path) => Promise<string[]>): Promise<void> {
  const found: string[] = []
  for (const path of PATHS) {
    await page.goto(addressOf(path, ids))
    await page.locator('main h1, main .back').first().waitFor()
    found.push(...(await faultsOf(path)).map((fault) => `${path}: ${fault}`))
  }
  expect(found).toEqual([])
}

/** All that the page says, line by line, for those who see it and for those who hear it. */
export async function said(page: Page): Promise<string> {
  const main = page.locator('main')
  const labels = await main
    .locator('[aria-label]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  return [...(await main.allInnerTexts()), ...labels].join('\n')
}
