import { expect, test } from 'vitest'
import { reachOf, SERVICE_KINDS, serviceOf } from './index.js'
import list from './services.json' with { type: 'json' }

test.each([
  ['8.8.8.8', 'internet'],
  ['2a00:1450::1', 'internet'],
  ['10.0.0.1', 'local'],
  ['172.31.0.1', 'local'],
  ['100.64.0.1', 'local'],
  ['169.254.1.1', 'local'],
  ['fd00::1', 'local'],
  ['fe80::1', 'local'],
  ['127.0.0.1', 'local'],
  ['224.0.0.251', 'group'],
  ['ff02::1', 'group'],
  ['255.255.255.255', 'group'],
  ['', 'not_ip'],
])('%s reaches %s', (ip, reach) => {
  expect(reachOf(ip)).toBe(reach)
})

test('a service is found by the longest listed end of a name', () => {
  expect(serviceOf('rr5---sn-ab.GoogleVideo.com')).toEqual({ name: 'YouTube', kind: 'streaming' })
  expect(serviceOf('music.apple.com')).toEqual({ name: 'Apple Music and TV', kind: 'streaming' })
  expect(serviceOf('www.apple.com')).toBeNull()
  expect(serviceOf('notnetflix.com')).toBeNull()
  expect(serviceOf('com')).toBeNull()
})

test('the list has every kind, and each name once', () => {
  expect(Object.keys(list)).toEqual([...SERVICE_KINDS])
  const names = Object.values(list).flatMap((services) => Object.values(services).flat())
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
})
