/**
 * The native parts of `cap`: the add-on, the program that starts a process which
 * will give up its rights (src/launch.cc in the patch), and the add-on for the
 * daemon (src/system.cc). The daemon itself never loads that for capture: only
 * sensors and replays do.
 */

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const BUILT = join(dirname(createRequire(import.meta.url).resolve('cap/package.json')), 'build/Release')

/** `launch FIRST PROGRAM ARGUMENT...`: nothing is open from descriptor FIRST on. */
export const LAUNCH = join(BUILT, 'launch')
/** Its exit code where it could not do what it is for. */
export const LAUNCH_FAILED = 126

/** See system-calls.ts. */
export const SYSTEM_ADDON = join(BUILT, 'system.node')

export function isCapAddonBuilt(): boolean {
  return [join(BUILT, 'cap.node'), LAUNCH, SYSTEM_ADDON].every((file) => existsSync(file))
}
