import { status } from '@grpc/grpc-js'
import { render, text } from '@netwatcher/shared'
import { beforeEach, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'

let api: TestApi
beforeEach(async () => {
  api = await createTestApi()
  api.fake.network = { ip: '10.1.2.3', prefixLength: 16 }
  api.fake.isScanHeld = true
  return () => api[Symbol.asyncDispose]()
})

/** What live readers are told of scans. */
async function* told() {
  const subscription = api.deps.hub.subscribe(null, 'test')
  if (!subscription) throw new Error('no place')
  for (;;) {
    const message = await subscription.next(new AbortController().signal, 5000)
    if (message?.news.type === 'scan') yield message.news
  }
}

test('what a scan costs is told before it begins', async () => {
  expect(await (await api.request('GET', '/api/scan/cost')).json()).toEqual({
    networks: [
      { interface: 'eth0', cidr: '10.1.0.0/16', addresses: 65_536, isLarge: true, isTooWide: false },
    ],
    addresses: 65_536,
    seconds: 492,
    isLarge: true,
    maxAddresses: 65_536,
  })
  expect(await (await api.request('GET', '/api/scan/cost?pace=fast')).json()).toMatchObject({ seconds: 50 })
  expect(api.fake.scans).toEqual([])
})

test('a wide network is only scanned when the request allows it', async () => {
  const refused = await api.request('POST', '/api/scan', { body: {} })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({
    reason: 'SCAN_LARGE',
    detail: expect.stringContaining('10.1.0.0/16: 65536 addresses, which takes about 492 seconds'),
  })
  expect(api.fake.scans).toEqual([])
  expect((await api.request('POST', '/api/scan', { body: { allowLarge: true } })).status).toBe(202)
  await expect.poll(() => api.fake.scans).toMatchObject([{ allowLarge: true, interface: '' }])
})

test('what the daemon never scans is refused by it, and no permission is advised', async () => {
  const said = text('scan_too_wide', { targets: '10.1.0.0/16', limit: 4096 })
  const refusal = {
    code: status.INVALID_ARGUMENT,
    reason: 'TARGET_TOO_WIDE',
    details: render(said, 'en'),
    said,
  }
  Object.assign(api.fake, { maxScanAddresses: 4096, isScanHeld: false })
  api.fake.failures.set('scan', refusal)
  expect(await (await api.request('GET', '/api/scan/cost')).json()).toMatchObject({
    networks: [{ cidr: '10.1.0.0/16', isLarge: false, isTooWide: true }],
    addresses: 0,
    isLarge: false,
    maxAddresses: 4096,
  })
  for (const allowLarge of [false, true]) {
    const refused = await api.request('POST', '/api/scan', { body: { allowLarge } })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      reason: 'TARGET_TOO_WIDE',
      detail: expect.stringMatching(/10\.1\.0\.0\/16 has more than 4096 addresses.*scan\.max_addresses/),
    })
  }
  const headers = { 'accept-language': 'id' }
  expect(await (await api.request('POST', '/api/scan', { body: {}, headers })).json()).toMatchObject({
    detail: expect.stringMatching(/lebih dari 4096 alamat.*scan\.max_addresses/),
  })
})

test('an interface that is not watched is refused, rather than said to be scanned', async () => {
  const asked = [
    await api.request('GET', '/api/scan/cost?interface=wlan9'),
    await api.request('POST', '/api/scan', { body: { interface: 'wlan9', allowLarge: true } }),
  ]
  for (const answer of asked) {
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({
      reason: 'INTERFACE_NOT_WATCHED',
      detail: 'wlan9 is not watched.',
    })
  }
  expect(api.fake.scans).toEqual([])
})

test('a scan tells how far it is and can be ended', async () => {
  const news = told()
  const first = news.next()
  await api.request('POST', '/api/scan', { body: { allowLarge: true } })
  expect((await first).value).toMatchObject({ asked: 4_000, total: 65_534, found: 1, finished: false })
  expect((await api.request('POST', '/api/scan', { body: { allowLarge: true } })).status).toBe(409)
  expect((await api.request('POST', '/api/scan/cancel')).status).toBe(200)
  expect((await news.next()).value).toMatchObject({
    ...{ asked: 4_000, found: 1, finished: true },
    details: [{ rule: 'scan_cancelled' }],
  })
  await expect.poll(async () => (await api.request('POST', '/api/scan/cancel')).status).toBe(404)
})
