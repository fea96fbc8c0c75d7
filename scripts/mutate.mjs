// Takes the defences of scripts/mutate/defences.tsv away, one at a time, in a
// copy of the checkout, and runs the tests that must notice. Prints the score as
// the table of docs/RELIABILITY.md; fails when a defence goes unnoticed.
//   node scripts/mutate.mjs [--check] [PART OF A NAME ...]
//   node scripts/mutate.mjs --stryker [PART OF A FILE NAME ...]   see mutate/stryker.mjs
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readDefences, staleDefences } from './mutate/defences.mjs'

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)))
/** Longer than any of these tests takes: one that does not come to its end has noticed, too. */
const TEST_MS = 180_000
/** All of them, as they are, on a busy machine. */
const SOUND_MS = 1_800_000

/** The sources and what is built, with packages linked to each other and to what is installed here. */
function copyCheckout() {
  const copy = mkdtempSync(join(tmpdir(), 'netwatcher-mutate-'))
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  const isThere = (file) => file !== '' && existsSync(join(root, file))
  for (const file of files.split('\0').filter(isThere)) cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const name of ['shared', 'daemon', 'web']) {
    for (const part of ['node_modules', 'dist', 'dist-ui']) {
      const from = join(root, 'packages', name, part)
      if (existsSync(from))
        cpSync(from, join(copy, 'packages', name, part), { recursive: true, verbatimSymlinks: true })
    }
  }
  return copy
}

/** Settles when it has ended by itself, or has been ended with all that it started. */
function run(copy, program, args, limitMs = TEST_MS) {
  const child = spawn(join('node_modules/.bin', program), args, {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
  })
  running = child
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(child), limitMs)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code !== null)
    })
  })
}

function end(child) {
  if (child?.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
}

/** `noticed` only where a test has failed: a file that does not even load shows nothing. */
async function runTests(copy, tests, limitMs) {
  const projects = tests.some((path) => path.endsWith('.lab.test.ts')) ? ['lab'] : ['unit', 'clock', 'long']
  if (projects[0] === 'lab') await run(copy, 'tsc', ['-b'])
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const args = [
    'run',
    ...projects.map((name) => `--project=${name}`),
    '--reporter=json',
    `--outputFile.json=${report}`,
    '--bail=1',
    ...tests,
  ]
  if (!(await run(copy, 'vitest', args, limitMs))) return 'noticed'
  if (!existsSync(report)) return 'no report'
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${name}: ${fullName}: ${failureMessages[0]}`),
  )
  if (numFailedTests > 0) return 'noticed'
  const unloaded = testResults.find(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  if (unloaded) return `does not load: ${unloaded.message.split('\n')[0]}`
  return numPassedTests > 0 ? 'unnoticed' : 'no test ran'
}

async function removed(copy, defence) {
  const path = join(copy, defence.file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    source.replace(defence.text, () => defence.replacement),
  )
  try {
    return await runTests(copy, defence.tests)
  } finally {
    writeFileSync(path, source)
  }
}

let running
/** What failed in the last run of tests. */
let failed = []
if (process.argv.includes('--stryker')) {
  await import('./mutate/stryker.mjs')
  process.exit()
}
const words = process.argv.slice(2).filter((word) => word !== '--check')
const defences = readDefences(root)
const stale = staleDefences(root, defences)
for (const problem of stale) console.error(problem)
if (stale.length > 0 || process.argv.includes('--check')) process.exit(stale.length > 0 ? 1 : 0)

const chosen = defences.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)))
const copy = copyCheckout()
process.on('exit', () => {
  end(running)
  rmSync(copy, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

const unit = (path) => !path.endsWith('.lab.test.ts')
const sound = await runTests(copy, [...new Set(chosen.flatMap(({ tests }) => tests))].filter(unit), SOUND_MS)
if (sound !== 'unnoticed') {
  console.error(`The tests do not pass as they are: ${sound}`)
  for (const line of failed) console.error(line)
  process.exit(1)
}
const missed = []
for (const [i, defence] of chosen.entries()) {
  const outcome = await removed(copy, defence)
  if (outcome !== 'noticed') missed.push(`${defence.id}: ${outcome}`)
  console.log(`${i + 1}/${chosen.length} ${outcome}: ${defence.id}`)
}
console.log(`\n${chosen.length - missed.length} of ${chosen.length} removed defences were noticed`)
for (const line of missed) console.log(line)
process.exitCode = missed.length > 0 ? 1 : 0
