import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi, TOKEN } from '../testing/test-api.js'
import { apiRoutes } from './api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

interface Made {
  id: number
  token: string
}

async function make(name: string, access: 'read' | 'full'): Promise<Made> {
  const response = await api.request('POST', '/api/tokens', { body: { name, access } })
  expect(response.status).toBe(201)
  return (await response.json()) as Made
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const changes = async () => {
  const response = await api.request('GET', '/api/changes?pageSize=500')
  return ((await response.json()) as { changes: Record<string, unknown>[] }).changes
}

async function everything(): Promise<string> {
  const tables = ['device', 'flow', 'alert', 'snapshot', 'token', 'traffic_minute']
  const rows = tables.map((table) => api.deps.store.database.read.query(`SELECT * FROM ${table}`))
  const asked = api.fake.calls.filter((call) => !/^(get|list)/.test(call))
  return JSON.stringify([await Promise.all(rows), asked, api.fake.scans])
}

test('a read-only token reads, and changes nothing on any route', async () => {
  const { token } = await make('wall-display', 'read')
  for (const path of ['/api/status', '/api/devices', '/api/alerts', '/metrics', '/api/changes']) {
    expect([path, (await api.request('GET', path, { headers: bearer(token) })).status]).toEqual([path, 200])
  }
  const before = await everything()
  const routes = apiRoutes(api.deps).flat()
  const refused = routes.filter(({ access, isPublic }) => access === 'full' && !isPublic)
  // Whatever is no GET is among them, save for ending one's own session.
  expect(
    routes.filter(({ method, access }) => method !== 'GET' && access === 'read').map(({ path }) => path),
  ).toEqual(['/api/session'])
  for (const { method, path } of refused) {
    const concrete = path.replace('/tokens/:id', '/tokens/1').replace(':id', 'a'.repeat(32))
    for (const options of [{}, { body: {} }, { body: { name: 'mine', access: 'full' } }]) {
      if (method === 'GET' && 'body' in options) continue
      const response = await api.request(method, concrete, { ...options, headers: bearer(token) })
      expect([path, response.status, await response.json()]).toEqual([
        path,
        403,
        expect.objectContaining({ reason: 'READ_ONLY' }),
      ])
    }
  }
  expect(await everything()).toBe(before)
})

test.each([
  'GET /api/clients',
  'GET /api/tokens',
  'POST /api/tokens',
  'POST /api/scan',
  'POST /api/portscan',
])('%s takes a full token', (name) => {
  const found = apiRoutes(api.deps)
    .flat()
    .find(({ method, path }) => `${method} ${path}` === name)
  expect(found?.access).toBe('full')
})

test('a session of a read-only token is read-only, too, and may end itself', async () => {
  const { token } = await make('tablet', 'read')
  const page = { origin: 'http://127.0.0.1:5000', authorization: null }
  const login = await api.request('POST', '/api/session', { body: { token }, headers: page })
  const { pageSecret } = (await login.json()) as { pageSecret: string }
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { ...page, cookie, 'x-netwatcher-page': pageSecret }
  expect(await (await api.request('GET', '/api/session', { headers })).json()).toEqual({
    loggedIn: true,
    mayChange: true,
    access: 'read',
    token: 'tablet',
  })
  const scan = await api.request('POST', '/api/scan', { body: {}, headers })
  expect(await scan.json()).toMatchObject({ status: 403, reason: 'READ_ONLY' })
  expect((await api.request('DELETE', '/api/session', { headers })).status).toBe(204)
  expect((await api.request('GET', '/api/session', { headers })).status).toBe(401)
})

test('a full token changes, and what it changed is noted by its name', async () => {
  const { token } = await make('script', 'full')
  const options = { body: { dst: '8.8.8.8', bytes: 1 }, headers: bearer(token), peer: '127.0.0.1' }
  for (let i = 0; i < 3; i++) expect((await api.request('POST', '/api/traffic', options)).status).toBe(200)
  expect((await changes())[0]).toMatchObject({
    token: 'script',
    way: 'bearer',
    source: '127.0.0.1',
    method: 'POST',
    path: '/api/traffic',
    status: 200,
    count: 3,
  })
  const entries = await changes()
  expect(entries).toContainEqual(
    expect.objectContaining({ token: 'wall-display', path: '/api/firewall/apply', status: 403, count: 3 }),
  )
  expect(entries).toContainEqual(
    expect.objectContaining({ token: 'tablet', path: '/api/session', way: 'page' }),
  )
  expect(entries).toContainEqual(expect.objectContaining({ token: 'installation', path: '/api/tokens' }))
})

test('inventing paths makes no entries', async () => {
  const { token } = await make('liar', 'read')
  for (let i = 0; i < 20; i++) {
    const path = `/api/alerts/${i.toString(16).padStart(32, '0')}/acknowledge`
    await api.request('POST', path, { body: {}, headers: bearer(token) })
  }
  const own = (await changes()).filter((one) => one.token === 'liar')
  expect(own).toMatchObject([{ path: '/api/alerts/:id/acknowledge', count: 20 }])
})

test('a revoked token is worth nothing at once, nor are its sessions', async () => {
  const { id, token } = await make('lost', 'full')
  const page = { origin: 'http://127.0.0.1:5000', authorization: null }
  const login = await api.request('POST', '/api/session', { body: { token }, headers: page })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const asSession = { headers: { ...page, cookie } }
  const sessions = () =>
    api.deps.store.database.read.query('SELECT count(*) AS n FROM session WHERE token_id = ?', [id])
  expect((await api.request('GET', '/api/devices', asSession)).status).toBe(200)
  expect(await sessions()).toEqual([{ n: 1 }])
  expect((await api.request('DELETE', `/api/tokens/${id}`)).status).toBe(204)
  expect(await sessions()).toEqual([{ n: 0 }])
  expect((await api.request('GET', '/api/devices', asSession)).status).toBe(401)
  expect((await api.request('GET', '/api/devices', { headers: bearer(token) })).status).toBe(401)
  expect((await api.request('DELETE', `/api/tokens/${id}`)).status).toBe(404)
  // A later token gets another id, so that nothing of the old one could come back with it.
  expect((await make('next', 'read')).id).toBeGreaterThan(id)
})

test('only hashes are kept, and secrets are told once', async () => {
  const { token } = await make('secret', 'read')
  const stored = JSON.stringify(await api.deps.store.database.read.query('SELECT * FROM token'))
  expect(stored).not.toContain(token)
  expect(await (await api.request('GET', '/api/tokens')).text()).not.toContain(token)
})

test.each(['installation', 'Big', '', 'a b', '-x', 'x'.repeat(33), '../x'])('%j is no name', async (name) => {
  expect((await api.request('POST', '/api/tokens', { body: { name } })).status).toBe(400)
})

test('a name is given once, and there is an end to tokens', async () => {
  await make('twice', 'read')
  expect((await api.request('POST', '/api/tokens', { body: { name: 'twice' } })).status).toBe(409)
  const codes = []
  for (let i = 0; i < 64; i++) {
    codes.push((await api.request('POST', '/api/tokens', { body: { name: `n${i}` } })).status)
  }
  expect(codes.at(-1)).toBe(429)
  expect((await api.request('GET', '/api/status', { headers: bearer(TOKEN) })).status).toBe(200)
})
