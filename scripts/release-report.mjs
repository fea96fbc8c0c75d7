// Prints docs/RELEASE-TEST.md from what a run of scripts/test-release has left.
//   node scripts/release-report.mjs DIRECTORY
// In it are vitest's release.json and, for each run that is no suite, NAME.run:
// the command, its exit code, its seconds and its last line.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [directory] = process.argv.slice(2)
const { testResults, startTime } = JSON.parse(readFileSync(join(directory, 'release.json'), 'utf8'))

/** @type {Map<string, { versions: string, tests: { title: string, status: string, duration: number }[] }>} */
const machines = new Map()
for (const { assertionResults } of testResults) {
  for (const { ancestorTitles, title, status, duration = 0, meta } of assertionResults) {
    const name = ancestorTitles.join(', ')
    const machine = machines.get(name) ?? { versions: '', tests: [] }
    machine.versions ||= meta?.versions ?? ''
    machine.tests.push({ title, status, duration })
    machines.set(name, machine)
  }
}

const minutes = (ms) => (ms / 60_000).toFixed(1)
const row = (cells) => `| ${cells.join(' | ')} |`

function machineRow([name, { versions, tests }]) {
  const failed = tests.filter(({ status }) => status !== 'passed')
  const wasRun = tests.some(({ status }) => status === 'passed' || status === 'failed')
  const result = !wasRun
    ? 'not run'
    : `${tests.length - failed.length} of ${tests.length} passed${failed.map(({ title }) => `; **failed**: ${title}`).join('')}`
  return row([name, versions, result, minutes(tests.reduce((sum, { duration }) => sum + duration, 0))])
}

function runRow(file) {
  const [command, code, seconds, last] = readFileSync(join(directory, file), 'utf8').split('\n')
  return row([
    `\`${command}\``,
    code === '0' ? 'passed' : '**failed**',
    last.replaceAll('|', '/'),
    minutes(seconds * 1000),
  ])
}

const titles = new Set([...machines.values()].flatMap(({ tests }) => tests.map(({ title }) => title)))
const runs = readdirSync(directory).filter((name) => name.endsWith('.run'))
console.log(
  [
    '# Release test',
    '',
    'What takes longer than `npm test` may. `npm run test:release` runs it and writes this page.',
    `Last run: ${new Date(startTime).toISOString().slice(0, 10)}.`,
    '',
    '## Distributions',
    '',
    'Fresh minimal installations made by debootstrap and booted by systemd-nspawn, each with a user who',
    'may use sudo and follows the README. What was tried:',
    '',
    ...[...titles].map((title) => `- ${title}`),
    '',
    row(['machine', 'versions', 'result', 'minutes']),
    row(['---', '---', '---', '---']),
    ...[...machines].map(machineRow),
    ...(runs.length === 0
      ? []
      : [
          '',
          '## Runs',
          '',
          row(['command', 'result', 'last line', 'minutes']),
          row(['---', '---', '---', '---']),
          ...runs.map(runRow),
        ]),
  ].join('\n'),
)
