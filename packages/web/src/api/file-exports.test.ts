import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { fillFlows } from '../testing/test-store.js'
import { FileExports } from './file-exports.js'

const MANY = 5_000

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  await fillFlows(api.deps.store, MANY)
})
afterAll(() => api[Symbol.asyncDispose]())

test('an export has every row that matches, in its order, whatever the page', async () => {
  const lines = async (query: string) => {
    const response = await api.request('GET', `/api/traffic?format=csv&${query}`)
    expect(response.status).toBe(200)
    return (await response.text()).split('\r\n')
  }
  const all = await lines('sort=-bytes&page=2&pageSize=10')
  expect(all).toHaveLength(MANY + 2)
  expect(all[1]).toContain(`,${MANY - 1},${MANY - 1},0,1,`)
  expect(await lines('port=443')).toHaveLength(3)
})

test('every list is in the file that is described as text/csv', async () => {
  const document = await (await api.request('GET', '/api/openapi.json')).json()
  for (const path of ['/api/devices', '/api/traffic/destinations', '/api/traffic/devices', '/api/traffic']) {
    const { paths } = document as { paths: Record<string, { get: { responses: object } }> }
    expect(paths[path]?.get.responses).toMatchObject({ 200: { content: { 'text/csv': {} } } })
    const response = await api.request('GET', `${path}?format=csv${path === '/api/traffic' ? '&port=1' : ''}`)
    expect(response.headers.get('content-type')).toContain('text/csv')
    expect(await response.text()).toMatch(/^\w+(,\w+)+\r\n/)
  }
})

/** Rows without end, each big; and how they were left. */
function endless(failAt = Number.POSITIVE_INFINITY) {
  const state = { made: 0, isLeft: false }
  async function* rows() {
    try {
      for (; ; state.made++) {
        if (state.made === failAt) throw new Error('the disk is gone')
        yield { text: 'x'.repeat(8000) }
      }
    } finally {
      state.isLeft = true
    }
  }
  return { state, file: { name: 'x', header: ['text'], rows: rows() } }
}

test('nothing is read that the reader does not take; who leaves, or takes nothing for long, is given up', async () => {
  const exports = new FileExports(200)
  const sources = [endless(), endless()]
  const app = new Hono().get('/:i', (c) => {
    const source = sources[Number(c.req.param('i'))]
    if (!source) throw new Error('no source')
    return exports.csv(c, source.file)
  })
  const left = await app.request('/0')
  await left.body?.getReader().cancel()
  await expect.poll(() => sources[0]?.state.isLeft).toBe(true)
  await app.request('/1')
  await expect.poll(() => sources[1]?.state.isLeft, { timeout: 5000 }).toBe(true)
  expect(sources[1]?.state.made).toBeLessThan(50)
})

test('an export that fails on the way breaks off; one that fails at once is a problem', async () => {
  const exports = new FileExports()
  const app = new Hono().get('/:at', (c) => exports.csv(c, endless(Number(c.req.param('at'))).file))
  app.onError((_error, c) => c.text('problem', 500))
  expect((await app.request('/0')).status).toBe(500)
  await expect((await app.request('/20')).text()).rejects.toThrow('the disk is gone')
})

test('only so many run at a time, and places become free again', async () => {
  const exports = new FileExports()
  const app = new Hono().get('/', (c) => exports.csv(c, endless().file))
  app.onError((_error, c) => c.text('problem', 500))
  const running = await Promise.all([1, 2, 3, 4].map(() => app.request('/')))
  expect(running.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await app.request('/')).status).toBe(500)
  await running[0]?.body?.cancel()
  await sleep(0)
  expect((await app.request('/')).status).toBe(200)
  for (const { body } of running.slice(1)) await body?.cancel()
})
