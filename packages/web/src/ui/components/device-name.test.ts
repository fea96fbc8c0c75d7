import { expect, test } from 'vitest'
import { createTranslator } from '../i18n/language.js'
import { deviceInSentence } from './device-name.js'

const MAC = '02:00:5e:00:53:01'
const NOBODY = {
  mac: MAC,
  name: null,
  hostname: null,
  label: null,
  vendor: null,
  isRandomized: true,
  isSelf: false,
}

test('in a sentence a device has its MAC beside its name, or for a name', () => {
  const translator = createTranslator('en')
  expect(deviceInSentence(null, MAC, translator)).toBe(MAC)
  expect(deviceInSentence(NOBODY, MAC, translator)).toBe(MAC)
  expect(deviceInSentence({ ...NOBODY, name: 'Phone' }, MAC, translator)).toBe(`Phone (${MAC})`)
  expect(deviceInSentence({ ...NOBODY, isSelf: true }, MAC, translator)).toBe(`This machine (${MAC})`)
})
