/** A file system of a few MiB that can be filled to the last blocks and freed again. Needs root. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk extends AsyncDisposable {
  path: string
  /** Leaves room for as many blocks of 4 KiB. */
  fill(blocksLeft: number): void
  free(): void
}

const BLOCK_BYTES = 4096

export function mountTmpfs(mib: number): SmallDisk {
  return mountSmall((path) => execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path]))
}

/** In a file, by a loop device. */
export function mountExt4(mib: number): SmallDisk {
  return mountSmall((path, directory) => {
    const image = join(directory, 'image')
    writeFileSync(image, Buffer.alloc(mib * 2 ** 20))
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
    execFileSync('mount', ['-o', 'loop', image, path])
  })
}

function mountSmall(mount: (path: string, directory: string) => void): SmallDisk {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-disk-'))
  const path = join(directory, 'mounted')
  mkdirSync(path)
  mount(path, directory)
  const filler = join(path, 'filler')
  return {
    path,
    fill(blocksLeft) {
      const { bavail, bsize } = statfsSync(path)
      const bytes = bavail * bsize - blocksLeft * BLOCK_BYTES
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bytes)))
      } catch {
        // The file system needed a block for itself: full is full.
      }
    },
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [path])
      rmSync(directory, { recursive: true })
    },
  }
}
