/** How fast a link is, as its driver says (/sys/class/net/NAME/speed). */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * In Mbit/s; null where nothing stands for it: hardware that does not know, no carrier, and
 * what the machine has made up (a tap says 10 and carries thousands).
 */
export function readLinkSpeed(interfaceName: string, root = '/'): number | null {
  const directory = join(root, 'sys/class/net', interfaceName)
  try {
    const megabits = Number.parseInt(readFileSync(join(directory, 'speed'), 'utf8'), 10)
    return existsSync(join(directory, 'device')) && megabits > 0 ? megabits : null
  } catch {
    return null
  }
}
