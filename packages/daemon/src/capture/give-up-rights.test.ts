import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { LAUNCH } from '../os/cap-addon.js'
import { excessRights, type HeldRights } from '../os/held-rights.js'
import { giveUpRights } from './give-up-rights.js'

const ID = 65_534
const CAP = createRequire(import.meta.url).resolve('cap')
const isRoot = process.getuid?.() === 0

interface Shown {
  threads: [string, string][]
  files: string[]
  isFiltered: boolean
}

/** A program that prints its rights as JSON, behind what it does first. `cap`, `fs` and `net` are there. */
function program(first: string): string {
  return `const cap = require(${JSON.stringify(CAP)}), fs = require('fs'), net = require('net')
    const links = () => fs.readdirSync('/proc/self/fd').map((name) => {
      try { return fs.readlinkSync('/proc/self/fd/' + name) } catch { return '' } })
    const tasks = () => fs.readdirSync('/proc/self/task')
      .map((id) => [id, fs.readFileSync('/proc/self/task/' + id + '/status', 'utf8')])
    fs.promises.readFile('/proc/self/status').then(() => {
      ${first}
      let isFiltered = false
      try { process.kill(process.ppid, 0) } catch (error) { isFiltered = error.code === 'ENOSYS' }
      console.log(JSON.stringify({ threads: tasks(), files: links(), isFiltered }))
    })`
}

/** Runs it in a process that has 100 and 101 for groups, started by `launch` or not. */
function run(first: string, command = [LAUNCH, '3']) {
  const groups = isRoot ? ['setpriv', '--groups=100,101'] : []
  const [file = '', ...args] = [...groups, ...command, process.execPath, '-e', program(first)]
  return spawnSync(file, args, { encoding: 'utf8', timeout: 20_000 })
}

function rightsAfter(first: string, command?: string[]): HeldRights {
  const { stdout, stderr } = run(first, command)
  expect(stderr).toBe('')
  const { threads, ...rest }: Shown = JSON.parse(stdout)
  return { threads: new Map(threads), ...rest }
}

const GIVE_UP = `cap.becomeUser(${ID}, ${ID}); cap.restrictSystemCalls();`

test.runIf(isRoot)('launched, and with both steps done, every thread is that user and nothing else', () => {
  const held = rightsAfter(GIVE_UP)
  expect(held.threads.size).toBeGreaterThan(4)
  expect(excessRights(held, ID, ID)).toBe('')
})

test.runIf(isRoot).each([
  [`cap.becomeUser(${ID}, ${ID})`, undefined, 'system calls are not filtered'],
  ['cap.restrictSystemCalls()', undefined, 'the user is 0'],
  [GIVE_UP, ['setpriv', '--no-new-privs'], 'CapBnd is'],
])('what is left when something was left out is found (%s)', (first, command, reason) => {
  expect(excessRights(rightsAfter(first, command), ID, ID)).toContain(reason)
})

test('root is nobody to become', () => {
  expect(run('cap.becomeUser(0, 65534)').stderr).toContain('TypeError')
  expect(run('cap.becomeUser(65534, 0)').stderr).toContain('TypeError')
})

test.each([
  ["net.connect('/run/x').on('error', (error) => { throw error })", 'ENOSYS'],
  ["require('dgram').createSocket('udp4').bind()", 'ENOSYS'],
  ["fs.writeFileSync('/tmp/netwatcher-rights', '')", 'ENOSYS'],
  ['process.kill(process.ppid, 0)', 'ENOSYS'],
  ["const { error } = require('child_process').spawnSync('/bin/true'); if (error) throw error", 'ENOSYS'],
])('with its system calls restricted it can not: %s', (attempt, code) => {
  const { status, stderr } = run(`cap.restrictSystemCalls(); ${attempt}`)
  expect(status).not.toBe(0)
  expect(stderr).toContain(code)
})

test.runIf(isRoot)('trying to be somebody else again ends it', () => {
  expect(run(`${GIVE_UP} cap.becomeUser(${ID}, ${ID})`).signal).toBe('SIGSYS')
})

test('it can still read, count, allocate, compile, start threads and answer', () => {
  const { status, stdout } = run(`cap.restrictSystemCalls()
    const { Worker } = require('worker_threads')
    const hot = new Function('n', 'let sum = 0; for (let i = 0; i < n; i++) sum += i % 7; return sum')
    for (let i = 0; i < 50; i++) hot(1e5)
    Buffer.alloc(64 << 20, 1)
    new Worker('process.memoryUsage.rss()', { eval: true }).on('exit', (code) => console.log('worker', code))`)
  expect(stdout).toContain('worker 0')
  expect(status).toBe(0)
})

test('launch closes what somebody left open, and says so when it is called wrongly', () => {
  const left = openSync('/dev/zero', 'r')
  const show =
    "console.log(require('fs').readdirSync('/proc/self/fd').map((name) => { try { return require('fs').readlinkSync('/proc/self/fd/' + name) } catch { return '' } }).join())"
  const stdio = ['ignore', 'pipe', 'pipe', left, left] as const
  const open = (...command: string[]) => {
    const [file = '', ...args] = [...command, process.execPath, '-e', show]
    return spawnSync(file, args, { stdio: [...stdio], encoding: 'utf8' }).stdout
  }
  expect(open('env')).toContain('/dev/zero')
  expect(open(LAUNCH, '3')).not.toContain('/dev/zero')
  expect(spawnSync(LAUNCH, ['3']).status).toBe(126)
  expect(spawnSync(LAUNCH, ['3', '/nonexistent']).status).toBe(127)
})

test('the user is left first, then the system calls, and then it is looked at', () => {
  const steps: string[] = []
  const held: HeldRights = { threads: new Map(), files: [], isFiltered: true }
  const rights = {
    becomeUser: (uid: number, gid: number) => void steps.push(`user ${uid} ${gid}`),
    restrictSystemCalls: () => void steps.push('filter'),
    read: () => {
      steps.push('read')
      return held
    },
  }
  expect(() => giveUpRights(rights, ID, ID)).toThrow('the kernel shows no thread')
  expect(steps).toEqual([`user ${ID} ${ID}`, 'filter', 'read'])
})

test('rights that are left are an error in one sentence, and so is a step that fails', () => {
  const held: HeldRights = { threads: new Map([['7', 'Uid:\t0\t0\t0\t0\n']]), files: [], isFiltered: true }
  const rights = { becomeUser: () => {}, restrictSystemCalls: () => {}, read: () => held }
  expect(() => giveUpRights(rights, ID, ID)).toThrow(
    'The rights of root could not be given up (the user is 0\t0\t0\t0 on thread 7), so no packet is looked at.',
  )
  const failing = () => {
    throw new Error('setgroups: Operation not permitted')
  }
  expect(() => giveUpRights({ ...rights, becomeUser: failing }, ID, ID)).toThrow('(setgroups: Operation')
})
