// Prints the directory whose include/node holds the headers of the running Node,
// or nothing. An archive of nodejs.org, NodeSource and Debian's libnode-dev have
// them beside it; the version is compared, because it may be another one's.
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const directory = dirname(dirname(realpathSync(process.execPath)))

function versionOf(header) {
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1]
  return ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.')
}

try {
  const header = readFileSync(join(directory, 'include/node/node_version.h'), 'utf8')
  readFileSync(join(directory, 'include/node/common.gypi'))
  if (versionOf(header) === process.versions.node) console.log(directory)
} catch {
  // There are none.
}
