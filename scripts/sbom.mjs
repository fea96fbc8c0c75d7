// The software bill of materials of what is installed to run (CycloneDX 1.6):
// every package that our production dependencies lead to, with its licence and
// the digest of the lock file. The same packages give the same bytes.
//   node scripts/sbom.mjs          prints it
//   node scripts/sbom.mjs --write  writes docs/sbom.cdx.json
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storedPackages } from './stored-packages.mjs'

export const SBOM_FILE = 'docs/sbom.cdx.json'

export function makeSbom(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const digests = lockedDigests(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))
  const components = [...storedPackages(root).values()].map((directory) => componentOf(directory, digests))
  const byPurl = new Map(components.map((one) => [one.purl, one]))
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', name: 'netwatcher', version, licenses: licencesOf('MIT') },
    },
    components: [...byPurl.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  }
  return `${JSON.stringify(bom, null, 1)}\n`
}

function componentOf(directory, digests) {
  const { name, version, license, licenses } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  )
  const digest = digests.get(`${name}@${version}`)
  if (!digest) throw new Error(`${name}@${version} is installed and not in pnpm-lock.yaml; run scripts/setup`)
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    // The second form is that of old packages.
    licenses: licencesOf(license ?? licenses?.map(({ type }) => type).join(' OR ')),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
  }
}

/** SPDX: an identifier by itself, or an expression. */
function licencesOf(license = 'NOASSERTION') {
  return [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }]
}

/** `name@version` to its SHA-512 in base64, of the section `packages` of the lock file. */
function lockedDigests(lock) {
  const entries = lock.matchAll(
    /^ {2}'?((?:@[^@'\n]+)?[^@'\n]+@[^'\n(]+?)'?:\n {4}resolution: \{integrity: sha512-([^,}]+)/gm,
  )
  return new Map([...entries].map(([, id, digest]) => [id, digest]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)))
  const sbom = makeSbom(root)
  if (process.argv.includes('--write')) writeFileSync(join(root, SBOM_FILE), sbom)
  else process.stdout.write(sbom)
}
