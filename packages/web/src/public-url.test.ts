import { expect, test } from 'vitest'
import { isPublicUrl, publicPlace } from './public-url.js'

test.each([
  ['', { url: null, host: null, basePath: '' }],
  ['https://nw.home.arpa', { url: 'https://nw.home.arpa', host: 'nw.home.arpa', basePath: '' }],
  ['https://NW.home.arpa:443/', { url: 'https://nw.home.arpa', host: 'nw.home.arpa', basePath: '' }],
  [
    'http://[fd00::1]:8080/a/b/',
    { url: 'http://[fd00::1]:8080/a/b', host: '[fd00::1]:8080', basePath: '/a/b' },
  ],
])('%j', (text, place) => {
  expect(publicPlace(text)).toEqual(place)
})

test.each([
  'nw.home.arpa',
  'ftp://x',
  'javascript:alert(1)',
  'https://u:p@x',
  'https://x/?a',
  'https://x/#',
  'https://x/a//b',
  'https://x/%41',
  'https://x/a b',
  'https://x/<',
])('%j is refused', (text) => {
  expect(isPublicUrl(text)).toBe(false)
})
