/**
 * What became of databases before the present one, told by the names of files
 * beside it: a damaged one lies there, of a deleted one a marker. Whoever removes
 * that file has read the notice.
 */

import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export type LossCause = 'damaged' | 'deleted'

export interface Loss {
  cause: LossCause
  /** Milliseconds since 1970-01-01 UTC. */
  atMs: number
  path: string
  /** What is left of it. */
  bytes: number
}

const NAME = /^\.(damaged|deleted)-(\d{1,15})$/

/** Where the database at `path` goes, or what tells that it has gone. */
export function lossPath(path: string, cause: LossCause, atMs: number): string {
  return `${path}.${cause}-${atMs}`
}

export function markDeleted(path: string, atMs: number): void {
  writeFileSync(lossPath(path, 'deleted', atMs), '')
}

/** Newest first. */
export function listLosses(path: string): Loss[] {
  const directory = dirname(path)
  const losses = readdirSync(directory).flatMap((name): Loss[] => {
    const [, cause, atMs] = NAME.exec(name.slice(basename(path).length)) ?? []
    if (!name.startsWith(basename(path)) || (cause !== 'damaged' && cause !== 'deleted')) return []
    const { size } = statSync(join(directory, name), { throwIfNoEntry: false }) ?? { size: 0 }
    return [{ cause, atMs: Number(atMs), path: join(directory, name), bytes: size }]
  })
  return losses.sort((a, b) => b.atMs - a.atMs)
}
