/** axe-core in the page: what keeps somebody from using it, by the rules of WCAG 2.2 A and AA. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const BAD = ['serious', 'critical']

/** The serious and the critical findings. It is injected by the debugger, which the policy of the page lets in. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(await source)
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] })`,
  )) as AxeResults
  return violations
    .filter(({ impact }) => BAD.includes(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `axe ${id}: ${html.slice(0, 120)}`))
}
