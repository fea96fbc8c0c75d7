import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { NO_TEXT, worded } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { createTestApi } from '../testing/test-api.js'
import { eventsRoutes } from './events.js'
import { routesApp } from './route.js'

/** Reads the stream until `count` messages have come. */
async function messages(response: Response, count: number): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = []
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (reader && found.length < count) {
    const { value = '', done } = await reader.read()
    if (done) break
    text += value
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      if (fields.event) found.push(fields)
    }
  }
  await reader?.cancel()
  return found
}

test('live events are streamed and resumed', async () => {
  await using api = await createTestApi()
  const { hub } = api.deps
  const response = await api.request('GET', '/api/events')
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  hub.publish({ type: 'daemon', daemon: 'local', connected: true, detail: worded('line\nbreak') })
  hub.publish({ type: 'reset' })
  const [first, second] = await messages(response, 2)
  expect(first).toMatchObject({ id: 'test-1', event: 'daemon' })
  expect(JSON.parse(first?.data ?? '')).toEqual({
    type: 'daemon',
    daemon: 'local',
    connected: true,
    detail: 'line\nbreak',
  })
  expect(second).toMatchObject({ id: 'test-2', event: 'reset' })
  const resumed = await api.request('GET', '/api/events', { headers: { 'last-event-id': 'test-1' } })
  expect(await messages(resumed, 1)).toMatchObject([{ id: 'test-2' }])
})

test('a reader that goes away frees its stream', async () => {
  await using api = await createTestApi()
  const response = await api.request('GET', '/api/events')
  expect(api.deps.hub.subscriberCount).toBe(1)
  await response.body?.cancel()
  await expect.poll(() => api.deps.hub.subscriberCount).toBe(0)
})

test('a reader that takes nothing is cut off', async () => {
  await using api = await createTestApi()
  const { hub } = api.deps
  const app = routesApp(eventsRoutes({ ...api.deps, writeTimeoutMs: 100 }), (one, c) => one.run(c))
  const server = createServer(getRequestListener(app.fetch))
  const accepted: Socket[] = []
  server.on('connection', (one) => accepted.push(one))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(() => hub.subscriberCount).toBe(1)
  const detail = worded('x'.repeat(100_000))
  const flood = setInterval(
    () => hub.publish({ type: 'daemon', daemon: 'local', connected: true, detail }),
    1,
  )
  await expect.poll(() => hub.subscriberCount, { timeout: 5000 }).toBe(0)
  clearInterval(flood)
  // Its memory goes with the connection, not with the stream alone.
  await expect.poll(() => accepted[0]?.destroyed).toBe(true)
  socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

test('a stream whose place somebody else got ends', async () => {
  await using api = await createTestApi()
  const [mine] = Array.from({ length: 32 }, () => api.request('GET', '/api/events'))
  const response = await mine
  expect(api.deps.hub.subscribe(null, 'another session')).not.toBeNull()
  const text = await response?.text()
  expect(text).toBe('retry: 1000\n\n')
})

test('more streams than allowed are refused', async () => {
  await using api = await createTestApi()
  for (let i = 0; i < 32; i++) expect((await api.request('GET', '/api/events')).status).toBe(200)
  expect((await api.request('GET', '/api/events')).status).toBe(503)
})

test('a stream of a token that was revoked ends', async () => {
  const clock = { nowMs: Date.now() }
  await using api = await createTestApi({ nowMs: () => clock.nowMs })
  const made = await api.request('POST', '/api/tokens', { body: { name: 'display' } })
  const { id, token } = (await made.json()) as { id: number; token: string }
  const response = await api.request('GET', '/api/events', { headers: { authorization: `Bearer ${token}` } })
  await api.request('DELETE', `/api/tokens/${id}`)
  clock.nowMs += 60_000
  // Whatever comes next is not for it any more.
  api.deps.hub.publish({ type: 'daemon', daemon: 'local', connected: true, detail: NO_TEXT })
  api.deps.hub.publish({ type: 'daemon', daemon: 'local', connected: true, detail: worded('secret') })
  expect(await response.text()).not.toContain('secret')
})
