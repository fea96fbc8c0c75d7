import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { worded } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const connect = async ({ daemon }: TestApi) => daemon.link.connected(await daemon.api.getStatus())
const NOBODY = { headers: { authorization: null } }

test('anybody may ask whether all is well, and is told no more', async () => {
  await connect(api)
  const well = await api.request('GET', '/healthz', NOBODY)
  expect([well.status, await well.json()]).toEqual([200, { ok: true }])
  expect((await api.request('HEAD', '/healthz', NOBODY)).status).toBe(200)
  api.daemon.link.disconnected(worded('away'))
  const ill = await api.request('GET', '/healthz', NOBODY)
  expect([ill.status, await ill.json()]).toEqual([503, { ok: false }])
})

test('it is not well while nothing can be stored', async () => {
  await using failing = await createTestApi({ storageError: () => worded('The disk is full.') })
  await connect(failing)
  expect((await failing.request('GET', '/healthz', NOBODY)).status).toBe(503)
})

test('metrics take a token', async () => {
  expect((await api.request('GET', '/metrics', NOBODY)).status).toBe(401)
})

test('promtool accepts the metrics', async () => {
  await connect(api)
  await api.request('POST', '/api/traffic', { body: { dst: '8.8.8.8', bytes: 1 } })
  const response = await api.request('GET', '/metrics')
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  expect(text).toContain('netwatcher_sensor_frames_total{daemon="local",interface="eth0"}')
  expect(text).toContain('netwatcher_daemon_connected{daemon="local",site="default"} 1')
  expect(text).toContain('netwatcher_alerts_open{severity="critical"} 0')
  const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text })
  expect([status, String(stderr), String(stdout)]).toEqual([0, '', ''])
})

test('no device or destination becomes a label', async () => {
  const series = async () => (await (await api.request('GET', '/metrics')).text()).split('\n').length
  const before = await series()
  for (let i = 1; i < 20; i++) {
    await api.request('POST', '/api/traffic', { body: { dst: `8.8.8.${i}`, bytes: 1 } })
  }
  expect(await series()).toBe(before)
})

test('sensors of a daemon that is away are not told as they were', async () => {
  api.daemon.link.disconnected(worded('away'))
  const text = await (await api.request('GET', '/metrics')).text()
  expect(text).not.toContain('netwatcher_sensor')
  expect(text).toContain('netwatcher_daemon_connected{daemon="local",site="default"} 0')
})

test('the dashboard asks for nothing that is not told', async () => {
  await connect(api)
  const told = await (await api.request('GET', '/metrics')).text()
  const dashboard = readFileSync(new URL('../../../../docs/grafana-dashboard.json', import.meta.url), 'utf8')
  const { panels } = JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }
  const asked = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(netwatcher|process)_\w+/g) ?? []),
  )
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter((name) => !told.includes(`# TYPE ${name} `))).toEqual([])
})
