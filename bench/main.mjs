/**
 * `npm run bench`: runs the benchmarks that are named, or all, one after the
 * other, and prints a table of each. With --json it prints one object per line
 * instead, as soon as a benchmark is done. Each benchmark is a module with
 * `run({ rounds, log })`, which gives plain data, and `format(data)`.
 */

import { cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

const NAMES = ['capture', 'latency', 'memory', 'scan', 'ingest', 'api', 'idle']
const USAGE = `usage: npm run bench -- [${NAMES.join('|')}]… [--json] [--rounds N]`

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, rounds: { type: 'string' } },
    })
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    const isValid = positionals.every((name) => NAMES.includes(name))
    if (!isValid || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) return null
    return { names: positionals.length > 0 ? positionals : NAMES, json: values.json, rounds }
  } catch {
    return null
  }
}

function machine() {
  const [first] = cpus()
  const memoryGib = (totalmem() / 2 ** 30).toFixed(1)
  return `${cpus().length} x ${first.model.trim()}, ${memoryGib} GiB, Linux ${release()}, Node ${process.version}`
}

const wish = readArguments()
if (wish === null) {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
if (process.getuid() !== 0) {
  process.stderr.write('bench: network namespaces need root\n')
  process.exit(1)
}

const print = (text) => process.stdout.write(`${text}\n`)
const options = {
  // Absent, so that each benchmark's own default holds.
  ...(wish.rounds === undefined ? {} : { rounds: wish.rounds }),
  log: (text) => process.stderr.write(`${text}\n`),
}
if (!wish.json) print(machine())
for (const name of wish.names) {
  options.log(`bench: ${name}`)
  const { run, format } = await import(`./${name}.mjs`)
  const result = await run(options)
  print(wish.json ? JSON.stringify({ name, machine: machine(), result }) : `\n${name}\n\n${format(result)}`)
}
