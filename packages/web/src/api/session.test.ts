import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTicket } from '../auth/token.js'
import { createTestApi, RUN_ID, type TestApi, TOKEN } from '../testing/test-api.js'
import { apiRoutes } from './api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const ownPage = { origin: 'http://127.0.0.1:5000', authorization: null }
const logIn = (token: string) => api.request('POST', '/api/session', { body: { token }, headers: ownPage })

interface Held {
  cookie: string
  'x-netwatcher-page': string
}

/** What a browser holds after the login. */
async function session(token: string): Promise<Held> {
  const response = await logIn(token)
  expect(response.status).toBe(200)
  const { pageSecret } = (await response.json()) as { pageSecret: string }
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(
    /^netwatcher_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  return { cookie: cookie.split(';')[0] ?? '', 'x-netwatcher-page': pageSecret }
}

test('the token opens a session that works until it is closed', async () => {
  const headers = { ...ownPage, ...(await session(TOKEN)) }
  expect((await api.request('GET', '/api/session', { headers })).status).toBe(200)
  expect((await api.request('GET', '/api/devices', { headers })).status).toBe(200)
  expect((await api.request('DELETE', '/api/session', { headers })).status).toBe(204)
  expect((await api.request('GET', '/api/session', { headers })).status).toBe(401)
})

test('a session ends after its time', async () => {
  const { sessions } = api.deps.store
  await sessions.create('hash', 1000, 2000, null)
  expect([await sessions.find('hash', 1999), await sessions.find('hash', 2000)]).toEqual([
    expect.objectContaining({ tokenId: null }),
    null,
  ])
})

test('a login ticket works once', async () => {
  const ticket = makeTicket({ token: TOKEN, runId: RUN_ID }, Date.now())
  await session(ticket)
  expect((await logIn(ticket)).status).toBe(401)
})

test('old, foreign and altered tickets are refused', async () => {
  const ticket = makeTicket({ token: TOKEN, runId: RUN_ID }, Date.now())
  const later = ticket.replace(/\.(\d{13})\./, (_all, expires: string) => `.${Number(expires) + 1}.`)
  for (const bad of [
    makeTicket({ token: TOKEN, runId: RUN_ID }, Date.now() - 601_000),
    makeTicket({ token: 'other', runId: RUN_ID }, Date.now()),
    makeTicket({ token: TOKEN, runId: 'another run' }, Date.now()),
    later,
    'x.y.z',
  ]) {
    expect((await logIn(bad)).status).toBe(401)
  }
})

test('only a hash of the session is stored', async () => {
  const { cookie } = await session(TOKEN)
  const rows = await api.deps.store.database.read.query('SELECT * FROM session')
  expect(JSON.stringify(rows)).not.toContain(cookie.split('=')[1])
})

test('a GET of the login link opens no session and spends no ticket', async () => {
  const ticket = makeTicket({ token: TOKEN, runId: RUN_ID }, Date.now())
  const page = await api.request('GET', `/login?token=${ticket}`, { headers: { authorization: null } })
  expect(page.status).toBe(200)
  expect(page.headers.get('set-cookie')).toBeNull()
  expect(await page.text()).not.toContain(ticket)
  await session(ticket)
})

/** Who listens on another port of 127.0.0.1 is sent the cookie by the browser, and nothing else. */
test('the cookie alone changes nothing on any route, nor gives the secret that would', async () => {
  const held = await session(TOKEN)
  const other = await session(TOKEN)
  const thief = { ...ownPage, cookie: held.cookie }
  const changing = apiRoutes(api.deps)
    .flat()
    .filter(({ method, isPublic }) => method !== 'GET' && !isPublic)
  for (const { method, path } of changing) {
    for (const secret of [null, '', 'made-up', held.cookie.split('=')[1] ?? '', other['x-netwatcher-page']]) {
      const headers = { ...thief, 'x-netwatcher-page': secret }
      const response = await api.request(method, path.replace(':id', 'a'.repeat(32)), { body: {}, headers })
      expect([path, response.status, await response.json()]).toEqual([
        path,
        403,
        expect.objectContaining({ reason: 'NO_PAGE_SECRET' }),
      ])
    }
  }
  const told = await api.request('GET', '/api/session', { headers: thief })
  expect(await told.json()).toEqual({
    loggedIn: true,
    mayChange: false,
    access: 'full',
    token: 'installation',
  })
  const scan = { body: {}, headers: { ...ownPage, ...held } }
  expect((await api.request('POST', '/api/scan', scan)).status).toBeLessThan(300)
  expect(await (await api.request('GET', '/api/session', { headers: scan.headers })).json()).toMatchObject({
    mayChange: true,
  })
})

test('a bearer of the token needs no page', async () => {
  const body = { dst: '8.8.8.8', bytes: 1 }
  expect((await api.request('POST', '/api/traffic', { body })).status).toBe(200)
})

test('guessing is slowed down, and does not lock the owner out', async () => {
  const guesses = []
  for (let i = 0; i < 30; i++) guesses.push((await logIn(`guess-${i}`)).status)
  expect(guesses.at(-1)).toBe(429)
  expect((await logIn(TOKEN)).status).toBe(200)
  expect((await api.request('GET', '/api/session')).status).toBe(200)
})
