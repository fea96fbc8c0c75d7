import { expect, test } from 'vitest'
import { FAMILY_SHIFT, type FlowEntry, FlowTable, KEY, KEY_WORDS } from './flow-table.js'

const makeKey = (family: number, words: Record<number, number> = {}) =>
  Int32Array.from(
    { length: KEY_WORDS },
    (_, i) => words[i] ?? (i === KEY.familyProtocol ? family << FAMILY_SHIFT : 0),
  )
const locate = (table: FlowTable, key: Int32Array) => {
  const hashes = new Int32Array(1)
  table.hashAll(key, KEY_WORDS, 1, hashes)
  return table.locate(key, 0, hashes[0] ?? 0)
}
const makeEntry = (): FlowEntry => ({
  ...{ key: makeKey(0), txBytes: 0, rxBytes: 0, txPackets: 0, rxPackets: 0 },
  ...{ peerHigh: 0, peerLow: 0 },
})

test.each(Array.from({ length: KEY_WORDS }, (_, i) => i))(
  'flows that differ in word %i alone are two',
  (word) => {
    // With room for one flow in two places, half of all second flows meet the first.
    for (let i = 0; i < 32; i++) {
      const table = new FlowTable(1)
      expect(locate(table, makeKey(6))).toBe(0)
      expect(locate(table, makeKey(6, { [word]: (6 << FAMILY_SHIFT) + 1 }))).toBe(-1)
      expect(locate(table, makeKey(6))).toBe(0)
    }
  },
)

test('IPv4 looks at one word of each address', () => {
  const table = new FlowTable(1)
  expect(locate(table, makeKey(4))).toBe(0)
  expect(locate(table, makeKey(4, { [KEY.deviceWide]: 1, [KEY.remoteWide + 2]: 1 }))).toBe(0)
  expect(locate(table, makeKey(0))).toBe(-1)
})

test('it holds exactly its capacity, in order of arrival, and counts past 32 bits', () => {
  const capacity = 3000
  const table = new FlowTable(capacity)
  const isNew = Array.from({ length: capacity }, (_, remote) => {
    const flow = locate(table, makeKey(6, { [KEY.remote]: remote }))
    return [table.addTx(flow, 2 ** 33), table.addTx(flow, remote), table.addRx(flow, 1, 0, 0)].join(' ')
  })
  expect(new Set(isNew)).toEqual(new Set(['true false true']))
  expect(locate(table, makeKey(6, { [KEY.remote]: capacity }))).toBe(-1)
  expect(table.count).toBe(capacity)
  const entry = makeEntry()
  for (let flow = 0; flow < capacity; flow++) {
    table.read(flow, entry)
    expect(entry).toMatchObject({
      key: makeKey(6, { [KEY.remote]: flow }),
      txBytes: 2 ** 33 + flow,
      txPackets: 2,
      rxBytes: 1,
      rxPackets: 1,
    })
  }
})

test('a remote side that moves to another MAC address is noticed once', () => {
  const table = new FlowTable(4)
  const flow = locate(table, makeKey(4))
  expect([1, 1, 2, 2, 1].map((low) => table.addRx(flow, 1, 9, low))).toEqual([true, false, true, false, true])
  expect([8, 8].map((high) => table.addRx(flow, 1, high, 1))).toEqual([true, false])
})

test('after clear nothing is left of a flow', () => {
  const table = new FlowTable(4)
  const flow = locate(table, makeKey(6))
  table.addTx(flow, 100)
  table.addRx(flow, 100, 1, 2)
  table.clear()
  expect(table.count).toBe(0)
  expect(locate(table, makeKey(6))).toBe(flow)
  expect(table.addTx(flow, 1)).toBe(true)
  const entry = makeEntry()
  table.read(flow, entry)
  expect(entry).toMatchObject({ key: makeKey(6), txBytes: 1, txPackets: 1, rxBytes: 0, rxPackets: 0 })
})

test('after a flood it is as good as new', () => {
  const capacity = 64
  const table = new FlowTable(capacity)
  const fill = (count: number) => {
    for (let remote = 0; remote < count; remote++) {
      const flow = locate(table, makeKey(6, { [KEY.remote]: remote }))
      expect(flow).toBe(remote)
      expect(table.addTx(flow, 1)).toBe(true)
    }
    expect(table.count).toBe(count)
    table.clear()
  }
  for (const count of [capacity, 3, 2, capacity, capacity, 0, 40]) fill(count)
})
