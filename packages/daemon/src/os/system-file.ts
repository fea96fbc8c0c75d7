/**
 * Reads files of the system that decisions rest on. What cannot be read is an
 * error in words, never an empty text: "nothing is there" and "nobody knows"
 * are different answers. `root` is where the system's tree begins.
 */

import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage } from '@netwatcher/shared'

/** The text of a file that every system has. Throws with its name and why it cannot be read. */
export async function readSystemFile(root: string, file: string): Promise<string> {
  const path = join(root, file)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const link = await readlink(path).catch(() => null)
    const leads = link === null ? '' : `, a link to ${link}`
    throw new Error(`/${file}${leads}: ${describe(error)}`, { cause: error })
  }
}

/** Null when there is no such file, and when a device has gone while it was read (sysfs). */
export async function readIfPresent(root: string, file: string): Promise<string | null> {
  return readSystemFile(root, file).catch((error: Error) => {
    if (ABSENT.has(errorCode(error.cause))) return null
    throw error
  })
}

/** A kernel without IPv6, or with it switched off, has none of its files (proc_pid_net(5)). */
export async function hasIpv6(root: string): Promise<boolean> {
  return (await readIfPresent(root, 'proc/net/if_inet6')) !== null
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'EINVAL'])

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  EISDIR: 'it is a directory',
  ELOOP: 'the links lead in a circle',
}

function describe(error: unknown): string {
  return WORDS[errorCode(error)] ?? errorMessage(error)
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}
