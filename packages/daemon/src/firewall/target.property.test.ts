import { NetWatcherError } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allBlockRules } from './rules.js'
import { parseTarget } from './target.js'

function isAccepted(run: () => unknown): boolean {
  try {
    run()
  } catch (error) {
    if (error instanceof NetWatcherError && error.code === 'invalid_argument') return false
    throw error
  }
  return true
}

const RULE =
  /^-A NETWATCHER-(?:FROM|TO) (?:-[sd] (?:\d+(?:\.\d+){3}\/(?:2[4-9]|3[0-2])|[0-9a-f:]+\/(?:6[4-9]|[7-9]\d|1[012]\d))|-m mac --mac-source [0-9a-f:]{17}) -m comment --comment "nw:0123456789abcdef" -j DROP$/

test('whatever the text, it is refused or its rules are of the one known form', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefx.:/-, %![]'.split('')), maxLength: 45 }),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: -1, max: 130 })).map((pair) => pair.join('/')),
  )
  fc.assert(
    fc.property(fc.constantFrom('cidr' as const, 'mac' as const), hostile, (type, text) => {
      if (!isAccepted(() => parseTarget({ type, text }))) return
      const rules = allBlockRules({
        id: '0123456789abcdef',
        targets: [parseTarget({ type, text })],
        quarantine: null,
      })
      expect(rules.length).toBeGreaterThan(0)
      for (const rule of rules) expect(rule).toMatch(RULE)
    }),
    { numRuns: 500 },
  )
})
