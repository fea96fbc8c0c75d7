import { expect, test } from 'vitest'
import { MachineWatch } from './watch-machine.js'

function machine() {
  const state = { addresses: 'a', links: 'l', refreshes: 0, error: null as Error | null }
  const watch = new MachineWatch({
    sensors: {
      check: () => {},
      refresh: async () => {
        state.refreshes++
        if (state.error) throw state.error
      },
    },
    sockets: [{ check: async () => {} }],
    linkFingerprint: () => state.links,
    addressFingerprint: () => state.addresses,
  })
  return { state, watch }
}

test('sensors are told of a machine that has changed, and only then', async () => {
  const { state, watch } = machine()
  for (let i = 0; i < 5; i++) await watch.look()
  expect(state.refreshes).toBe(1)
  state.addresses = 'b'
  await watch.look()
  expect(state.refreshes).toBe(2)
  state.links = 'm'
  for (let i = 0; i < 3; i++) await watch.look()
  expect(state.refreshes).toBe(3)
})

test('a change that the sensors could not be told of is told by the next look', async () => {
  const { state, watch } = machine()
  await watch.look()
  state.addresses = 'b'
  state.error = new Error('ip: no buffer space')
  await expect(watch.look()).rejects.toThrow('no buffer space')
  state.error = null
  await watch.look()
  expect(state.refreshes).toBe(3)
  await watch.look()
  expect(state.refreshes).toBe(3)
})

test('routes change without a trace: now and then the sensors are told anyway', async () => {
  const { state, watch } = machine()
  for (let i = 0; i < 60; i++) await watch.look()
  expect(state.refreshes).toBe(3)
})
