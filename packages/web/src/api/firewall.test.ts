import { render } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FirewallBlock, PlanResponse, WaitingResponse } from '../contract/firewall.js'
import { host, observation, traffic, trafficRow } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'

const LAPTOP = { ip: '192.168.1.66', mac: 'aa:bb:cc:dd:ee:01' }
const PRINTER = { ip: '192.168.1.6', mac: 'aa:bb:cc:dd:ee:02' }

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  const nowMs = Date.now()
  // The printer had the laptop's address before.
  const before = host(LAPTOP.ip, PRINTER.mac, nowMs - 60_000)
  api.fake.emit(observation([before, host(LAPTOP.ip, LAPTOP.mac), host(PRINTER.ip, PRINTER.mac)]))
  for await (const event of api.daemon.api.watch(null, new AbortController().signal)) {
    await applyEvents(api.deps.store, FAKE_SOURCE, [event], Date.now())
    break
  }
  await api.request('PATCH', `/api/devices/${LAPTOP.mac}`, { body: { name: 'Laptop of Ann' } })
  await api.request('PATCH', `/api/devices/${PRINTER.mac}`, { body: { name: 'Printer' } })
})
afterAll(() => api[Symbol.asyncDispose]())

async function plan(...targets: string[]): Promise<{ token: string; deviceNames: string[] }> {
  const response = await api.request('POST', '/api/firewall/plan', { body: { targets, lifetimeSeconds: 60 } })
  expect(response.status).toBe(200)
  return (await response.json()) as { token: string; deviceNames: string[] }
}

async function apply(body: object): Promise<[number, unknown]> {
  const response = await api.request('POST', '/api/firewall/apply', { body })
  const { reason } = (await response.json()) as { reason?: string }
  return [response.status, reason]
}

test('what the caller says that the target is does not count', async () => {
  const { token } = await plan(LAPTOP.ip)
  expect(await apply({ token, target: PRINTER.ip, confirmation: PRINTER.ip })).toEqual([400, 'CONFIRMATION'])
  expect(await apply({ token, target: PRINTER.ip, confirmation: LAPTOP.ip })).toEqual([400, 'TARGET'])
  expect((await apply({ token, target: LAPTOP.ip, confirmation: LAPTOP.ip }))[0]).toBe(200)
})

test.each([
  [LAPTOP.ip, 'laptop of ann'],
  [LAPTOP.mac, 'Laptop of Ann'],
  [LAPTOP.mac, 'AA-BB-CC-DD-EE-01'],
])('the plan for %s is applied after %j was typed', async (target, confirmation) => {
  const { token, deviceNames } = await plan(target)
  expect(deviceNames).toEqual(['Laptop of Ann'])
  expect(await apply({ token, confirmation: 'Printer' })).toEqual([400, 'CONFIRMATION'])
  expect((await apply({ token, confirmation }))[0]).toBe(200)
})

test('a prefix has no name of its own', async () => {
  expect((await plan('192.168.1.64/28')).deviceNames).toEqual([])
})

test('a token that was not planned through this web part is refused', async () => {
  const targets = [{ target: { value: LAPTOP.ip, $case: 'cidr' as const } }]
  const times = { lifetimeSeconds: 60, confirmSeconds: 60 }
  const request = {
    targets,
    ...times,
    reason: '',
    overrideMacs: [],
    schedule: undefined,
    policy: undefined,
  }
  const { token } = api.fake.firewall.plan(request)
  expect(await apply({ token, confirmation: LAPTOP.ip })).toEqual([409, 'TOKEN_NOT_VALID'])
})

test('a token is good for one apply', async () => {
  const { token } = await plan(LAPTOP.ip)
  expect((await apply({ token, confirmation: LAPTOP.ip }))[0]).toBe(200)
  expect(await apply({ token, confirmation: LAPTOP.ip })).toEqual([409, 'TOKEN_NOT_VALID'])
})

test('several targets are one plan, which any of them confirms, and whose texts are in the language asked for', async () => {
  const { token, deviceNames } = await plan(LAPTOP.mac, PRINTER.mac)
  expect(deviceNames).toEqual(['Laptop of Ann', 'Printer'])
  expect((await apply({ token, confirmation: PRINTER.mac }))[0]).toBe(200)
  const body = { targets: [LAPTOP.ip], lifetimeSeconds: 60 }
  const headers = { 'accept-language': 'id' }
  const inIndonesian = await api.request('POST', '/api/firewall/plan', { body, headers })
  const { scope, warnings } = (await inIndonesian.json()) as PlanResponse
  expect(warnings).toEqual([])
  expect(scope).toContain(`hubungan mesin ini dengan ${LAPTOP.ip}`)
})

test('a device is paused whole: all its MACs, and the addresses that are its own now', async () => {
  const body = { device: PRINTER.mac.toUpperCase(), lifetimeSeconds: 1800 }
  const response = await api.request('POST', '/api/firewall/plan', { body })
  const { targets, deviceNames, token, lifetimeSeconds } = (await response.json()) as PlanResponse
  expect(targets).toEqual([PRINTER.mac, PRINTER.ip])
  expect([deviceNames, lifetimeSeconds]).toEqual([['Printer'], 1800])
  expect((await apply({ token, confirmation: 'printer' }))[0]).toBe(200)
})

test('a schedule for a tag is a plan for every MAC of the devices that have it', async () => {
  const { store } = api.deps
  const ids = await Promise.all(
    [LAPTOP, PRINTER].map(async ({ mac }) => (await store.inventory.idOf(mac)) ?? 0),
  )
  const act = { atMs: Date.now(), source: 'person' as const }
  await store.inventory.change({ ids }, { patch: {}, addTags: ['kids'], removeTags: [] }, act)
  const body = { tag: 'kids', schedule: NIGHTS, lifetimeSeconds: 7_776_000 }
  const response = await api.request('POST', '/api/firewall/plan', { body })
  const { targets } = (await response.json()) as PlanResponse
  expect(targets.toSorted()).toEqual([LAPTOP.mac, PRINTER.mac].toSorted())
  await store.inventory.change({ ids }, { patch: {}, addTags: [], removeTags: ['kids'] }, act)
})

test.each([
  [{ tag: 'nobody' }, 404],
  [{ tag: 'kids', device: LAPTOP.mac }, 400],
  [{}, 400],
  [{ targets: [LAPTOP.ip], device: LAPTOP.mac }, 400],
  [{ device: LAPTOP.ip }, 400],
  [{ device: '02:00:00:00:00:77' }, 404],
])('a plan for %j is refused', async (what, status) => {
  const response = await api.request('POST', '/api/firewall/plan', { body: { ...what, lifetimeSeconds: 60 } })
  expect(response.status).toBe(status)
})

test('a plan shows what its rules would have stopped, before anything is typed', async () => {
  const { store } = api.deps
  const key = { deviceMac: LAPTOP.mac, deviceIp: LAPTOP.ip, remoteIp: '192.168.1.5' }
  const row = trafficRow({ ...key, protocol: 6, servicePort: 445, txBytes: 300n, rxBytes: 4000n })
  api.fake.emit(traffic([row], Date.now() - 3_600_000))
  for await (const event of api.daemon.api.watch(null, new AbortController().signal)) {
    await applyEvents(store, FAKE_SOURCE, [event], Date.now())
    if (event.payload.kind === 'traffic') break
  }
  await store.traffic.fold()
  const body = { device: LAPTOP.mac, lifetimeSeconds: 1800 }
  const response = await api.request('POST', '/api/firewall/plan', { body })
  const { wouldHaveCut, cutsInternet } = (await response.json()) as PlanResponse
  expect(cutsInternet).toBe(false)
  expect(wouldHaveCut).toMatchObject({
    total: 1,
    txBytes: 300,
    rxBytes: 4000,
    conversations: [
      {
        device: LAPTOP.mac,
        deviceName: 'Laptop of Ann',
        remoteIp: '192.168.1.5',
        protocol: 'tcp',
        port: 445,
      },
    ],
  })
})

const NIGHTS = { slots: [{ weekday: 5, startMinute: 1260, endMinute: 360 }], timeZone: 'Asia/Jakarta' }

async function stand(what: object, typed: string): Promise<FirewallBlock> {
  const body = { lifetimeSeconds: 7_776_000, ...what }
  const planned = await api.request('POST', '/api/firewall/plan', { body })
  const { token } = (await planned.json()) as PlanResponse
  const applied = await api.request('POST', '/api/firewall/apply', { body: { token, confirmation: typed } })
  const { id: blockId } = (await applied.json()) as FirewallBlock
  const confirmed = await api.request('POST', '/api/firewall/confirm', { body: { blockId } })
  return (await confirmed.json()) as FirewallBlock
}

test('a schedule is typed when it is made and when it is confirmed again, and lifted with one call', async () => {
  const { id: blockId, ...made } = await stand({ device: LAPTOP.mac, schedule: NIGHTS }, 'Laptop of Ann')
  expect(made).toMatchObject({ schedule: { ...NIGHTS, exceptions: [] }, policy: { kind: 'schedule' } })
  const again = async (body: object) => {
    const response = await api.request('POST', '/api/firewall/confirm', { body: { blockId, ...body } })
    return [response.status, ((await response.json()) as { reason?: string }).reason]
  }
  expect(await again({})).toEqual([400, 'CONFIRMATION'])
  expect(await again({ confirmation: 'Printer' })).toEqual([400, 'CONFIRMATION'])
  expect((await again({ confirmation: 'laptop of ann' }))[0]).toBe(200)
  const untilMs = Date.now() + 3_600_000
  const lifted = await api.request('POST', '/api/firewall/lift', { body: { blockId, untilMs } })
  expect(await lifted.json()).toMatchObject({ schedule: { exceptions: [{ untilMs, isBlocked: false }] } })
})

test('a quarantine admits whoever is there, shows who waits, and lets them in with one call', async () => {
  const typed = { interfaces: ['eth0'], admit: 'known' as const }
  await api.request('PATCH', `/api/devices/${PRINTER.mac}`, { body: { trust: 'known' } })
  const { id: blockId, policy } = await stand({ quarantine: typed }, 'eth0')
  expect(policy).toMatchObject({ kind: 'quarantine', interfaces: ['eth0'], admittedMacs: [PRINTER.mac] })
  const waiting = async () =>
    (await (await api.request('GET', '/api/firewall/waiting')).json()) as WaitingResponse
  expect((await waiting()).devices.map(({ mac }) => mac)).toEqual([LAPTOP.mac])
  const admitted = await api.request('POST', '/api/firewall/admit', { body: { blockId, device: LAPTOP.mac } })
  expect(await admitted.json()).toMatchObject({ policy: { admittedMacs: [PRINTER.mac, LAPTOP.mac] } })
  expect(await waiting()).toEqual({ devices: [], total: 0 })
  const ended = await api.request('POST', '/api/firewall/revoke-all', { body: {} })
  expect(await ended.json()).toMatchObject({ blocks: [], allowedPolicies: ['schedule', 'quarantine'] })
})

test.each([
  ['a week and a second, once', { targets: [LAPTOP.ip], lifetimeSeconds: 604_801 }],
  ['more than ninety days', { targets: [LAPTOP.ip], lifetimeSeconds: 7_776_001, schedule: NIGHTS }],
  [
    'a quarantine with hours',
    { quarantine: { interfaces: ['eth0'] }, schedule: NIGHTS, lifetimeSeconds: 60 },
  ],
  [
    'a quarantine of somebody',
    { quarantine: { interfaces: ['eth0'] }, targets: [LAPTOP.ip], lifetimeSeconds: 60 },
  ],
  [
    'a day that is none',
    { targets: [LAPTOP.ip], lifetimeSeconds: 60, schedule: { ...NIGHTS, slots: [{ weekday: 0 }] } },
  ],
])('%s is refused', async (_what, body) => {
  expect((await api.request('POST', '/api/firewall/plan', { body })).status).toBe(400)
})

test('why the daemon refuses is told in the language of whoever reads it', async () => {
  const said = { rule: 'guard_router', params: { target: '192.168.1.1', ip: '192.168.1.1' } }
  const refused = { code: 9, reason: 'TARGET_GATEWAY', details: 'In English.' }
  const ask = async (language: string) => {
    const headers = { 'accept-language': language }
    const body = { targets: ['192.168.1.1'], lifetimeSeconds: 60 }
    const response = await api.request('POST', '/api/firewall/plan', { body, headers })
    const { detail, reason } = (await response.json()) as { detail: string; reason: string }
    return [response.headers.get('content-language'), detail, reason]
  }
  api.fake.failures.set('planBlock', { ...refused, said })
  expect(await ask('id')).toEqual(['id', render(said, 'id'), 'TARGET_GATEWAY'])
  expect(await ask('en')).toEqual(['en', render(said, 'en'), 'TARGET_GATEWAY'])
  api.fake.failures.set('planBlock', { ...refused, said: { rule: 'of_the_future', params: {} } })
  expect(await ask('id')).toEqual(['en', 'In English.', 'TARGET_GATEWAY'])
  api.fake.failures.delete('planBlock')
})
