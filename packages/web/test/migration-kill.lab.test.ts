/** Needs root (the command drops to `nobody`). Kill -9 of the web part while it brings an old database up to date. */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import sqlite3 from 'sqlite3'
import { expect, test } from 'vitest'
import { MIGRATIONS } from '../src/storage/migrations.js'
import { startWeb } from './support/web-process.js'

const PROGRAM = fileURLToPath(new URL('../bin/netwatcher-web', import.meta.url))
const FIXTURE = new URL('../src/storage/migrations/fixtures/0002-windows.db.gz', import.meta.url)
const OF_FIXTURE = 2
const BYTES = `SELECT sum(tx_bytes) AS tx, sum(rx_bytes) AS rx FROM (SELECT tx_bytes, rx_bytes FROM traffic_minute
  UNION ALL SELECT tx_bytes, rx_bytes FROM traffic_hour UNION ALL SELECT tx_bytes, rx_bytes FROM traffic_day
  UNION ALL SELECT tx_bytes, rx_bytes FROM traffic_recent)`
const ROWS = `SELECT (SELECT count(*) FROM device) AS devices, (SELECT count(*) FROM flow) AS flows,
  (SELECT count(*) FROM alert) AS alerts, (SELECT count(*) FROM device_address) AS addresses`

test.each(Array.from({ length: 5 }, (_, i) => OF_FIXTURE + 1 + 4 * i))(
  'killed once %i migrations are done, the next start does the others, and nothing is lost',
  async (done) => {
    const directory = mkdtempSync(join(tmpdir(), 'netwatcher-migration-'))
    const stateDir = join(directory, 'state')
    const path = join(stateDir, 'netwatcher.db')
    const args = ['--port', '0', '--user', 'nobody', '--config', '/dev/null']
    try {
      chmodSync(directory, 0o755)
      mkdirSync(stateDir)
      writeFileSync(path, gunzipSync(readFileSync(FIXTURE)))
      const before = [await ask(path, BYTES), await ask(path, ROWS)]
      await killed(args, stateDir, async () => (await migrationsOf(path)) >= done)
      const web = await startWeb(PROGRAM, [...args, '--socket', join(directory, 'none.sock')], stateDir)
      web.child.kill('SIGTERM')
      expect(await web.exited).toBe(0)
      expect(await migrationsOf(path)).toBe(MIGRATIONS.length)
      expect([await ask(path, BYTES), await ask(path, ROWS)]).toEqual(before)
      expect(await ask(path, 'PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
      expect(readdirSync(stateDir).filter((name) => /damaged|deleted/.test(name))).toEqual([])
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
)

test('an older version says in a sentence who wrote the database, and is not worth starting again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-rollback-'))
  const stateDir = join(directory, 'state')
  const path = join(stateDir, 'netwatcher.db')
  const args = ['--port', '0', '--user', 'nobody', '--config', '/dev/null']
  try {
    chmodSync(directory, 0o755)
    const start = () => startWeb(PROGRAM, [...args, '--socket', join(directory, 'none.sock')], stateDir)
    const web = await start()
    web.child.kill('SIGTERM')
    expect(await web.exited).toBe(0)
    const insert = "INSERT INTO migrations (timestamp, name) VALUES (9, 'FromTheFuture0000000000009')"
    const update = "UPDATE setting SET value = '7.0.0' WHERE name = 'written_by'"
    for (const sql of [insert, update]) await ask(path, sql, sqlite3.OPEN_READWRITE)
    await expect(start()).rejects.toThrow(
      /^exited with 2: netwatcher-web: \S+ was written by a newer version of NetWatcher \(7\.0\.0: [^\n]+\n$/,
    )
    expect(readdirSync(stateDir).filter((name) => /damaged|deleted/.test(name))).toEqual([])
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

/** Starts it as the user that it would become, so that there is one process to kill. */
async function killed(
  args: readonly string[],
  stateDir: string,
  isTime: () => Promise<boolean>,
): Promise<void> {
  execFileSync(process.execPath, [PROGRAM, '--hand-over', ...args, '--state-dir', stateDir])
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', process.execPath, PROGRAM]
  const child = spawn('setpriv', [...asNobody, ...args, '--state-dir', stateDir], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  while (child.exitCode === null && !(await isTime())) await sleep(1)
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
}

/** 0 while the file is being changed. */
async function migrationsOf(path: string): Promise<number> {
  const row = await ask(path, 'SELECT count(*) AS n FROM migrations').catch(() => null)
  return Number(row?.n ?? 0)
}

function ask(
  path: string,
  sql: string,
  mode = sqlite3.OPEN_READONLY,
): Promise<Record<string, unknown> | undefined> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path, mode, (openError) => {
      if (openError) return reject(openError)
      database.get<Record<string, unknown>>(sql, (error, row) =>
        database.close(() => (error ? reject(error) : resolve(row))),
      )
    })
  })
}
