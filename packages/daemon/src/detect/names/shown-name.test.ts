import { expect, test } from 'vitest'
import { readText } from '../../wire/bytes.js'
import { shownName } from './shown-name.js'

test.each([
  ['printer.local', 'printer'],
  ['host.lan.', 'host.lan'],
  ['Гостиная.local', 'Гостиная'],
  ['Küche 📺 TV.local', 'Küche 📺 TV'],
  ['John’s iPhone.local', 'John’s iPhone'],
  ['Chromecast\\.Bedroom.local', 'Chromecast.Bedroom'],
  ['Living\\032Room.local', 'Living Room'],
  ['BUSY Bar', 'BUSY Bar'],
  ['x'.repeat(63), 'x'.repeat(63)],
  ['x'.repeat(200), `${'x'.repeat(63)}…`],
])('%s is shown as %s', (name, shown) => {
  expect(shownName(name)).toBe(shown)
})

test.each(['', '*', '(none)', 'localhost', 'localhost.local', 'LOCALHOST', 'ÿþ', 'cam??[31m', '?gnp.exe'])(
  '%s is no name',
  (name) => {
    expect(shownName(name)).toBe('')
  },
)

test('no markup is a name, escaped or not', () => {
  expect(shownName('<img src=x onerror=alert(1)>')).toBe('')
  expect(shownName('\\060b\\062')).toBe('')
})

test.each<[string, number[], string]>([
  ['UTF-8', [0x4b, 0xc3, 0xbc, 0x63, 0x68, 0x65], 'Küche'],
  ['Latin-1', [0x4b, 0xfc, 0x63, 0x68, 0x65], 'Küche'],
  ['text up to a NUL', [0x61, 0x62, 0, 0x63], 'ab'],
  ['control characters', [0x61, 0x1b, 0x62], 'a?b'],
])('reads %s', (_, bytes, text) => {
  expect(readText(Uint8Array.from(bytes), 0, bytes.length)).toBe(text)
})
