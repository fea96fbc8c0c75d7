/** What is installed beside our own sources, under which licences, and what it may do meanwhile. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makeSbom, SBOM_FILE } from './sbom.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const workspace = read('pnpm-workspace.yaml')

test('only two packages may run a script when they are installed', () => {
  const allowed = /^allowBuilds:\n((?: {2}.*\n)+)/m.exec(workspace)?.[1] ?? ''
  const entries = allowed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(': '))
  expect(entries.every(([, value]) => value === 'true' || value === 'false')).toBe(true)
  expect(entries.filter(([, value]) => value === 'true').map(([name]) => name)).toEqual(['cap', 'sqlite3'])
})

test('a version must have been public for three days before it is locked', () => {
  expect(Number(/^minimumReleaseAge: (\d+)$/m.exec(workspace)?.[1])).toBeGreaterThanOrEqual(3 * 24 * 60)
})

test('what installs is itself of one version, held by its digest on every kind of machine', () => {
  const { packageManager } = JSON.parse(read('package.json'))
  const { packages } = JSON.parse(read('scripts/pnpm/package-lock.json'))
  const { '': own, ...locked } = packages
  expect(Object.keys(locked).length).toBeGreaterThan(0)
  for (const [path, { version, integrity, hasInstallScript }] of Object.entries<Record<string, unknown>>(
    locked,
  )) {
    expect([path, `pnpm@${version}`]).toEqual([path, packageManager])
    expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/)
    expect(hasInstallScript).toBeUndefined()
  }
  expect(read('scripts/setup')).toContain('npm ci --prefix scripts/pnpm --ignore-scripts')
})

test('everything in the lock file has a digest', () => {
  const resolutions = [...read('pnpm-lock.yaml').matchAll(/^ {4}resolution: (.*)$/gm)].map(([, one]) => one)
  expect(resolutions.length).toBeGreaterThan(100)
  expect(resolutions.filter((one) => !one?.startsWith('{integrity: sha512-'))).toEqual([])
})

test('the bill of materials is that of what is installed (else: npm run sbom)', () => {
  expect(read(SBOM_FILE)).toBe(makeSbom(root))
})

/** Licences that let everybody use, change and pass it on, with no more asked than their notice. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'MIT-0',
  'PDDL-1.0',
]

interface Licence {
  expression?: string
  license?: { id: string }
}

function isPermissive({ expression, license }: Licence): boolean {
  const words = (expression ?? license?.id ?? '').replace(/[()]/g, '')
  return words.split(' OR ').some((one) => one.split(' AND ').every((id) => PERMISSIVE.includes(id)))
}

test('everything that is installed to run is under a permissive licence', () => {
  const { components } = JSON.parse(read(SBOM_FILE)) as {
    components: { purl: string; licenses: Licence[] }[]
  }
  expect(components.length).toBeGreaterThan(50)
  expect(components.filter(({ licenses }) => !licenses.every(isPermissive)).map(({ purl }) => purl)).toEqual(
    [],
  )
})
