/** The guard as a process: when it ends what it runs, and what it runs afterwards. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const GUARD = fileURLToPath(new URL('guard', import.meta.url))
const WAIT = { timeout: 20_000 }

let directory: string
let command: string
let guard: ChildProcess

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher guard-'))
  command = join(directory, 'a command')
  // Notes what it is told; as a daemon it says its pid, and ends tidily when it is asked to.
  writeFileSync(
    command,
    `#!/bin/bash
cd "\${0%/*}"
if [[ "$*" == *--cleanup ]]; then echo "$*" >cleanup; exit; fi
trap 'echo >tidy; exit 0' TERM
echo $$ >pid.new; mv pid.new pid
while :; do sleep 0.1; done
`,
  )
  chmodSync(command, 0o755)
})
afterEach(() => {
  guard.stdin?.destroy()
  rmSync(directory, { recursive: true, force: true })
})

const has = (name: string) => existsSync(join(directory, name))

async function start(...options: string[]): Promise<number> {
  guard = spawn(GUARD, [...options, command, '--socket', 'x y'], { stdio: ['pipe', 'ignore', 'inherit'] })
  await expect.poll(() => has('pid'), WAIT).toBe(true)
  return Number(readFileSync(join(directory, 'pid'), 'utf8'))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const TOLD = '--socket x y --config /dev/null --cleanup\n'

test('a command that is killed is cleaned up after', { timeout: 30_000 }, async () => {
  const pid = await start('--cleanup')
  process.kill(pid, 'SIGKILL')
  expect((await once(guard, 'exit'))[0]).toBe(137)
  expect(readFileSync(join(directory, 'cleanup'), 'utf8')).toBe(TOLD)
})

test('whoever holds its standard input has gone: it ends the command, then cleans up', {
  timeout: 30_000,
}, async () => {
  const pid = await start('--cleanup')
  guard.stdin?.end()
  expect((await once(guard, 'exit'))[0]).toBe(0)
  expect([has('tidy'), has('cleanup'), isRunning(pid)]).toEqual([true, true, false])
})

test('asked to end, it asks the command, and waits for it', { timeout: 30_000 }, async () => {
  const pid = await start()
  guard.kill('SIGTERM')
  expect((await once(guard, 'exit'))[0]).toBe(0)
  expect([has('tidy'), has('cleanup'), isRunning(pid)]).toEqual([true, false, false])
})
