/**
 * The native parts of `cap`: the add-on, and the program that starts a process
 * which will give up its rights (src/launch.cc in the patch). The daemon itself
 * never loads the add-on: only sensors and replays capture.
 */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const BUILT = join(dirname(createRequire(import.meta.url).resolve('cap/package.json')), 'build/Release')

/** `launch FIRST PROGRAM ARGUMENT...`: nothing is open from descriptor FIRST on. */
export const LAUNCH = join(BUILT, 'launch')
/** Its exit code where it could not do what it is for. */
export const LAUNCH_FAILED = 126

export function isCapAddonBuilt(): boolean {
  return existsSync(join(BUILT, 'cap.node')) && existsSync(LAUNCH)
}
