/**
 * The one rule for every state file: it is checked as a whole when it is read,
 * and what does not pass is set aside and told, never taken for data and never
 * overwritten. A reader then goes on as if there were no file.
 */

import { errorMessage } from '@netwatcher/shared'
import type { z } from 'zod'
import type { FileStore } from './state-directory.js'

export interface StateSource<Content> {
  /** Null when there is no such file. */
  read(): Content | null
  setAside(why: string): void
}

/**
 * Null when there is no such file, or none that could be used, of which
 * `onDamaged` hears. Throws when it cannot be set aside either.
 */
export function readState<Content, T>(
  source: StateSource<Content>,
  check: (content: Content) => T,
  onDamaged: (why: string) => void = () => {},
): T | null {
  try {
    const content = source.read()
    return content === null ? null : check(content)
  } catch (error) {
    source.setAside(errorMessage(error))
    onDamaged(errorMessage(error))
    return null
  }
}

export function stateFile(files: FileStore, name: string): StateSource<Uint8Array> {
  return { read: () => files.read(name), setAside: (why) => files.setAside(name, why) }
}

/** A check for `readState`: JSON of this shape. */
export function jsonState<T>(schema: z.ZodType<T>): (content: string | Uint8Array) => T {
  return (content) => {
    const result = schema.safeParse(JSON.parse(Buffer.from(content).toString()))
    if (result.success) return result.data
    const [issue] = result.error.issues
    throw new Error(`${issue?.path.join('.') || 'the content'}: ${issue?.message}`)
  }
}
