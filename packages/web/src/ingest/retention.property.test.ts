import { DAY_MS, HOUR_MS } from '@netwatcher/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestStore, event, SOURCE, sumOf, trafficOf } from '../testing/test-store.js'
import { applyEvents } from './apply.js'
import { NO_PRESSURE, planRetention } from './retention-plan.js'

const NOW = Date.UTC(2026, 5, 15, 12, 34, 56)
const POLICY = { retentionDays: 365, budgetBytes: 2 ** 40 }

test('rolling up never changes a sum', async () => {
  const bucket = fc.record({
    ageMs: fc.nat(200 * DAY_MS),
    device: fc.nat(5),
    remote: fc.nat(5),
    txBytes: fc.nat(10_000),
    rxBytes: fc.nat(10_000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(bucket, { minLength: 1, maxLength: 40 }), async (buckets) => {
      await using test = await createTestStore()
      const { store } = test
      // Else devices are forgotten, and so is what each has used.
      await store.inventoryChoices.set('on')
      const events = buckets.map(({ ageMs, device, remote, txBytes, rxBytes }, i) => {
        const row = { deviceMac: `aa:bb:cc:dd:ee:0${device}`, remoteIp: `8.8.8.${remote}`, txBytes, rxBytes }
        return event(i + 1, trafficOf([row], NOW - ageMs))
      })
      await applyEvents(store, SOURCE, events, NOW)
      const total = buckets.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
      await store.retention.apply(planRetention(NOW, POLICY, NO_PRESSURE))
      // Late rows of hours that were rolled up already are added to them by the next run.
      await applyEvents(store, SOURCE, [event(1000, trafficOf([{}], NOW - 3 * DAY_MS))], NOW)
      await store.retention.apply(planRetention(NOW + HOUR_MS, POLICY, NO_PRESSURE))
      expect(await sumOf(store, 'traffic')).toBe(total + 300)
      for (const scope of [0, 1, 2]) expect(await sumOf(store, 'usage', `scope = ${scope}`)).toBe(total + 300)
    }),
    { numRuns: 5 },
  )
})
