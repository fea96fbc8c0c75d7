import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readListed } from './listed-file.js'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-listed-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function fileOf(text: string): string {
  const file = join(directory, 'list')
  writeFileSync(file, text)
  return file
}

test('what is on the list is found, and of no file nothing is', () => {
  expect(readListed(fileOf('bad.example.org\n')).listedAs('5.5.5.5', 'cdn.bad.example.org')).toBe(
    'bad.example.org',
  )
  expect(readListed('').listedAs('5.5.5.5', 'cdn.bad.example.org')).toBeNull()
})

test('a file that is not there, and a line that is none, are told with the file', () => {
  const missing = join(directory, 'nowhere')
  expect(() => readListed(missing)).toThrow(`The list ${missing} (talk.listed_file) cannot be read`)
  const file = fileOf('1.2.3.4\nhttp://bad/')
  expect(() => readListed(file)).toThrow(`The list ${file} (talk.listed_file) cannot be read: Line 2`)
})
