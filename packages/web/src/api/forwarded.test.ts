import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, PROXY, type RequestOptions, type TestApi, TOKEN } from '../testing/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const forwarded = {
  'x-forwarded-host': 'evil.example, netwatcher.test:5000',
  'x-forwarded-proto': 'http, https',
  'x-forwarded-for': '203.0.113.9, 192.168.1.77',
}

async function logIn(options: RequestOptions): Promise<Response> {
  const headers = { origin: 'https://netwatcher.test:5000', authorization: null, ...options.headers }
  return await api.request('POST', '/api/session', { body: { token: TOKEN }, ...options, headers })
}

const lastSource = async () => (await api.deps.store.audit.list({ page: 1, pageSize: 1 })).changes[0]?.source

test('a configured proxy is believed: name, TLS and who asks, by its own entry alone', async () => {
  const response = await logIn({ headers: forwarded, peer: `::ffff:${PROXY}` })
  expect(response.status).toBe(200)
  expect(response.headers.get('set-cookie')).toContain('; Secure')
  expect(await lastSource()).toBe('192.168.1.77')
})

test('nobody else is', async () => {
  expect((await logIn({ headers: forwarded, peer: '10.0.0.9' })).status).toBe(403)
  const page = { ...forwarded, origin: 'http://127.0.0.1:5000' }
  const response = await logIn({ headers: page, peer: '10.0.0.9' })
  expect(response.status).toBe(200)
  expect(response.headers.get('set-cookie')).not.toContain('Secure')
  expect(await lastSource()).toBe('10.0.0.9')
})

test('a proxy that passes a foreign name on gets nothing', async () => {
  const headers = { 'x-forwarded-host': 'evil.example' }
  expect((await api.request('GET', '/api/status', { headers, peer: PROXY })).status).toBe(421)
})

test.each(['127.0.0.1:8080', 'localhost:1', 'localhost', '[::1]:8080'])(
  'a tunnel from %s leads to the same pages, and other ports are other pages',
  async (host) => {
    const send = (origin: string) =>
      api.app.request(`http://${host}/api/session`, {
        method: 'POST',
        headers: { host, origin, 'content-type': 'application/json' },
        body: JSON.stringify({ token: TOKEN }),
      })
    expect((await send(`http://${host}`)).status).toBe(200)
    for (const other of ['127.0.0.1:5000', 'localhost:8081', '[::1]', '127.0.0.1', 'evil.example']) {
      expect((await send(`http://${other}`)).status).toBe(403)
    }
  },
)
