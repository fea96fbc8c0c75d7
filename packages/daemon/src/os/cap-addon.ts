/** Whether the native part of `cap` was built. The daemon itself never loads it: only sensors capture. */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export function isCapAddonBuilt(): boolean {
  try {
    const entry = createRequire(import.meta.url).resolve('cap/package.json')
    return existsSync(join(dirname(entry), 'build/Release/cap.node'))
  } catch {
    return false
  }
}
