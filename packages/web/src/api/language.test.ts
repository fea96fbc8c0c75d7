import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

test.each([
  [null, 'en'],
  ['id', 'id'],
  ['id-ID,id;q=0.9,en;q=0.8', 'id'],
  ['en;q=0.5, id;q=0.9', 'id'],
  ['id;q=0, en', 'en'],
  ['de, fr', 'en'],
  ['*', 'en'],
  [';;,=;q=x', 'en'],
])('Accept-Language %j is answered in %s', async (wanted, language) => {
  const response = await api.request('GET', '/api/status', { headers: { 'accept-language': wanted } })
  expect(response.headers.get('content-language')).toBe(language)
  expect(response.headers.get('vary')).toContain('Accept-Language')
})

test('problems are told in English', async () => {
  const response = await api.request('GET', '/api/nothing', { headers: { 'accept-language': 'id' } })
  expect(response.headers.get('content-language')).toBe('en')
})

test('the stream is in the language that it was asked for in, whatever the browser prefers', async () => {
  const headers = { 'accept-language': 'en' }
  const response = await api.request('GET', '/api/events?lang=id', { headers })
  expect(response.headers.get('content-language')).toBe('id')
  await response.body?.cancel()
  expect((await api.request('GET', '/api/events?lang=xx')).status).toBe(400)
})
