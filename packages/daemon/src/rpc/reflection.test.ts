import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fileDescriptors } from './reflection.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const DESCRIPTORS = readFileSync(new URL('../../proto/descriptors.binpb', import.meta.url))

test('the descriptors are those of proto/ (else run `npm run proto`)', () => {
  const argv = ['build', '--path', 'proto/netwatcher/v1', '--exclude-source-info', '-o', '-#format=binpb']
  const built = execFileSync(`${ROOT}node_modules/.bin/buf`, argv, { cwd: ROOT })
  expect(DESCRIPTORS.equals(built)).toBe(true)
})

test('a descriptor set is cut into its files', () => {
  const files = fileDescriptors(DESCRIPTORS)
  // Each begins with its name: field 1, length, text.
  const names = files.map((file) => file.subarray(2, 2 + (file[1] ?? 0)).toString())
  expect(names).toContain('netwatcher/v1/event.proto')
  expect(names.every((name) => name.startsWith('netwatcher/v1/'))).toBe(true)
})

test('what is no descriptor set is refused', () => {
  expect(() => fileDescriptors(Buffer.from('hello'))).toThrow()
})
