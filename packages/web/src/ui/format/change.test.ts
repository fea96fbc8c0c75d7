import { expect, test } from 'vitest'
import { createTranslator } from '../i18n/language.js'
import { formatChange } from './change.js'

const english = createTranslator('en')
const indonesian = createTranslator('id')

test('a change is told in words of the language, not as it is stored', () => {
  expect(formatChange('trust', 'known', english)).toBe('Yours')
  expect(formatChange('trust', 'new', indonesian)).toBe('Baru')
  expect(formatChange('type', 'printer', indonesian)).toBe('pencetak')
  expect(formatChange('icon', 'voip-phone', english)).toBe('desk phone')
  expect(formatChange('patience', 'always_on', english)).toBe('is always on')
  expect(formatChange('favorite', '1', english)).toBe('yes')
  expect(formatChange('favorite', '0', indonesian)).toBe('tidak')
  expect(formatChange('archived', String(Date.UTC(2026, 0, 15, 12)), english)).toMatch(/^Jan 15, 2026/)
})

test('what a person or the network wrote stays as it is', () => {
  expect(formatChange('name', 'new', english)).toBe('new')
  expect(formatChange('owner', 'known', english)).toBe('known')
  expect(formatChange('address', '10.0.0.1', english)).toBe('10.0.0.1')
  expect(formatChange('toString', '1', english)).toBe('1')
})
