/** The borders of what every request must pass; that each route passes it is in `refusals.test.ts`. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { PAGE_SECRET_HEADER } from '../contract/page-secret.js'
import { createTestApi, type TestApi, TOKEN } from '../testing/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const OWN_PAGE = { origin: 'http://127.0.0.1:5000' }

async function read(headers: Record<string, string | null>): Promise<number> {
  return (await api.request('GET', '/api/clients/history', { headers })).status
}

/** A change of what is not there: once it has passed it is answered so. */
async function change(headers: Record<string, string | null>, body?: string): Promise<number> {
  const options = { headers, ...(body !== undefined && { body }) }
  return (await api.request('DELETE', '/api/tokens/99', options)).status
}

test.each(['127.0.0.1', 'localhost', 'localhost:81', '[::1]', '[::1]:5000', 'netwatcher.test:5000'])(
  'this server is %s',
  async (host) => {
    expect(await read({ host })).toBe(200)
  },
)

test.each(['not-localhost', 'x.localhost:5000', 'localhost.evil.example', '127.0.0.11'])(
  'this server is not %s',
  async (host) => {
    expect(await read({ host })).toBe(421)
  },
)

test.each([
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'same-origin', ...OWN_PAGE },
  OWN_PAGE,
  { origin: 'HTTPS://127.0.0.1:5000' },
])('a change comes from an own page: %j', async (headers) => {
  expect(await change(headers)).toBe(404)
})

test.each(['xhttp://127.0.0.1:5000', 'http://127.0.0.1:5000/x', 'http://127.0.0.1', 'http://', ''])(
  'a change comes from a foreign page: %j',
  async (origin) => {
    expect(await change({ origin })).toBe(403)
  },
)

test('without credentials it says so, and otherwise that they are wrong', async () => {
  const reasonOf = async (authorization: string | null) => {
    const response = await api.request('GET', '/api/status', { headers: { authorization } })
    return [response.status, ((await response.json()) as { reason: string }).reason]
  }
  expect(await reasonOf(null)).toEqual([401, 'NO_CREDENTIALS'])
  expect(await reasonOf('Bearer wrong')).toEqual([401, 'BAD_CREDENTIALS'])
})

test('a body without a type is none only when it is empty', async () => {
  const untyped = { 'content-type': null }
  expect(await change(untyped)).toBe(404)
  expect(await change({ ...untyped, 'content-length': '0' })).toBe(404)
  expect(await change({ ...untyped, 'content-length': '2' })).toBe(415)
  expect(await change({ ...untyped, 'transfer-encoding': 'chunked' })).toBe(415)
  expect(await change({ 'content-type': 'application/JSON ; charset=utf-8' }, '{}')).toBe(404)
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const EMPTY = { 'content-length': '0' }

test('what is empty may have any type beside a bearer token, as curl -d sends it', async () => {
  expect(await change({ ...FORM, ...EMPTY })).toBe(404)
  expect(await change(FORM)).toBe(404)
  const started = await api.request('POST', '/api/sniff/start', { headers: { ...FORM, ...EMPTY } })
  expect(started.status).toBe(200)
  expect(await change({ ...FORM, 'content-length': '2' })).toBe(415)
  expect(await change({ ...FORM, 'transfer-encoding': 'chunked' })).toBe(415)
})

test('what is empty may not be a form from a browser, whether or not it is logged in', async () => {
  const page = { ...OWN_PAGE, authorization: null }
  const logIn = (headers: Record<string, string | null>) =>
    api.request('POST', '/api/session', { body: { token: TOKEN }, headers: { ...page, ...headers } })
  expect((await logIn({ ...FORM, ...EMPTY })).status).toBe(415)
  const login = await logIn({})
  const { pageSecret } = (await login.json()) as { pageSecret: string }
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const session = { ...page, cookie, [PAGE_SECRET_HEADER]: pageSecret }
  expect(await change({ ...session, ...EMPTY })).toBe(404)
  expect(await change({ ...session, ...FORM, ...EMPTY })).toBe(415)
  expect(await change({ ...session, ...FORM, ...EMPTY, origin: 'https://evil.example' })).toBe(403)
})
