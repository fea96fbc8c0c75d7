/**
 * Runs the benchmarks that are named, or all. Each is a file of bench/ that
 * exports `run({ rounds, log, against })`, which gives rows, and `format(rows)`.
 * `against` are built checkouts of other versions, for what can measure them in turn.
 */

import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

const FOLDER = new URL('..', import.meta.url)
const known = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -4))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    json: { type: 'boolean', default: false },
    against: { type: 'string', multiple: true, default: [] },
  },
})
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
  console.error(`Usage: bench [${known.join('|')}]... [--rounds=N] [--json] [--against=CHECKOUT]...`)
  process.exit(2)
}

const log = (text) => process.stderr.write(`${text}\n`)
const results = {}
for (const name of positionals.length > 0 ? positionals : known) {
  const benchmark = await import(new URL(`${name}.mjs`, FOLDER).href)
  const rows = await benchmark.run({
    log,
    against: values.against,
    ...(rounds === undefined ? {} : { rounds }),
  })
  results[name] = rows
  if (!values.json) process.stdout.write(`${name}\n\n${benchmark.format(rows)}\n\n`)
}
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
