import { expect, test } from 'vitest'
import { runDrill } from './drill.js'

const NOW = 1_800_000_000_000
const ID = 'd'.repeat(32)

test('the detectors find a spoof among frames that were on no wire, told as a drill', () => {
  const update = runDrill(NOW, NOW + 5, ID)
  expect(update?.alert).toMatchObject({
    id: ID,
    kind: 'drill',
    severity: 'warning',
    state: 'ended',
    ip: '192.0.2.1',
    firstSeenMs: NOW + 5,
    lastSeenMs: NOW + 5,
  })
  expect(update?.alert.parties).toContainEqual(
    expect.objectContaining({ role: 'suspect', mac: '00:00:5e:00:53:66' }),
  )
  expect(update?.evidence?.length).toBeGreaterThan(100)
})

test('each drill is one of its own', () => {
  const [first, second] = ['a', 'b'].map((digit) => runDrill(NOW, NOW, digit.repeat(32)))
  expect(first?.alert.id).not.toBe(second?.alert.id)
  expect({ ...first?.alert, id: '' }).toEqual({ ...second?.alert, id: '' })
})
