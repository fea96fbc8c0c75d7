import { expect, test } from 'vitest'
import { factsOf } from './facts.js'
import { identify, isOfInterest } from './identify.js'
import { labelOf, shortVendor } from './label.js'
import { RULES } from './rules.js'

const known = (changes: Partial<Parameters<typeof factsOf>[0]>) =>
  identify(
    factsOf({ mac: '00:11:22:33:44:55', vendor: null, names: [], clues: [], isGateway: false, ...changes }),
  )

test('every rule says something, with a weight that is a probability', () => {
  const rules = [...RULES.values()].flat()
  expect(rules.length).toBeGreaterThan(500)
  for (const { type, weight, vendor, model, os, match } of rules) {
    expect(type !== null || vendor !== '' || model !== '' || os !== '', String(match)).toBe(true)
    expect(weight >= 0 && weight < 1 && (type !== null) === weight > 0, String(match)).toBe(true)
  }
})

test('nothing known is nothing said', () => {
  expect(known({})).toEqual({ type: null, confidence: 0, vendor: null, model: null, os: null, reasons: [] })
})

test('independent clues make a type surer, contradicting ones less sure', () => {
  const one = known({ clues: [{ source: 'dhcp_60', value: 'MSFT 5.0' }] })
  const two = known({ clues: [{ source: 'dhcp_60', value: 'MSFT 5.0' }], names: ['DESKTOP-AB12CD3'] })
  const torn = known({ clues: [{ source: 'dhcp_60', value: 'MSFT 5.0' }], names: ['brother-printer'] })
  expect(one).toMatchObject({ type: 'computer', os: 'Windows' })
  expect(two.confidence).toBeGreaterThan(one.confidence)
  expect(torn.confidence).toBeLessThan(one.confidence)
  expect(two.reasons.map(({ source }) => source)).toEqual(['name', 'dhcp_60'])
})

test('many clues of one source count once', () => {
  const clue = (n: number) => ({
    source: 'ssdp_type' as const,
    value: `urn:schemas-upnp-org:device:MediaServer:${n}`,
  })
  expect(known({ clues: [clue(1), clue(2), clue(3)] }).type).toBeNull()
})

test('a made-up address has no maker', () => {
  expect(known({ mac: '02:11:22:33:44:55', vendor: 'Sonos, Inc.' }).type).toBeNull()
  expect(known({ mac: '00:11:22:33:44:55', vendor: 'Sonos, Inc.' }).type).toBe('speaker')
})

test.each([
  ['Jonas', null],
  ['Carlos-Phone-Book', null],
  ['canonical', null],
  ['voiphone', null],
  ['Sarahs-iPhone', 'phone'],
  ['Marlowes-iPad', 'tablet'],
  ['BRW001122334455', 'printer'],
  ['RingDoorbell-1a', 'camera'],
])('the name %s', (name, type) => {
  expect(known({ names: [name] }).type).toBe(type)
})

test('names of others are kept only where a rule rests on them', () => {
  expect(isOfInterest({ source: 'dns_asked', value: 'example.org' })).toBe(false)
  expect(isOfInterest({ source: 'tls_name', value: 'api.ring.com' })).toBe(true)
})

test('a label has the name, the maker and the model, each once', () => {
  expect(labelOf({ vendor: 'HP', model: 'OfficeJet 8010', os: null }, null, null)).toBe('HP OfficeJet 8010')
  expect(labelOf({ vendor: null, model: null, os: null }, 'Synology Incorporated', 'nas1')).toBe(
    'nas1 (Synology)',
  )
  expect(labelOf({ vendor: 'Apple', model: 'iPhone', os: 'iOS' }, null, 'Annas-iPhone')).toBe(
    'Annas-iPhone (Apple iPhone)',
  )
  expect(labelOf({ vendor: 'Google', model: null, os: null }, null, 'b90d43250ed80539176a95a90102d01b')).toBe(
    'Google',
  )
  expect(labelOf({ vendor: null, model: null, os: null }, null, null)).toBeNull()
  expect([...(labelOf({ vendor: null, model: 'x'.repeat(200), os: null }, null, null) ?? '')]).toHaveLength(
    80,
  )
})

test.each([
  ['Raspberry Pi (Trading) Ltd', 'Raspberry Pi'],
  ['ASUSTek COMPUTER INC.', 'ASUSTek'],
  ['Apple, Inc.', 'Apple'],
])('%s is called %s', (vendor, short) => {
  expect(shortVendor(vendor)).toBe(short)
})
