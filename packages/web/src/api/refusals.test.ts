import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { apiRoutes } from './api.js'
import { IMPORT_PATH } from './imports.js'
import { isBodyOptional, type Route } from './route.js'

let api: TestApi
let routes: Route[]
beforeAll(async () => {
  api = await createTestApi()
  routes = apiRoutes(api.deps).flat()
  await api.request('POST', '/api/traffic', { body: { dst: '8.8.8.8', bytes: 1 } })
})
afterAll(() => api[Symbol.asyncDispose]())

const pathOf = ({ path }: Route) =>
  path
    .replace('/devices/:id', '/devices/aa:bb:cc:dd:ee:01')
    .replace('/tokens/:id', '/tokens/1')
    .replace(':id', 'a'.repeat(32))
const changing = () => routes.filter(({ method }) => method !== 'GET')

/** Everything that a request could change: the rows, and what was asked of the daemon. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  const tables = [
    'address',
    'device',
    'flow',
    'alert',
    'snapshot',
    'session',
    'token',
    'used_ticket',
    'traffic_minute',
  ]
  for (const table of tables)
    hash.update(JSON.stringify(await api.deps.store.database.read.query(`SELECT * FROM ${table}`)))
  hash.update(
    JSON.stringify(api.fake.calls.filter((call) => !call.startsWith('get') && !call.startsWith('list'))),
  )
  return hash.digest('hex')
}

async function expectRefusal(response: Response, status: number, name: unknown): Promise<void> {
  expect([name, response.status]).toEqual([name, status])
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.any(String),
  })
}

test('every route but the login refuses a request without or with wrong credentials', async () => {
  const before = await fingerprint()
  const wrong: Record<string, string | null>[] = [
    { authorization: null },
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic VDpU' },
    { authorization: null, cookie: 'netwatcher_session=made-up' },
  ]
  for (const one of routes.filter(({ isPublic }) => !isPublic)) {
    const headers = wrong[routes.indexOf(one) % wrong.length] ?? {}
    for (const credentials of [{ authorization: null }, headers]) {
      const response = await api.request(one.method, pathOf(one), {
        headers: { ...credentials, origin: 'http://127.0.0.1:5000' },
      })
      expect([one.path, [401, 429].includes(response.status)]).toEqual([one.path, true])
    }
  }
  for (const path of ['/api', '/api/nothing', '/api/devices/../status', '/api//devices']) {
    await expectRefusal(await api.request('GET', path, { headers: { authorization: null } }), 401, path)
  }
  expect(await fingerprint()).toBe(before)
})

test('only the login and the question after its health are public', () => {
  expect(routes.filter(({ isPublic }) => isPublic).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/session',
    'GET /healthz',
  ])
})

test('every route refuses a foreign Host, also in absolute form', async () => {
  for (const one of routes) {
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example:5000',
      '127.0.0.2:5000',
      'localhost.:5000',
      'localhost:5000@evil.example',
      'netwatcher.test',
      'evil.example:5000',
    ]) {
      await expectRefusal(await api.request(one.method, pathOf(one), { headers: { host } }), 421, host)
    }
  }
  const absolute = await api.app.request('http://evil.example/api/status', {
    headers: { host: '127.0.0.1:5000', authorization: `Bearer ${'T'.repeat(43)}` },
  })
  await expectRefusal(absolute, 421, 'absolute form')
})

test('every change refuses a foreign page', async () => {
  const before = await fingerprint()
  const foreign: Record<string, string | null>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:5001' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
    { authorization: null },
  ]
  for (const one of changing()) {
    for (const headers of foreign) {
      const response = await api.request(one.method, pathOf(one), { body: {}, headers })
      await expectRefusal(response, 403, [one.path, headers])
    }
  }
  expect(await fingerprint()).toBe(before)
})

const BAD_BODIES: [string, unknown, Record<string, string>?][] = [
  ['malformed', '{"dst":'],
  ['empty', ''],
  ['null', null],
  ['a list', []],
  ['text', '"text"'],
  ['an unknown field', { surprise: true }],
  ['a prototype', '{"__proto__":{"admin":true}}'],
]

test('every body is checked, and nothing changes', async () => {
  const before = await fingerprint()
  for (const one of changing().filter(({ body }) => body)) {
    for (const [name, body] of BAD_BODIES) {
      if (name === 'empty' && isBodyOptional(one)) continue
      const headers = { origin: 'http://127.0.0.1:5000' }
      const response = await api.request(one.method, pathOf(one), { body, headers })
      await expectRefusal(response, 400, [one.path, name])
    }
    // A whole file is taken in by the import.
    const length = one.path.startsWith(IMPORT_PATH) ? 35_000_000 : 70_000
    const oversized = await api.request(one.method, pathOf(one), { body: { pad: 'x'.repeat(length) } })
    await expectRefusal(oversized, 413, one.path)
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await api.request(one.method, pathOf(one), {
        body: '{}',
        headers: { 'content-type': type, origin: 'http://127.0.0.1:5000' },
      })
      await expectRefusal(response, 415, [one.path, type])
    }
  }
  expect(await fingerprint()).toBe(before)
})

const BAD_ADDRESSES: unknown[] = [
  '010.0.0.1',
  '0x0a000001',
  '167772161',
  '10.1',
  '10.0.0.256',
  '10.0.0.1/0',
  ' 10.0.0.1',
  '10.0.0.1 ',
  '10.0.0.1,10.0.0.2',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '::10.0.0.1',
  'fe80::1%eth0',
  'localhost',
  'example.com',
  '-oN/etc/x',
  '--script=x',
  '$(reboot)',
  '10.0.0.1\u0000',
  '10.0.0.1\n',
  '١٠.٠.٠.١',
  '',
  'x'.repeat(1000),
  167772161,
  null,
  true,
  ['10.0.0.1'],
  { ip: '10.0.0.1' },
]

test('addresses in any other than the plain form are refused everywhere', async () => {
  const before = await fingerprint()
  const mac = 'aa:bb:cc:dd:ee:01'
  const bodies: [string, (address: unknown) => object][] = [
    ['/api/traffic', (dst) => ({ dst, bytes: 1 })],
    ['/api/portscan', (ip) => ({ ip })],
    ['/api/bindings', (ip) => ({ ip, mac })],
    ['/api/bindings/remove', (ip) => ({ ip, mac })],
    ['/api/firewall/plan', (target) => ({ targets: [target], lifetimeSeconds: 60 })],
  ]
  for (const address of BAD_ADDRESSES) {
    for (const [path, body] of bodies) {
      await expectRefusal(await api.request('POST', path, { body: body(address) }), 400, [path, address])
    }
    if (typeof address !== 'string') continue
    const query = encodeURIComponent(address)
    for (const path of ['/api/traffic?dst=', '/api/alerts?ip=', '/api/traffic/series?dst=']) {
      await expectRefusal(await api.request('GET', path + query), 400, [path, address])
    }
  }
  for (const ip of ['0.0.0.0', '::', '224.0.0.1', 'ff02::1']) {
    await expectRefusal(await api.request('POST', '/api/portscan', { body: { ip } }), 400, ip)
  }
  expect(await fingerprint()).toBe(before)
})

const BAD_REQUESTS: [string, string, unknown?][] = [
  ...[-1, 1.5, 2 ** 53, '1024', null, true, [1], {}].map((bytes): [string, string, unknown] => [
    'POST',
    '/api/traffic',
    { dst: '8.8.8.8', bytes },
  ]),
  ['POST', '/api/traffic', '{"dst":"8.8.8.8","bytes":1e400}'],
  ['POST', '/api/traffic', { bytes: 1 }],
  ['POST', '/api/traffic', { dst: '0.0.0.0', bytes: 1 }],
  ...['-i', '../x', 'a b', 'x'.repeat(16), '', 1].flatMap((name): [string, string, unknown][] => [
    ['POST', '/api/sniff/start', { interface: name }],
    ['POST', '/api/sniff/stop', { interface: name }],
    ['POST', '/api/scan', { interface: name }],
  ]),
  ['POST', '/api/scan', { pace: 'insane' }],
  ['POST', '/api/scan', { ping: 'yes' }],
  ['POST', '/api/portscan', { ip: '192.168.1.1', profile: '--script' }],
  ...['10.0.0.1/24', '10.0.0.0/33', '10.0.0.0/024', '10.0.0.0/', '10.0.0.0/8/8', 'aa:bb:cc:dd:ee', 'all'].map(
    (target): [string, string, unknown] => [
      'POST',
      '/api/firewall/plan',
      { targets: ['10.0.0.1', target], lifetimeSeconds: 60 },
    ],
  ),
  ...[59, 604_801, '60', null].map((lifetimeSeconds): [string, string, unknown] => [
    'POST',
    '/api/firewall/plan',
    { targets: ['10.0.0.66'], lifetimeSeconds },
  ]),
  ['POST', '/api/firewall/plan', { targets: ['10.0.0.66'], lifetimeSeconds: 60, confirmSeconds: 9 }],
  ['POST', '/api/firewall/plan', { targets: ['10.0.0.66'], lifetimeSeconds: 60, reason: 'x'.repeat(201) }],
  ['POST', '/api/firewall/apply', { token: '', target: '10.0.0.66', confirmation: '10.0.0.66' }],
  ['POST', '/api/firewall/plan', { targets: [], lifetimeSeconds: 60 }],
  ['POST', '/api/firewall/plan', { targets: Array(33).fill('10.0.0.66'), lifetimeSeconds: 60 }],
  ['POST', '/api/firewall/confirm', { blockId: '../../x' }],
  ['POST', '/api/firewall/revoke', { blockId: 'A'.repeat(16) }],
  ['PATCH', '/api/devices/not-a-mac', { name: 'x' }],
  ['PATCH', '/api/devices/aa:bb:cc:dd:ee:01', { name: '' }],
  ['PATCH', '/api/devices/aa:bb:cc:dd:ee:01', { name: 'x'.repeat(65) }],
  ['PATCH', '/api/devices/aa:bb:cc:dd:ee:01', { notes: 'x'.repeat(2001) }],
  ['PATCH', '/api/devices/aa:bb:cc:dd:ee:01', { isKnown: 1 }],
  ['POST', '/api/bindings', { ip: '10.0.0.1', mac: 'aa:bb:cc:dd:ee' }],
  ['GET', '/api/devices/..%2f..%2fetc%2fpasswd'],
  ['GET', '/api/alerts/..%2f..%2fetc/evidence'],
  ['GET', '/api/clients/history/0'],
  ['GET', '/api/clients/history/1e3'],
  ['GET', '/api/devices?page=0'],
  ['GET', '/api/devices?page=1&page=2'],
  ['GET', '/api/devices?pageSize=501'],
  ['GET', '/api/devices?pageSize=-1'],
  ['GET', '/api/devices?sort=id;DROP TABLE device'],
  ['GET', '/api/devices?sort=constructor'],
  ['GET', '/api/devices?surprise=1'],
  ['GET', '/api/devices?known=yes'],
  ['GET', '/api/devices?presence=here'],
  ['GET', '/api/devices?format=xml'],
  ['GET', '/api/devices?q='],
  ['GET', '/api/traffic?port=65536'],
  ['GET', '/api/traffic?port=0x50'],
  ['GET', '/api/traffic?protocol=carrier-pigeon'],
  ['GET', '/api/traffic?from=2&to=1'],
  ['GET', '/api/traffic?from=yesterday'],
  ['GET', '/api/traffic?device=1'],
  ['GET', '/api/alerts?kind=boredom'],
  ['GET', '/api/alerts?severity=3'],
]

test('wrong types, ranges and forms are refused by name, and nothing changes', async () => {
  const before = await fingerprint()
  for (const [method, path, body] of BAD_REQUESTS) {
    const response = await api.request(method, path, { body })
    await expectRefusal(response, 400, [method, path, body])
  }
  expect(await fingerprint()).toBe(before)
})

test('what is not there is not found, and other methods are named', async () => {
  const missing: [string, string, unknown?][] = [
    ['GET', '/api/nothing'],
    ['GET', '/api/devices/aa:bb:cc:dd:ee:99'],
    ['PATCH', '/api/devices/aa:bb:cc:dd:ee:99', { name: 'x' }],
    ['GET', `/api/alerts/${'f'.repeat(32)}`],
    ['GET', `/api/alerts/${'f'.repeat(32)}/evidence`],
    ['POST', `/api/alerts/${'f'.repeat(32)}/acknowledge`, {}],
    ['GET', '/api/clients/history/999'],
  ]
  for (const [method, path, body] of missing) {
    await expectRefusal(await api.request(method, path, { body }), 404, [method, path])
  }
  for (const path of new Set(routes.map((one) => one.path))) {
    const allowed = routes.filter((one) => one.path === path).map(({ method }) => method)
    const one = routes.find((candidate) => candidate.path === path)
    if (!one) continue
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (allowed.some((known) => known === method)) continue
      // The same concrete path may be another route's: /api/clients/history is a GET of its own.
      const response = await api.request(method, pathOf(one))
      await expectRefusal(response, 405, [method, path])
      expect(response.headers.get('allow')).toBe(allowed.join(', '))
    }
  }
})

test('the daemon being away, slow or unwilling is said in words', async () => {
  api.fake.failures.set('getCaptureStatus', {
    code: 7,
    reason: 'DISABLED',
    details: 'Capture is switched off.',
  })
  const refused = await api.request('GET', '/api/sniff')
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ reason: 'DISABLED', detail: 'Capture is switched off.' })
  api.fake.failures.clear()
})

test('clients come from the neighbour table when the daemon may not scan', async () => {
  const other = await createTestApi()
  await using _closed = other
  other.fake.failures.set('scan', { code: 9, reason: 'NO_NET_RAW', details: 'ARP cannot be sent.' })
  other.fake.neighbors = other.fake.hosts
  const response = await other.request('GET', '/api/clients')
  expect(await response.json()).toMatchObject({
    method: 'neighbor_table',
    detail: 'ARP cannot be sent.',
    interfaces: [{ interface: 'eth0', method: 'neighbor_table' }],
    clients: [{ ip: '192.168.1.10', mac: 'aa:bb:cc:dd:ee:01', vendor: 'Example Corp', hostname: null }],
  })
})
