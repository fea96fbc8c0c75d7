/**
 * What channels log in with, in a file of its own beside the database (0600):
 * a copy of the database gives none of it away. Written anew as a whole, under
 * another name first, so that a crash leaves the old or the new one.
 */

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { NetWatcherError } from '@netwatcher/shared'
import { z } from 'zod'

export const SECRETS_FILE = 'notify-secrets.json'

const schema = z.record(z.string().regex(/^\d+$/), z.string())

export class SecretFile {
  constructor(private readonly path: string) {}

  /** Empty when there is none. */
  get(channelId: number): string {
    return this.read()[channelId] ?? ''
  }

  /** An empty one is removed. */
  set(channelId: number, secret: string): void {
    const { [channelId]: _before, ...rest } = this.read()
    this.write(secret === '' ? rest : { ...rest, [channelId]: secret })
  }

  private read(): Record<string, string> {
    if (!existsSync(this.path)) return {}
    try {
      return schema.parse(JSON.parse(readFileSync(this.path, 'utf8')))
    } catch (cause) {
      throw new NetWatcherError(
        'failed_precondition',
        'BAD_SECRETS',
        `${this.path} does not hold the secrets of channels; delete it and enter them again.`,
        { cause },
      )
    }
  }

  private write(secrets: Record<string, string>): void {
    const file = openSync(`${this.path}.new`, 'w', 0o600)
    try {
      writeSync(file, JSON.stringify(secrets))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(`${this.path}.new`, this.path)
  }
}
