import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from './command.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-command-'))
afterAll(() => rmSync(directory, { recursive: true }))

function script(name: string, body: string): string {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return path
}

/** A signal is on its way when kill(2) returns; when it ends the process is the scheduler's affair. */
const ENDS_SOON = { timeout: 10_000 }

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has reaped yet is not alive.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('arguments reach the program as they are, without a shell', async () => {
  const outcome = await runCommand('printf', ['%s|', '$HOME', '; id', '`id`', 'a b'])
  expect(outcome).toEqual({ type: 'exited', code: 0, stdout: '$HOME|; id|`id`|a b|', stderr: '' })
})

test('the environment is fixed', async () => {
  const outcome = await runCommand('env', [])
  expect(outcome.type === 'exited' && outcome.stdout.split('\n').sort()).toEqual([
    '',
    'LC_ALL=C',
    expect.stringMatching(/^PATH=\/usr\/local\/sbin:/),
  ])
})

test('input, exit code and standard error come through', async () => {
  const path = script('echo-input', 'cat; echo bad >&2; exit 3')
  const outcome = await runCommand(path, [], { input: 'hello' })
  expect(outcome).toEqual({ type: 'exited', code: 3, stdout: 'hello', stderr: 'bad\n' })
})

test('a program that does not read its input is no error', async () => {
  const outcome = await runCommand('true', [], { input: 'x'.repeat(1_000_000) })
  expect(outcome).toMatchObject({ type: 'exited', code: 0 })
})

test('a missing program is an outcome, not an exception', async () => {
  expect(await runCommand('netwatcher-no-such-program', [])).toEqual({ type: 'not_found' })
})

test('a time-out ends a program that ignores TERM, and what it forked', { timeout: 30_000 }, async () => {
  const path = script('stubborn', "trap '' TERM; sleep 60 & echo $!; while :; do sleep 1; done")
  let forkedPid = 0
  // On a busy machine a shell may take longer than the first of these to get as far as forking.
  for (let timeoutMs = 200; forkedPid === 0 && timeoutMs < 10_000; timeoutMs *= 4) {
    const outcome = await runCommand(path, [], { timeoutMs })
    expect(outcome).toMatchObject({ type: 'stopped', reason: 'timeout' })
    forkedPid = outcome.type === 'stopped' ? Number(outcome.stdout) : 0
  }
  expect(forkedPid).toBeGreaterThan(1)
  await expect.poll(() => isAlive(forkedPid), ENDS_SOON).toBe(false)
})

test('a child left behind by a program that has exited is ended too', { timeout: 30_000 }, async () => {
  const path = script('daemonizing', 'sleep 60 & echo $!')
  const outcome = await runCommand(path, [])
  expect(outcome).toMatchObject({ type: 'exited', code: 0 })
  const leftPid = outcome.type === 'exited' ? Number(outcome.stdout) : 0
  expect(leftPid).toBeGreaterThan(1)
  await expect.poll(() => isAlive(leftPid), ENDS_SOON).toBe(false)
})

test('endless output is cut off', async () => {
  const outcome = await runCommand('yes', [], { maxOutputBytes: 10_000 })
  expect(outcome).toMatchObject({ type: 'stopped', reason: 'output_limit' })
  expect(outcome.type === 'stopped' && outcome.stdout.length).toBeLessThanOrEqual(10_000)
})

test('an abort signal ends it, also one that was aborted before', async () => {
  const before = await runCommand('sleep', ['60'], { signal: AbortSignal.abort() })
  expect(before).toMatchObject({ type: 'stopped', reason: 'aborted' })
  const controller = new AbortController()
  const path = script('says-ready', 'echo ready; sleep 60')
  const outcome = await runCommand(path, [], {
    signal: controller.signal,
    onStdout: () => controller.abort(),
  })
  expect(outcome).toMatchObject({ type: 'stopped', reason: 'aborted', stdout: '' })
})
