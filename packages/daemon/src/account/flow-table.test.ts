import { expect, test } from 'vitest'
import { type FlowEntry, FlowTable, makeFlowEntry } from './flow-table.js'

const IPV6: FlowEntry = { ...makeFlowEntry(), family: 6, protocol: 17, servicePort: 53 }

test.each([
  'macHigh',
  'macLow',
  'protocol',
  'servicePort',
  'device0',
  'device1',
  'device2',
  'device3',
  'remote0',
  'remote1',
  'remote2',
  'remote3',
] as const)('flows that differ in %s alone are two, wherever they hash to', (field) => {
  // With room for one flow in two slots, half of all second flows meet the first.
  for (let i = 0; i < 32; i++) {
    const table = new FlowTable(1)
    expect(table.locate(IPV6)).toBeGreaterThanOrEqual(0)
    expect(table.locate({ ...IPV6, [field]: 1 })).toBe(-1)
    expect(table.locate({ ...IPV6 })).toBeGreaterThanOrEqual(0)
  }
})

test('IPv4 looks at one word of each address', () => {
  const table = new FlowTable(1)
  const ipv4 = { ...makeFlowEntry(), family: 4 }
  expect(table.locate(ipv4)).toBe(table.locate({ ...ipv4, device0: 1, remote2: 1 }))
  expect(table.locate({ ...ipv4, family: 0 })).toBe(-1)
})

test('it holds exactly its capacity, in order of arrival, and counts past 32 bits', () => {
  const capacity = 3000
  const table = new FlowTable(capacity)
  for (let remote3 = 0; remote3 < capacity; remote3++) {
    const slot = table.locate({ ...IPV6, remote3 })
    expect(table.addTx(slot, 2 ** 33)).toBe(true)
    expect(table.addTx(slot, remote3)).toBe(false)
    expect(table.addRx(slot, 1)).toBe(true)
  }
  expect(table.locate({ ...IPV6, remote3: capacity })).toBe(-1)
  expect(table.count).toBe(capacity)
  const entry = makeFlowEntry()
  for (let position = 0; position < capacity; position++) {
    table.read(position, entry)
    expect(entry).toEqual({
      ...IPV6,
      remote3: position,
      txBytes: 2 ** 33 + position,
      txPackets: 2,
      rxBytes: 1,
      rxPackets: 1,
    })
  }
})

test('after clear nothing is left of a flow', () => {
  const table = new FlowTable(4)
  const slot = table.locate(IPV6)
  table.addTx(slot, 100)
  table.replacePeer(slot, 1, 2)
  table.clear()
  expect(table.count).toBe(0)
  const again = table.locate(IPV6)
  expect(table.replacePeer(again, 1, 2)).toBe(true)
  expect(table.replacePeer(again, 1, 2)).toBe(false)
  expect(table.addTx(again, 1)).toBe(true)
  const entry = makeFlowEntry()
  table.read(0, entry)
  expect(entry).toMatchObject({ txBytes: 1, txPackets: 1 })
})
