import { text } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alertEvent } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  api.fake.emit(alertEvent())
  for await (const event of api.daemon.api.watch(null, new AbortController().signal)) {
    await applyEvents(api.deps.store, FAKE_SOURCE, [event], Date.now())
    break
  }
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

test.each(['en', 'id'])('problems are told in %s, too', async (language) => {
  const response = await api.request('GET', '/api/nothing', { headers: { 'accept-language': language } })
  expect(response.headers.get('content-language')).toBe(language)
})

test.each([
  ['en', 'netwatcherd is not running: there is no socket at /run/s.'],
  ['id', 'netwatcherd tidak berjalan: tidak ada soket di /run/s.'],
])('why the daemon is out of reach is told in %s, by request and by the stream', async (language, detail) => {
  const headers = { 'accept-language': language }
  const stream = await api.request('GET', `/api/events?lang=${language}`)
  const lost = text('daemon_no_socket', { path: '/run/s' })
  api.daemon.link.disconnected(lost)
  const status = await api.request('GET', '/api/status', { headers })
  expect(await status.json()).toMatchObject({ daemon: { connected: false, detail } })
  api.deps.hub.publish({ type: 'daemon', daemon: 'local', connected: false, detail: lost })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  while (!heard.includes('"daemon"')) heard += (await reader?.read())?.value ?? ''
  expect(heard).toContain(detail)
  await reader?.cancel()
})

test('the stream is in the language that it was asked for in, whatever the browser prefers', async () => {
  const headers = { 'accept-language': 'en' }
  const response = await api.request('GET', '/api/events?lang=id', { headers })
  expect(response.headers.get('content-language')).toBe('id')
  await response.body?.cancel()
  expect((await api.request('GET', '/api/events?lang=xx')).status).toBe(400)
})

const ID = 'a'.repeat(32)

interface Checked {
  verifications: { text: string }[]
}

test.each([
  ['en', 'aa:bb:cc:dd:ee:01 (192.168.1.1) answered when it was asked.'],
  ['id', 'aa:bb:cc:dd:ee:01 (192.168.1.1) menjawab ketika ditanya.'],
])('an alert is told in %s, by request and by the stream', async (language, sentence) => {
  const response = await api.request('GET', `/api/alerts/${ID}`, { headers: { 'accept-language': language } })
  expect(((await response.json()) as Checked).verifications[0]?.text).toBe(sentence)
  const stream = await api.request('GET', `/api/events?lang=${language}`)
  await api.request('POST', `/api/alerts/${ID}/acknowledge`, { body: {} })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  while (reader && !heard.includes('"alert"')) heard += (await reader.read()).value ?? ''
  await reader?.cancel()
  expect(heard).toContain(sentence)
})

test('what an alert says can be rendered by the page itself', async () => {
  const response = await api.request('GET', `/api/alerts/${ID}`)
  expect(await response.json()).toMatchObject({
    texts: { expected: { params: { text: '192.168.1.1 is at aa:bb:cc:dd:ee:01.' } } },
    reasonsFor: [{ rule: 'unsolicited_cadence', frames: [1, 2] }],
    parties: [{ role: 'suspect', mac: 'aa:bb:cc:dd:ee:66' }, { role: 'holder' }, { role: 'affected' }],
  })
})
