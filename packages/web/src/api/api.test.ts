import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { rulesSchema } from '../contract/channels.js'
import { takesDaemon } from '../contract/daemons.js'
import { liveEventSchema } from '../contract/events.js'
import { eventFrom } from '../daemon/convert.js'
import { alertEvent, host, observation, traffic, trafficRow } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import { LivePublisher } from '../live/publisher.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'
import { type LiveNews, liveEvent } from '../views/live-event.js'
import { apiRoutes } from './api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  const { fake, deps, daemon } = api
  fake.evidence.set('a'.repeat(32), [Uint8Array.of(10, 13, 13, 10), Uint8Array.of(1, 2, 3)])
  fake.emit(
    observation(
      [1, 2, 3].map((n) => host(`192.168.1.${9 + n}`, `aa:bb:cc:dd:ee:0${n}`)),
      [
        { ip: '192.168.1.10', mac: 'aa:bb:cc:dd:ee:01', name: 'laptop', source: 'dhcp', vlan: 0 },
        { ip: '8.8.8.8', mac: '', name: 'dns.google', source: 'dns', vlan: 0 },
      ],
    ),
  )
  fake.emit(traffic([trafficRow(), trafficRow({ remoteIp: '1.1.1.1', txBytes: 5n, rxBytes: 6n })]))
  fake.emit(alertEvent())
  const events = []
  const abort = new AbortController()
  for await (const event of daemon.api.watch(null, abort.signal)) {
    events.push(event)
    if (events.length === 3) break
  }
  await applyEvents(deps.store, FAKE_SOURCE, events, Date.now())
  await deps.store.traffic.fold()
  const { store } = deps
  const rules = rulesSchema.parse({})
  for (const name of ['first', 'second']) {
    const channel = { name, settings: { type: 'journal' as const }, rules, isEnabled: true }
    await store.channels.add(channel, '', Date.now())
  }
  daemon.link.connected(await daemon.api.getStatus())
})
afterAll(() => api[Symbol.asyncDispose]())

interface OpenApi {
  paths: Record<string, Record<string, { requestBody?: { required: boolean } }>>
}

/** A request that every route answers well. */
const GOOD: Record<string, { path?: string; body?: unknown }> = {
  'POST /api/session': { body: { token: 'T'.repeat(43) } },
  'POST /api/clients/persist': { body: {} },
  'GET /api/clients/history/:id': { path: '/api/clients/history/1' },
  'GET /api/clients/history/:id/compare': { path: '/api/clients/history/1/compare?with=1' },
  'GET /api/devices/:id': { path: '/api/devices/aa:bb:cc:dd:ee:01' },
  'PATCH /api/devices/:id': { path: '/api/devices/AA-BB-CC-DD-EE-01', body: { name: 'Laptop of Ann' } },
  'DELETE /api/devices/:id': { path: '/api/devices/aa:bb:cc:dd:ee:03' },
  'GET /api/devices/:id/changes': { path: '/api/devices/aa:bb:cc:dd:ee:01/changes' },
  'GET /api/presence/changes': { path: '/api/presence/changes' },
  'GET /api/devices/:id/presence': { path: '/api/devices/aa:bb:cc:dd:ee:01/presence' },
  'POST /api/devices/:id/merge': { path: '/api/devices/aa:bb:cc:dd:ee:01/merge', body: { ids: [2] } },
  'POST /api/devices/:id/split': {
    path: '/api/devices/aa:bb:cc:dd:ee:01/split',
    body: { macs: ['aa:bb:cc:dd:ee:02'] },
  },
  'POST /api/devices/:id/different': { path: '/api/devices/aa:bb:cc:dd:ee:01/different', body: { id: 2 } },
  'POST /api/devices/:id/wake': { path: '/api/devices/aa:bb:cc:dd:ee:01/wake' },
  'POST /api/inventory': { body: { inventory: 'on' } },
  'POST /api/inventory/import': { body: { text: 'aa:bb:cc:dd:ee:08 nas' } },
  'POST /api/inventory/import/preview': { body: { text: 'aa:bb:cc:dd:ee:08 nas' } },
  'POST /api/inventory/bulk': { body: { ids: [1], addTags: ['guests'] } },
  'POST /api/traffic': { body: { dst: '8.8.8.8', bytes: 1024 } },
  'POST /api/sniff/start': { body: {} },
  'POST /api/sniff/stop': { body: { interface: 'eth0' } },
  'GET /api/traffic/series/devices': { path: '/api/traffic/series/devices?devices=aa:bb:cc:dd:ee:01' },
  'GET /api/alerts/:id': { path: `/api/alerts/${'a'.repeat(32)}` },
  'GET /api/alerts/:id/evidence': { path: `/api/alerts/${'a'.repeat(32)}/evidence` },
  'POST /api/alerts/:id/acknowledge': { path: `/api/alerts/${'a'.repeat(32)}/acknowledge`, body: {} },
  'GET /api/incidents/:id': { path: `/api/incidents/${'a'.repeat(32)}` },
  'POST /api/incidents/:id/acknowledge': {
    path: `/api/incidents/${'a'.repeat(32)}/acknowledge`,
    body: { by: 'Ani' },
  },
  'POST /api/incidents/:id/snooze': {
    path: `/api/incidents/${'a'.repeat(32)}/snooze`,
    body: { minutes: 60 },
  },
  'POST /api/incidents/:id/mute': { path: `/api/incidents/${'a'.repeat(32)}/mute`, body: { minutes: 60 } },
  'POST /api/incident-bulk': { body: { ids: ['a'.repeat(32)], mute: { minutes: 60 } } },
  'POST /api/drill/start': { body: { interface: 'eth0' } },
  'POST /api/channels': { body: { name: 'Log', settings: { type: 'journal' } } },
  'PATCH /api/channels/:id': { path: '/api/channels/1', body: { name: 'Journal' } },
  'POST /api/channels/:id/test': { path: '/api/channels/1/test', body: {} },
  'POST /api/channel-preview': { body: { template: { title: '{title}', text: '{sentence}' } } },
  'DELETE /api/channels/:id': { path: '/api/channels/2' },
  'POST /api/bindings': { body: { ip: '192.168.1.1', mac: 'aa:bb:cc:dd:ee:01' } },
  'POST /api/bindings/remove': { body: { ip: '192.168.1.1', mac: 'aa:bb:cc:dd:ee:01' } },
  'POST /api/firewall/plan': { body: { targets: ['192.168.1.66'], lifetimeSeconds: 3600 } },
  'POST /api/firewall/apply': {
    body: { token: 'token-0000000000000001', target: '192.168.1.66', confirmation: '192.168.1.66' },
  },
  'POST /api/firewall/confirm': { body: { blockId: '0000000000000001' } },
  'POST /api/firewall/revoke-all': { body: {} },
  'POST /api/firewall/lift': { body: { blockId: '0000000000000001', untilMs: 1 } },
  'POST /api/firewall/admit': { body: { blockId: '0000000000000001', device: 'aa:bb:cc:dd:ee:01' } },
  'POST /api/firewall/revoke': { body: { blockId: '0000000000000001' } },
  'POST /api/scan': { body: {} },
  'POST /api/scan/cancel': { body: {} },
  'POST /api/tokens': { body: { name: 'wall-display' } },
  'DELETE /api/tokens/:id': { path: '/api/tokens/1' },
  'POST /api/note-levels': { body: { kind: 'country', level: 'alert' } },
  'POST /api/traffic/months': { body: { billingDay: 15 } },
  'POST /api/quotas': { body: { device: 'aa:bb:cc:dd:ee:01', limitBytes: 1_000_000 } },
  'GET /api/traffic/resolvers': { path: '/api/traffic/resolvers?device=aa:bb:cc:dd:ee:01' },
  'GET /api/devices/:id/names': { path: '/api/devices/aa:bb:cc:dd:ee:01/names' },
  'GET /api/devices/:id/asked-names': { path: '/api/devices/aa:bb:cc:dd:ee:01/asked-names' },
  'GET /api/devices/:id/ports': { path: '/api/devices/aa:bb:cc:dd:ee:01/ports' },
  'POST /api/devices/:id/ports': {
    path: '/api/devices/aa:bb:cc:dd:ee:01/ports',
    body: { everyHours: 24 },
  },
  'POST /api/portscan': { body: { ip: '192.168.1.10' } },
}

test('every route answers as its schema says', async () => {
  for (const one of apiRoutes(api.deps).flat()) {
    if (one.path === '/api/events') continue
    const name = `${one.method} ${one.path}`
    const { path = one.path, body } = GOOD[name] ?? {}
    api.fake.isScanHeld = one.path.startsWith('/api/scan')
    const ownPage = { origin: 'http://127.0.0.1:5000' }
    const response = await api.request(one.method, path, { body, headers: ownPage })
    expect([name, response.status]).toEqual([name, one.response.status])
    expect(response.headers.get('cache-control')).toBe('no-store')
    if (one.response.schema) {
      const strict = one.response.schema.safeParse(await response.json())
      expect(strict.success ? name : [name, z.prettifyError(strict.error)]).toBe(name)
    } else {
      const type = one.response.contentType
      if (type) expect(response.headers.get('content-type')).toContain(type)
    }
  }
})

test('live events are as their schema says', async () => {
  const said: string[] = []
  const { deps, daemon } = api
  const sensors = await daemon.api.getCapture()
  const stored = await deps.store.alerts.get('a'.repeat(32))
  if (!sensors[0] || !stored) throw new Error('There is no sensor or no alert.')
  const publisher = new LivePublisher(deps.store, deps.views, deps.names, note, deps.log)
  function note(news: LiveNews): void {
    const event = liveEvent(news, 'id')
    const strict = liveEventSchema.safeParse(event)
    said.push(strict.success ? event.type : z.prettifyError(strict.error))
  }
  const firewall = await daemon.api.getFirewall()
  const position = { bootId: 'b', sequence: 1 }
  publisher.applied(daemon, [
    { position, atMs: 1, payload: { kind: 'capture', status: sensors[0] } },
    { position, atMs: 1, payload: { kind: 'firewall', state: firewall } },
    { position, atMs: 1, payload: { kind: 'alert', alert: stored.alert } },
  ])
  await expect
    .poll(() => said, { timeout: 5000 })
    .toEqual(['sensor', 'firewall', 'alert', 'incident', 'device'])
  publisher.stop()
})

test('the records of traffic have names, protocol and totals', async () => {
  const response = await api.request('GET', '/api/traffic?sort=-bytes&device=aa:bb:cc:dd:ee:01')
  const body = await response.json()
  expect(body).toMatchObject({
    total: 2,
    traffic: [
      { dst: '8.8.8.8', dstName: 'dns.google', deviceIp: '192.168.1.10', protocol: 'udp', port: 53 },
      { dst: '1.1.1.1', bytes: 11, txBytes: 5, rxBytes: 6 },
    ],
  })
})

test('a device shows its vendor, its names and its open alerts', async () => {
  const response = await api.request('GET', '/api/devices/aa:bb:cc:dd:ee:01')
  expect(await response.json()).toMatchObject({
    vendor: 'Example Corp',
    hostname: 'laptop',
    hostnameSource: 'dhcp',
    presence: 'online',
    evidence: 'arp_solicited',
    activeAlerts: 1,
    addresses: [{ ip: '192.168.1.10' }],
    txBytes: 105,
  })
})

test('a device answers to its id as to its MAC', async () => {
  const read = async (key: unknown) => (await api.request('GET', `/api/devices/${key}`)).json()
  const device = (await read('aa:bb:cc:dd:ee:01')) as { id: number }
  expect(await read(device.id)).toEqual(device)
  expect(await read(999_999)).toMatchObject({ status: 404, reason: 'NO_DEVICE' })
  expect(await read('nonsense')).toMatchObject({ status: 400 })
})

test('devices are found by name, address and vendor', async () => {
  for (const q of ['lapt', '168.1.10', 'example', 'dd:ee:01']) {
    const response = await api.request('GET', `/api/devices?q=${q}`)
    const { devices } = (await response.json()) as { devices: { mac: string }[] }
    expect([q, devices.map(({ mac }) => mac)]).toEqual([q, expect.arrayContaining(['aa:bb:cc:dd:ee:01'])])
  }
  const none = await api.request('GET', '/api/devices?q=%25')
  expect(await none.json()).toMatchObject({ total: 0 })
})

test('posting traffic adds to the destination', async () => {
  const post = (bytes: number) => api.request('POST', '/api/traffic', { body: { dst: '9.9.9.9', bytes } })
  expect(await (await post(1000)).json()).toEqual({ dst: '9.9.9.9', bytes: 1000 })
  expect(await (await post(24)).json()).toEqual({ dst: '9.9.9.9', bytes: 1024 })
})

test('the evidence is streamed as a file with a safe name', async () => {
  const response = await api.request('GET', `/api/alerts/${'a'.repeat(32)}/evidence`)
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="netwatcher-${'a'.repeat(32)}.pcapng"`,
  )
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(10, 13, 13, 10, 1, 2, 3))
})

test('lists are offered as CSV that no spreadsheet runs', async () => {
  await api.request('PATCH', '/api/devices/aa:bb:cc:dd:ee:02', { body: { name: '=cmd|calc' } })
  const response = await api.request('GET', '/api/devices?format=csv&sort=mac')
  expect(response.headers.get('content-type')).toContain('text/csv')
  const lines = (await response.text()).split('\r\n')
  expect(lines[0]).toMatch(/^id,site,mac,name,/)
  expect(lines[2]).toContain(",'=cmd|calc,")
})

test('a body may be absent wherever none of its fields is needed, and the description says so', async () => {
  const response = await api.request('GET', '/api/openapi.json')
  const document = (await response.json()) as OpenApi
  const optional = []
  for (const { method, path, body } of apiRoutes(api.deps).flat()) {
    if (!body) continue
    const isOptional = body.safeParse({}).success
    const described = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    expect([method, path, described?.requestBody?.required]).toEqual([method, path, !isOptional])
    if (isOptional) optional.push({ method, path: GOOD[`${method} ${path}`]?.path ?? path })
  }
  expect(optional.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/api/sniff/start', '/api/sniff/stop', '/api/clients/persist', '/api/scan']),
  )
  for (const { method, path } of optional) {
    const headers = { origin: 'http://127.0.0.1:5000' }
    api.fake.isScanHeld = path.startsWith('/api/scan')
    const answer = await api.request(method, path, { headers })
    // A scan of before may be under way; whatever else is wrong, it is not the body.
    expect([path, [200, 201, 202, 409].includes(answer.status)]).toEqual([path, true])
    const blank = await api.request(method, path, { headers, body: ' ' })
    expect([path, blank.status]).toEqual([path, 400])
  }
})

test('the OpenAPI document describes every route', async () => {
  const response = await api.request('GET', '/api/openapi.json')
  const document = (await response.json()) as { paths: Record<string, Record<string, unknown>> }
  for (const { method, path } of apiRoutes(api.deps).flat()) {
    const described = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    expect([method, path, described]).toEqual([
      method,
      path,
      expect.objectContaining({ responses: expect.anything() }),
    ])
  }
  expect(document.paths['/api/devices/{id}']).toMatchObject({
    patch: { parameters: [{ name: 'id', in: 'path', required: true }], requestBody: { required: false } },
  })
})

test('which requests name a daemon is known without asking', () => {
  for (const { path, query } of apiRoutes(api.deps).flat()) {
    const names = query?.safeParse({ daemon: 'local' }).success ?? false
    expect([path, takesDaemon(path)]).toEqual([path, names])
  }
})

test('the conversion of an event keeps what cannot be understood apart', () => {
  const event = eventFrom({ position: undefined, atMs: 5n, payload: undefined })
  expect(event).toEqual({ position: { bootId: '', sequence: 0 }, atMs: 5, payload: { kind: 'unknown' } })
})

test('whatever is answered, scripts are files of ours alone, and nobody may frame it', async () => {
  for (const path of ['/', '/login', '/api/status', '/api/nothing']) {
    const { headers } = await api.request('GET', path)
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '')
        .split('; ')
        .map((one) => one.split(/ (.*)/s).slice(0, 2)),
    )
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'manifest-src': "'self'",
      'form-action': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
    })
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})
