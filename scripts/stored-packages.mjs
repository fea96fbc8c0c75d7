// What the production dependencies of our own packages lead to. pnpm keeps each
// package in a directory of its own with links to what that package uses, so
// following the links is exact, and needs neither a network nor pnpm.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export const OWN_PACKAGES = ['shared', 'daemon', 'web']

/** The links below a node_modules directory; scoped packages are one level down. */
function packagesIn(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? packagesIn(join(directory, name)) : [join(directory, name)]))
}

/** Links of our own packages to what they depend on. */
export function dependencyLinks(root) {
  return OWN_PACKAGES.flatMap((name) => {
    const directory = join(root, 'packages', name)
    const { dependencies = {} } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    return Object.keys(dependencies).map((dependency) => {
      const link = join(directory, 'node_modules', dependency)
      if (existsSync(link)) return link
      throw new Error(`${dirname(link)}: ${dependency} is not installed; run scripts/setup`)
    })
  })
}

/** By directory of pnpm's store, the package that it holds. */
export function storedPackages(root) {
  const store = join(root, 'node_modules/.pnpm')
  const found = new Map()
  const add = (link) => {
    const target = realpathSync(link)
    if (!target.startsWith(`${store}/`)) return
    const directory = join(store, relative(store, target).split('/')[0])
    if (found.has(directory)) return
    found.set(directory, target)
    for (const used of packagesIn(join(directory, 'node_modules'))) add(used)
  }
  for (const link of dependencyLinks(root)) add(link)
  return found
}
