// Prints what a running NetWatcher needs of this built checkout, one path per
// line, for tar: our own built packages, and of node_modules only what their
// production dependencies lead to.
import { readdirSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dependencyLinks, OWN_PACKAGES, storedPackages } from './stored-packages.mjs'

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)))
/** Of our own packages: sources, tests and settings of the tools stay behind. */
const left = /^(node_modules|src|test|tsconfig.*|vite\.config\..*)$/
const own = OWN_PACKAGES.flatMap((name) => {
  const directory = join(root, 'packages', name)
  const parts = readdirSync(directory).filter((part) => !left.test(part))
  return parts.map((part) => join(directory, part))
})
const found = new Set([...own, ...dependencyLinks(root), ...storedPackages(root).keys()])
for (const path of found) console.log(relative(root, path))
