/** Ids of users by their names (passwd(5)), as this process's user namespace shows them (user_namespaces(7)). */

import { readFileSync } from 'node:fs'

/** Null when there is no such user. */
export function findUid(name: string): number | null {
  const row = readText('/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name)
  const uid = Number(row?.[2])
  return row && Number.isInteger(uid) ? shownUid(uid, readText('/proc/self/uid_map')) : null
}

/** What the namespace with this map shows for a user of the machine. */
export function shownUid(uid: number, map: string): number {
  for (const line of map.trim().split('\n')) {
    const [inside = 0, outside = 0, count = 0] = line.trim().split(/\s+/).map(Number)
    if (uid >= outside && uid < outside + count) return inside + uid - outside
  }
  return OVERFLOW_UID
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The kernel's default of /proc/sys/kernel/overflowuid. */
const OVERFLOW_UID = 65_534
