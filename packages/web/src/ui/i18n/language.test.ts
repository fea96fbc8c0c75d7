import { ALERT_KINDS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { createTranslator, isLanguage, LANGUAGES, type TextKey, translateWord } from './language.js'

const { en, id } = { en: LANGUAGES.en.texts, id: LANGUAGES.id.texts }
const keys = Object.keys(en) as TextKey[]
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

test('both languages have the same keys, none empty', () => {
  expect(Object.keys(id).sort()).toEqual(Object.keys(en).sort())
  for (const key of keys) {
    expect(en[key].trim(), key).not.toBe('')
    expect(id[key].trim(), key).not.toBe('')
  }
})

test('both languages use the same placeholders', () => {
  for (const key of keys) expect(placeholders(id[key]), key).toEqual(placeholders(en[key]))
})

test('every plural has both forms', () => {
  for (const key of keys.filter((one) => one.endsWith('.one'))) {
    expect(en).toHaveProperty([key.replace(/\.one$/, '.other')])
  }
})

test('every kind of alert has a title and an explanation that is translated', () => {
  for (const kind of ALERT_KINDS) {
    expect(en[`kind.${kind}.title`]).toBeTruthy()
    expect(id[`kind.${kind}.explain`]).toBeTruthy()
    expect(id[`kind.${kind}.explain`], kind).not.toBe(en[`kind.${kind}.explain`])
  }
})

test('every capability of the daemon has a name', () => {
  const names = ['capture', 'arp_scan', 'ping_scan', 'active_verification', 'wake', 'announce', 'firewall']
  for (const name of [...names, 'port_scan']) expect(keys).toContain(`capability.${name}`)
})

test('of active checks it is said how many were made, and how many may be', () => {
  const said = (language: 'en' | 'id') =>
    createTranslator(language).t('daemon.probesValue', { used: 30, budget: 30 })
  expect(said('en')).toBe('30 made in the last minute, at most 30 are allowed')
  expect(said('id')).toBe('30 dilakukan dalam menit terakhir, paling banyak 30 diizinkan')
})

test('placeholders are filled, numbers in the way of the language', () => {
  const english = createTranslator('en')
  expect(english.t('pager.range', { from: 1, to: 50, total: 12_345 })).toBe('1–50 of 12,345')
  expect(createTranslator('id').t('pager.range', { from: 1, to: 50, total: 12_345 })).toBe('1–50 dari 12.345')
  expect(english.plural('device.alerts', 1)).toBe('1 alert')
  expect(english.plural('device.alerts', 2)).toBe('2 alerts')
})

test('a value that looks like a placeholder is left alone', () => {
  expect(createTranslator('en').t('filter.remove', { filter: '{total}' })).toBe('Remove the filter {total}')
})

test('unknown words of the daemon are shown as they are', () => {
  const indonesian = createTranslator('id')
  expect(translateWord(indonesian, 'evidence', 'dhcp')).toBe('sewa DHCP')
  expect(translateWord(indonesian, 'evidence', 'carrier_pigeon')).toBe('carrier pigeon')
})

test('inherited properties are no languages', () => {
  expect(isLanguage('toString')).toBe(false)
})
