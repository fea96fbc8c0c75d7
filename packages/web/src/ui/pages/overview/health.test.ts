import { expect, test } from 'vitest'
import { type HealthFacts, judgeHealth } from './health.js'

const running = { state: 'running', dropped: 0, packets: 1000, learningUntilMs: 0 } as const
const fine: HealthFacts = {
  isDaemonConnected: true,
  sensors: [running],
  openAlerts: { info: 3, warning: 0, critical: 0 },
  nowMs: 1000,
}

test.each<[string, Partial<HealthFacts>]>([
  ['well', {}],
  ['unknown', { isDaemonConnected: null }],
  ['unknown', { openAlerts: null }],
  ['daemon_down', { isDaemonConnected: false, openAlerts: { info: 0, warning: 1, critical: 0 } }],
  ['critical', { isDaemonConnected: false, openAlerts: { info: 0, warning: 0, critical: 1 } }],
  ['not_watching', { sensors: [{ ...running, state: 'stopped' }] }],
  ['not_watching', { sensors: [] }],
  ['warning', { openAlerts: { info: 0, warning: 2, critical: 0 } }],
  ['lossy', { sensors: [running, { ...running, dropped: 10 }] }],
  ['learning', { sensors: [{ ...running, learningUntilMs: 2000 }] }],
])('it is %s when %j', (kind, facts) => {
  expect(judgeHealth({ ...fine, ...facts }).kind).toBe(kind)
})
