import { expect, test } from 'vitest'
import { createApiClient, makeUrl } from './client.js'
import { ApiError } from './problem.js'

interface Sent {
  url: string
  init: RequestInit
}

function makeClient(
  answer: () => Response | Promise<Response>,
  { secret = null, daemon = '' }: { secret?: string | null; daemon?: string } = {},
) {
  const sent: Sent[] = []
  let unauthorized = 0
  const api = createApiClient({
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} })
      return answer()
    },
    language: 'id',
    daemon,
    pageSecret: () => secret,
    onUnauthorized: () => unauthorized++,
  })
  return { api, sent, unauthorizedCount: () => unauthorized }
}

function problemResponse(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

async function errorOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ApiError)) throw new Error('An ApiError was expected.')
  return error
}

test('empty values stay out of the address, others are escaped', () => {
  expect(
    makeUrl('/api/devices', { q: 'a&b=c', trust: 'new', page: 2, sort: '', ip: null, mac: undefined }),
  ).toBe('/api/devices?q=a%26b%3Dc&trust=new&page=2')
  expect(makeUrl('/api/status')).toBe('/api/status')
})

test('reading sends the session cookie and no body', async () => {
  const { api, sent } = makeClient(() => Response.json({ devices: [] }))
  expect(await api.get('/api/devices', { page: 1 })).toEqual({ devices: [] })
  expect(sent[0]?.url).toBe('/api/devices?page=1')
  expect(sent[0]?.init).toMatchObject({ method: 'GET', credentials: 'same-origin' })
  expect(sent[0]?.init.headers).toMatchObject({ 'accept-language': 'id' })
  expect(sent[0]?.init.body).toBeUndefined()
})

test('writing always sends JSON, also without content', async () => {
  const { api, sent } = makeClient(() => new Response(null, { status: 204 }))
  expect(await api.post('/api/scan')).toBeUndefined()
  await api.patch('/api/devices/x', { name: null })
  expect(sent.map((one) => one.init.body)).toEqual(['{}', '{"name":null}'])
  for (const one of sent) expect(one.init.headers).toMatchObject({ 'content-type': 'application/json' })
})

test('a problem keeps its reason and its fields', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'The target is too wide.',
    reason: 'TARGET_TOO_WIDE',
    errors: [{ path: 'target', message: 'It is wider than /24.' }],
  }
  const { api } = makeClient(() => problemResponse(400, problem))
  const error = await errorOf(api.post('/api/firewall/plan', {}))
  expect(error.status).toBe(400)
  expect(error.problem.reason).toBe('TARGET_TOO_WIDE')
  expect(error.fieldError('target')).toBe('It is wider than /24.')
  expect(error.fieldError('reason')).toBeNull()
})

test.each([
  ['HTML', () => new Response('<h1>Bad Gateway</h1>', { status: 502, statusText: 'Bad Gateway' })],
  ['broken JSON', () => new Response('{', { status: 502, headers: { 'content-type': 'application/json' } })],
  ['JSON that is no problem', () => problemResponse(502, { message: 'no' })],
])('an error with %s becomes a problem all the same', async (_what, answer) => {
  const { api } = makeClient(answer)
  const error = await errorOf(api.get('/api/status'))
  expect(error.status).toBe(502)
  expect(error.problem.title).not.toBe('')
})

test('a lost session is reported besides being thrown', async () => {
  const { api, unauthorizedCount } = makeClient(() => problemResponse(401, {}))
  expect((await errorOf(api.get('/api/status'))).status).toBe(401)
  expect(unauthorizedCount()).toBe(1)
})

test('a server that does not answer is status 0', async () => {
  const { api, unauthorizedCount } = makeClient(() => Promise.reject(new TypeError('Failed to fetch')))
  expect((await errorOf(api.get('/api/status'))).status).toBe(0)
  expect(unauthorizedCount()).toBe(0)
})

test('an aborted request is not an unreachable server', async () => {
  const abort = new AbortController()
  abort.abort()
  const { api } = makeClient(() => Promise.reject(new DOMException('Aborted', 'AbortError')))
  await expect(api.get('/api/status', {}, abort.signal)).rejects.toBeInstanceOf(DOMException)
})

test('of several daemons the chosen one is named, where one daemon answers', async () => {
  const { api, sent } = makeClient(() => Response.json({}), { daemon: 'office' })
  await api.get('/api/firewall')
  await api.post('/api/sniff/start', {})
  await api.get('/api/devices?page=2')
  expect(sent.map(({ url }) => url)).toEqual([
    '/api/firewall?daemon=office',
    '/api/sniff/start?daemon=office',
    '/api/devices?page=2',
  ])
})

test('changes carry the secret of the page, and one that is refused for want of it asks to log in', async () => {
  const refusal = { title: 'Forbidden', status: 403, detail: '', reason: 'NO_PAGE_SECRET' }
  const { api, sent, unauthorizedCount } = makeClient(() => problemResponse(403, refusal), {
    secret: 'of this page',
  })
  await errorOf(api.post('/api/scan'))
  expect(sent[0]?.init.headers).toMatchObject({ 'x-netwatcher-page': 'of this page' })
  expect(unauthorizedCount()).toBe(1)
})
