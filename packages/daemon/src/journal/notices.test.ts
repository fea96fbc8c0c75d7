import { expect, test } from 'vitest'
import { Notices } from './notices.js'

test('the newest notices are kept, in the order they came', () => {
  const notices = new Notices()
  for (let atMs = 0; atMs < 100; atMs++) notices.add({ text: { rule: 'r', params: {} }, atMs })
  expect(notices.list()).toHaveLength(64)
  expect([notices.list()[0]?.atMs, notices.list().at(-1)?.atMs]).toEqual([36, 99])
})
