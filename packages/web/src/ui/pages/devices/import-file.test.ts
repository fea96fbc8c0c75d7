import { expect, test } from 'vitest'
import { importBodyOf } from './import-file.js'

test('text is sent as it is', async () => {
  expect(await importBodyOf(new Blob(['10.0.0.1 drucker-für-alle\n']))).toEqual({
    text: '10.0.0.1 drucker-für-alle\n',
  })
})

test('a SQLite database is sent in base64, whatever its length', async () => {
  const magic = new TextEncoder().encode('SQLite format 3\0')
  for (const length of [0, 1, 2, 3, 24_576, 60_001]) {
    const bytes = Uint8Array.from([...magic, ...Array.from({ length }, (_, i) => (i * 7) & 255)])
    const body = await importBodyOf(new Blob([bytes]))
    expect(atob(body.sqlite ?? '')).toBe(Array.from(bytes, (one) => String.fromCharCode(one)).join(''))
  }
})
