import { expect, test } from 'vitest'
import { pickLanguage } from './language.js'

test.each([
  [['id-ID', 'en'], 'id'],
  [['in'], 'id'],
  [['de-DE', 'id'], 'id'],
  [['de'], 'en'],
  [['toString'], 'en'],
  [[], 'en'],
])('whoever prefers %j gets %s', (preferred, language) => {
  expect(pickLanguage(preferred)).toBe(language)
})
