import { expect, test } from 'vitest'
import { parseTarget, parseTargets } from './target.js'

test.each([
  [' 192.168.1.5 ', '192.168.1.5'],
  ['192.168.1.0/28', '192.168.1.0/28'],
  ['FE80:0::1', 'fe80::1'],
  ['AA-BB-CC-00-11-22', 'aa:bb:cc:00:11:22'],
])('%j is %s', (text, target) => {
  expect(parseTarget(text)).toBe(target)
})

test.each([
  '',
  'router.local',
  '010.0.0.1',
  '10.1',
  '192.168.1.5/24',
  '-j ACCEPT',
  '10.0.0.1,10.0.0.2',
  '1.2.3.4/33',
])('%j is refused', (text) => {
  expect(parseTarget(text)).toBeNull()
})

test('several targets are read together, each once, and all of them must be sound', () => {
  expect(parseTargets(' 192.168.1.5, AA-BB-CC-00-11-22\naa:bb:cc:00:11:22 ')).toEqual([
    '192.168.1.5',
    'aa:bb:cc:00:11:22',
  ])
  expect(parseTargets('192.168.1.5 router')).toBeNull()
  expect(parseTargets(' ,')).toBeNull()
})
