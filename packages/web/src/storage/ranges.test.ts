import { reachOf } from '@netwatcher/shared/destinations'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestStore } from '../testing/test-store.js'
import { isNoGroup, isOfInternet, reachIn } from './ranges.js'

const EDGES = [
  ...[
    '',
    '0.0.0.0',
    '9.255.255.255',
    '10.0.0.0',
    '100.63.255.255',
    '100.64.0.0',
    '100.99.1.1',
    '100.127.255.255',
  ],
  ...[
    '100.128.0.0',
    '100.6.4.1',
    '126.0.0.1',
    '127.0.0.1',
    '169.254.0.1',
    '172.15.0.1',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...[
    '172.32.0.1',
    '192.167.1.1',
    '192.168.0.1',
    '223.255.255.255',
    '224.0.0.1',
    '239.1.1.1',
    '255.255.255.255',
  ],
  ...[
    '::',
    '::1',
    '2001:db8::1',
    'fbff::1',
    'fc00::1',
    'fd00::1',
    'fe7f::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
    'fd::1',
  ],
]

test('statements tell the internet, and groups, as the text of an address is told elsewhere', async () => {
  await using test = await createTestStore()
  const random = fc.sample(fc.ipV4(), { numRuns: 2000, seed: 1 })
  const rows: { ip: string; isOut: number; isOne: number; told: string }[] =
    await test.store.database.read.query(
      `SELECT value AS ip, ${isOfInternet('value')} AS isOut, ${isNoGroup('value')} AS isOne,
       ${reachIn('value')} AS told FROM json_each(?)`,
      [JSON.stringify([...EDGES, ...random])],
    )
  expect(rows.length).toBeGreaterThan(2000)
  for (const { ip, isOut, isOne, told } of rows) {
    const reach = reachOf(ip)
    expect([ip, isOut === 1, isOne === 1, told]).toEqual([ip, reach === 'internet', reach !== 'group', reach])
  }
})
