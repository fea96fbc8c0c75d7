/** `backup`, `restore` and `report`: what goes into files and comes out of them. */

import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { AlertRecord } from '../contract/alerts.js'
import type { GapsResponse } from '../contract/gaps.js'
import { checkBackup, replaceDatabase, restorePlace } from '../storage/backup.js'
import { prepareStateDirectory } from '../storage/state-directory.js'
import type { Client } from './client.js'
import { Replacer } from './replaced.js'

/** The file is there whole, or not at all; for its owner only. */
export async function backup(client: Client, file: string): Promise<void> {
  if (existsSync(file)) {
    throw new NetWatcherError('already_exists', 'FILE', `${file} is there already.`)
  }
  const unfinished = `${file}.part-${randomBytes(4).toString('hex')}`
  try {
    const { body } = await client.request('GET', '/api/backup')
    if (!body) throw new Error('The server sent nothing.')
    await pipeline(body, createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true }))
    await checkBackup(unfinished)
    renameSync(unfinished, file)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

export function openBackup(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    throw new NetWatcherError('not_found', 'FILE', `${file} cannot be read: ${errorMessage(error)}`)
  }
}

/** Of what is read from `input`; as the user of the web part. Returns where the former database is. */
export async function restore(
  stateDir: string,
  input: NodeJS.ReadableStream,
  nowMs: number,
): Promise<string | null> {
  prepareStateDirectory(stateDir)
  const copy = restorePlace(stateDir, randomBytes(8).toString('hex'))
  try {
    await pipeline(input, createWriteStream(copy, { mode: 0o600, flags: 'wx', flush: true }))
    return await replaceDatabase(stateDir, copy, nowMs)
  } finally {
    for (const part of ['', '-journal', '-wal', '-shm']) rmSync(copy + part, { force: true })
  }
}

/** What a bug report needs: how it is doing and what it has found, without saying who and where. */
export async function report(client: Client, system: Record<string, unknown>): Promise<unknown> {
  const status = await client.get('/api/status')
  const alerts = await client.list<AlertRecord>('/api/alerts', 'alerts', 200)
  const { gaps } = await client.get<GapsResponse>('/api/gaps?pageSize=50')
  const found = alerts.map(
    ({ kind, severity, state, count, firstSeenMs, lastSeenMs, vlan, verifications }) => ({
      ...{ kind, severity, state, count, firstSeenMs, lastSeenMs, vlan },
      verifications: verifications.map(({ method, result, atMs }) => ({ method, result, atMs })),
    }),
  )
  return new Replacer().replace({ system, status, alerts: found, gaps })
}
