import { expect, test } from 'vitest'
import type { StatusResponse } from '../contract/status.js'
import { createTestApi } from '../testing/test-api.js'
import { setRoom } from '../testing/test-store.js'

test('without room a write is 507, what was answered 200 is stored, and afterwards all goes on', async () => {
  await using api = await createTestApi()
  const { store } = api.deps
  const post = (i: number) =>
    api.request('POST', '/api/traffic', { body: { dst: `9.9.${i >> 8}.${i & 255}`, bytes: 1 } })
  const status = async () => {
    const answer = (await (await api.request('GET', '/api/status')).json()) as StatusResponse
    return answer.storage
  }
  await setRoom(store, 'none')
  let accepted = 0
  let response = await post(0)
  while (response.status === 200 && accepted < 5000) response = await post(++accepted)
  expect(response.status).toBe(507)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({
    title: 'Insufficient storage',
    detail: expect.stringContaining('disk is full'),
    reason: 'DISK_FULL',
  })
  expect((await status()).error).toContain('disk is full')
  expect((await api.request('GET', '/api/devices')).status).toBe(200)
  await setRoom(store, 'plenty')
  expect((await post(accepted)).status).toBe(200)
  expect((await status()).error).toBe('')
  expect(await (await api.request('GET', '/api/traffic')).json()).toMatchObject({ total: accepted + 1 })
})
