/**
 * The file by which the running server is known to `--login-link`: where it
 * listens, and the id of its run, which is part of every ticket. A ticket in the
 * hands of somebody who took the port is worth nothing to a later run.
 */

import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

export interface RunningInstance {
  runId: string
  ip: string
  port: number
}

const schema = z.strictObject({
  runId: z.string().regex(/^[0-9a-f]{32}$/),
  ip: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
})

export function newRunId(): string {
  return randomBytes(16).toString('hex')
}

export function writeInstance(path: string, instance: RunningInstance): void {
  writeFileSync(path, `${JSON.stringify(instance)}\n`, { mode: 0o600 })
}

export function removeInstance(path: string): void {
  rmSync(path, { force: true })
}

/** Null when there is none, or nothing that could be one. */
export function readInstance(path: string): RunningInstance | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
