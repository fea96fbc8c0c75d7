import { readFileSync } from 'node:fs'
import { ALERT_KINDS, isKnownRule } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { RULES_AGAINST } from './rules-against.js'
import { RULES_FOR } from './rules-for.js'

const DOCUMENT = new URL('../../../../../docs/DETECTION.md', import.meta.url)

/** Rows of the table under this heading, as `rule weight` or `rule weight alone`. */
function documented(side: 'For' | 'Against'): string[] {
  const [, after = ''] = readFileSync(DOCUMENT, 'utf8').split(`| ${side} | Weight |`)
  const [table = ''] = after.split('\n\n')
  const rows = [...table.matchAll(/^\| `(\w+)`( \(\*alone\*\))? \| (\d) \|/gm)]
  return rows.map(([, rule, alone, weight]) => `${rule} ${weight}${alone ? ' alone' : ''}`)
}

test.each([
  ['For', RULES_FOR],
  ['Against', RULES_AGAINST],
] as const)('the document has the rules that speak %s, with their weights', (side, rules) => {
  const here = rules.map(({ id, weight, standsAlone }) => `${id} ${weight}${standsAlone ? ' alone' : ''}`)
  expect(here.length).toBeGreaterThan(10)
  expect(documented(side).sort()).toEqual(here.sort())
})

test('every rule has a name of its own and a sentence', () => {
  const ids = [...RULES_FOR, ...RULES_AGAINST].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !isKnownRule(id))).toEqual([])
})

test('the document has every kind of alert, once', () => {
  const [, after = ''] = readFileSync(DOCUMENT, 'utf8').split('## All kinds')
  const [section = ''] = after.split('\n## ')
  const kinds = [...section.matchAll(/^\| ((`\w+`(, )?)+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\w+/g)].map(([kind]) => kind),
  )
  expect(kinds.sort()).toEqual([...ALERT_KINDS].sort())
})
