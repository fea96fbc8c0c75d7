/** How much room the file system of a directory has (statfs(2)). */

import { statfsSync } from 'node:fs'

export interface DiskSpace {
  /** What somebody without root may still write. */
  freeBytes: number
  totalBytes: number
}

export function readDiskSpace(directory: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(directory)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}
