import { expect, test } from 'vitest'
import { cleanName } from './clean-name.js'

test.each([
  ['laptop', 'laptop'],
  ['  two   words ', 'two words'],
  ['printer.local.', 'printer.local'],
  ['\u0000\u0007\u001b[2Jx', '[2Jx'],
  ['\u202eevil\u2066', 'evil'],
  ['a\u200bb\ufeffc', 'abc'],
  ['line\u2028break\nand tab\t!', 'linebreakand tab!'],
  ['\ud800lone', 'lone'],
  ['<img onerror>', '<img onerror>'],
  ['🦊'.repeat(100), '🦊'.repeat(64)],
  ['', null],
  ['\u0000\u200b ', null],
])('the name %j becomes %j', (text, cleaned) => {
  expect(cleanName(text)).toBe(cleaned)
})

test.each(['\u3164', '\u2800', '\u115f', '\u034f', '\ufe0f', '\u200b', ' \u00a0 '])(
  'a name of %j alone is none',
  (blank) => {
    expect(cleanName(blank)).toBeNull()
    expect(cleanName(`${blank}x`)).toContain('x')
  },
)
