import { expect, test } from 'vitest'
import { rationed } from './log-quota.js'

test('of what others cause some lines a minute are logged, and how many were left out', () => {
  const said: unknown[] = []
  const say = (message: string, fields = {}) => void said.push([message, fields])
  let nowMs = 0
  const log = rationed({ info: say, warn: say, error: say }, 2, () => nowMs)
  for (const text of ['a', 'b', 'c', 'd']) log.warn(text, { pid: 1 })
  log.error('e')
  expect(said).toEqual([
    ['a', { pid: 1 }],
    ['b', { pid: 1 }],
  ])
  nowMs = 60_000
  log.error('f')
  expect(said.at(-1)).toEqual(['f', { leftOut: 3 }])
})
