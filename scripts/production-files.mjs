// Prints what a running NetWatcher needs of this built checkout, one path per
// line, for tar: our own built packages, and of node_modules only what their
// production dependencies lead to. pnpm keeps each package in a directory of
// its own with links to what that package uses, so following the links is
// exact, and needs neither a network nor pnpm.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)))
const store = join(root, 'node_modules/.pnpm')
/** Of our own packages: sources, tests and settings of the tools stay behind. */
const left = /^(node_modules|src|test|tsconfig.*|vite\.config\..*)$/
const found = new Set()

/** The links below a node_modules directory; scoped packages are one level down. */
function packagesIn(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? packagesIn(join(directory, name)) : [join(directory, name)]))
}

function addStored(path) {
  const target = realpathSync(path)
  if (!target.startsWith(`${store}/`)) return
  const directory = join(store, relative(store, target).split('/')[0])
  if (found.has(directory)) return
  found.add(directory)
  for (const used of packagesIn(join(directory, 'node_modules'))) addStored(used)
}

for (const name of ['shared', 'daemon', 'web']) {
  const directory = join(root, 'packages', name)
  for (const part of readdirSync(directory)) if (!left.test(part)) found.add(join(directory, part))
  const { dependencies = {} } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) {
    const link = join(directory, 'node_modules', dependency)
    if (!existsSync(link))
      throw new Error(`${dirname(link)}: ${dependency} is not installed; run scripts/setup`)
    found.add(link)
    addStored(link)
  }
}
for (const path of found) console.log(relative(root, path))
