import { expect, test } from 'vitest'
import { ALERT_KINDS } from '../alert.js'
import { isKnownRule } from '../index.js'
import { LANGUAGES, text } from '../text.js'
import { en, enUnits } from './en.js'
import { id, idUnits } from './id.js'
import { render } from './render.js'
import { placesOf } from './sentence.js'

test.each(Object.entries(en))('%s has the same places in both languages', (rule, sentence) => {
  expect(placesOf(id[rule as keyof typeof en])).toEqual(placesOf(sentence))
})

test('there is no Indonesian sentence without an English one', () => {
  expect(Object.keys(id).sort()).toEqual(Object.keys(en).sort())
})

test('figures are put in by their unit', () => {
  const found = text('unicast_who_has_silent', { mac: 'aa:bb:cc:dd:ee:01', ip: '10.0.0.1' })
  expect(render(found, 'en')).toBe(
    'aa:bb:cc:dd:ee:01 (10.0.0.1) did not answer, asked alone and then with all.',
  )
})

test('what is not known leaves out its clause, or is said otherwise', () => {
  const full = { suspect: 'A', holder: 'B', affected: 'C', address: '10.0.0.1' }
  const said = (params: Record<string, string>) => render(text('incident_arp_spoof', params), 'en')
  expect(said(full)).toBe('A claims 10.0.0.1, which belongs to B; deceived: C.')
  expect(said({ ...full, holder: '', affected: '' })).toBe('A claims 10.0.0.1.')
  expect(said({})).toBe('Somebody claims many addresses.')
  expect(said({ ...full, suspect: '[{holder}]' })).toMatch(/^\[\{holder\}\] claims/)
})

test.each(LANGUAGES)('an incident of which nothing is known is still a sentence, in %s', (language) => {
  const { none } = { en: enUnits, id: idUnits }[language]
  const kinds = ALERT_KINDS.map((kind) => `incident_${kind}`)
  for (const kind of kinds) {
    const sentence = render(text(kind, { suspect: '', holder: '', affected: '', address: '' }), language)
    expect(sentence).toMatch(/^[A-Z][^{}[\]|]+[^ ]\.$/)
    expect(sentence).not.toContain(none)
    expect(sentence).not.toMatch(/ [.,;:]| {2}|[:;,]\./)
  }
})

test('what is not in the catalogue is shown as it came', () => {
  expect(render(text('from_the_future', { count: 3 }), 'id')).toBe('from_the_future, count 3')
  expect(render(text('toString'), 'en')).toBe('toString')
  expect(render(text(''), 'en')).toBe('')
})

test('a rule is known when there is a sentence for it', () => {
  expect(isKnownRule('port_scan_host_slow')).toBe(true)
  for (const rule of ['', 'from_the_future', 'toString'])
    expect([rule, isKnownRule(rule)]).toEqual([rule, false])
})
