/** Destinations by name, service, country and reach, and put together by domain. */

import { expect, test } from 'vitest'
import type { DestinationsResponse, DomainsResponse, ReachesResponse } from '../contract/traffic.js'
import type { NameSighting } from '../daemon/types.js'
import { Countries } from '../identity/countries.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, type TestApi } from '../testing/test-api.js'
import { installedCountries } from '../testing/test-countries.js'
import { event, SOURCE, trafficOf } from '../testing/test-store.js'

const MAC = 'aa:bb:cc:dd:ee:01'
const OTHER = 'aa:bb:cc:dd:ee:02'
const row = (remoteIp: string, rxBytes: number, deviceMac = MAC) => ({
  deviceMac,
  remoteIp,
  rxBytes,
  txBytes: 1,
})
const named = (ip: string, name: string, source: NameSighting['source']) => ({ ip, mac: '', name, source })

async function taken(api: TestApi): Promise<void> {
  const { store } = api.deps
  const names = [
    named('8.8.8.8', 'rr1.googlevideo.com', 'tls'),
    named('8.8.4.4', 'rr2.googlevideo.com', 'quic'),
    named('9.9.9.9', 'shop.example.co.uk', 'dns'),
    named('192.168.1.5', 'nas.example.org', 'mdns'),
  ]
  const rows = [
    row('8.8.8.8', 1000),
    row('8.8.4.4', 500),
    row('9.9.9.9', 200, OTHER),
    row('1.1.1.1', 50),
    row('192.168.1.5', 70),
    row('224.0.0.251', 60),
    row('', 30),
  ]
  const events = [event(1, trafficOf(rows)), event(2, { kind: 'observation', hosts: [], names, clues: [] })]
  await applyEvents(store, SOURCE, events, 1_800_000_000_000)
  await store.traffic.fold()
}

const get = async <T>(api: TestApi, path: string) => (await (await api.request('GET', path)).json()) as T

test('a destination has its name, domain, service, reach and country', async () => {
  await using api = await createTestApi({ countries: new Countries(installedCountries) })
  await taken(api)
  const { destinations } = await get<DestinationsResponse>(api, '/api/traffic/destinations')
  const of = (dst: string) => destinations.find((one) => one.dst === dst)
  expect(of('8.8.8.8')).toMatchObject({
    dstName: 'rr1.googlevideo.com',
    domain: 'googlevideo.com',
    service: { name: 'YouTube', kind: 'streaming' },
    reach: 'internet',
    country: 'US',
  })
  expect(of('192.168.1.5')).toMatchObject({ domain: null, reach: 'local', country: null })
  expect(of('224.0.0.251')).toMatchObject({ reach: 'group', country: null })
  expect(of('')).toMatchObject({ reach: 'not_ip', country: null })
})

test('destinations are told apart by how far away they are, and summed by that', async () => {
  await using api = await createTestApi()
  await taken(api)
  const addresses = async (query: string) =>
    (await get<DestinationsResponse>(api, `/api/traffic/destinations?${query}`)).destinations.map(
      ({ dst }) => dst,
    )
  const of = { from: 1_800_000_000_000 - 1000 }
  expect(await addresses('reach=internet&pageSize=2')).toEqual(['8.8.8.8', '8.8.4.4'])
  expect(await addresses(`reach=internet&device=${MAC}&from=${of.from}`)).toEqual([
    '8.8.8.8',
    '8.8.4.4',
    '1.1.1.1',
  ])
  expect(await addresses('reach=local')).toEqual(['192.168.1.5'])
  expect(await addresses('reach=group')).toEqual(['224.0.0.251'])
  expect(await addresses('reach=not_ip')).toEqual([''])
  const sums = async (query: string) =>
    (await get<ReachesResponse>(api, `/api/traffic/reaches?${query}`)).reaches.map(
      ({ reach, bytes, destinations }) => [reach, bytes, destinations],
    )
  const all = [
    ['internet', 1754, 4],
    ['local', 71, 1],
    ['group', 61, 1],
    ['not_ip', 31, 1],
  ]
  expect(await sums('')).toEqual(all)
  expect(await sums(`from=${of.from}`)).toEqual(all)
  expect(await sums(`device=${OTHER}`)).toEqual([['internet', 201, 1]])
})

test('what is of one domain is one row, and what nobody named another', async () => {
  await using api = await createTestApi()
  await taken(api)
  const { domains, total } = await get<DomainsResponse>(api, '/api/traffic/domains')
  expect(total).toBe(3)
  expect(domains.map(({ domain, rxBytes, destinations }) => [domain, rxBytes, destinations])).toEqual([
    ['googlevideo.com', 1500, 2],
    ['example.co.uk', 200, 1],
    [null, 50, 1],
  ])
  const one = await get<DomainsResponse>(api, `/api/traffic/domains?device=${OTHER}`)
  expect(one.domains.map(({ domain }) => domain)).toEqual(['example.co.uk'])
  const found = await get<DomainsResponse>(api, '/api/traffic/domains?q=google')
  expect(found.domains.map(({ domain }) => domain)).toEqual(['googlevideo.com'])
})

test('an address is of the domain that it was last named by, and a domain without addresses is forgotten', async () => {
  await using api = await createTestApi()
  await taken(api)
  const names = [named('9.9.9.9', 'new.example.net', 'tls')]
  const moved = event(3, { kind: 'observation', hosts: [], names, clues: [] })
  await applyEvents(api.deps.store, SOURCE, [moved], 1_800_000_000_001)
  const { domains } = await get<DomainsResponse>(api, '/api/traffic/domains')
  expect(domains.map(({ domain }) => domain)).toContain('example.net')
  const stored = await api.deps.store.database.read.query('SELECT name FROM domain ORDER BY name')
  expect(stored).toEqual([{ name: 'example.net' }, { name: 'googlevideo.com' }])
})

test('both are saved as CSV with the service as words', async () => {
  await using api = await createTestApi()
  await taken(api)
  const csv = await (await api.request('GET', '/api/traffic/domains?format=csv')).text()
  expect(csv.split('\r\n')[0]).toContain('domain,service,serviceKind')
  expect(csv).toContain('googlevideo.com,YouTube,streaming,')
})

test('countries that are switched off are not looked up', () => {
  expect(new Countries(null).countryOf('8.8.8.8')).toBeNull()
})
