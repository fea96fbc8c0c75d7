/**
 * Names that a taken-over daemon has not cleaned either: in no answer of the API
 * is one of them more than text, and in no CSV file a formula.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { alertEvent, host, observation, traffic, trafficRow } from '../daemon/fake-messages.js'
import { applyEvents } from '../ingest/apply.js'
import { createTestApi, FAKE_SOURCE, type TestApi } from '../testing/test-api.js'

const NAMES = [
  '<img src=x onerror=alert(1)>',
  '\u001b]0;owned\u0007\u001b[2J',
  '\u009b31mred',
  'a\u0000b',
  '\u202egnp.exe',
  '\u2066\u200bhidden\ufeff',
  '=HYPERLINK("http://evil","x")',
  '@SUM(A1)',
  '+1',
  '-1|calc',
  'line\nbreak\r\n=1',
  'two\u2028lines',
  'x'.repeat(255),
]
const PATHS = [
  'clients',
  'devices',
  'devices?format=csv',
  'traffic',
  'traffic?format=csv',
  'alerts',
  'status',
  'sniff',
]
const SOURCES = ['dhcp', 'mdns', 'nbns', 'dns']

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  const mac = (i: number) => `aa:bb:cc:dd:ee:${(i + 16).toString(16)}`
  const ip = (i: number) => `192.168.1.${i + 10}`
  const hosts = NAMES.map((_, i) => host(ip(i), mac(i)))
  const names = NAMES.map((name, i) => ({
    ip: ip(i),
    mac: mac(i),
    name,
    source: SOURCES[i % 4] ?? '',
    vlan: 0,
  }))
  api.fake.emit(observation(hosts, names))
  api.fake.emit(traffic(NAMES.map((_, i) => trafficRow({ deviceMac: mac(i), deviceIp: ip(i) }))))
  api.fake.emit(
    alertEvent({
      ip: ip(0),
      seen: { rule: 'as_written', params: { text: NAMES.join(' ') } },
      reasonsFor: [{ rule: 'as_written', params: { text: NAMES.join(' ') }, frames: [] }],
    }),
  )
  const events = []
  const abort = new AbortController()
  for await (const event of api.daemon.api.watch(null, abort.signal)) if (events.push(event) === 3) break
  await applyEvents(api.deps.store, FAKE_SOURCE, events, Date.now())
  await api.deps.store.traffic.fold()
})
afterAll(() => api[Symbol.asyncDispose]())

/** Of a JSON text no control characters are left but those it is laid out with; of a CSV file its line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/

test.each(PATHS)('/api/%s holds them as text', async (path) => {
  const response = await api.request('GET', `/api/${path}`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^(application\/json|text\/csv)/)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await response.text()).not.toMatch(UNSAFE)
})

test.each(['devices', 'traffic'])(
  'no cell of %s as CSV is a formula, and no name breaks its line',
  async (list) => {
    const text = await (await api.request('GET', `/api/${list}?format=csv`)).text()
    const lines = text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + NAMES.length)
    for (const line of lines) expect(line).not.toMatch(/(^|,)"?[=+@\t-](?![0-9.]*(,|$))/)
  },
)
