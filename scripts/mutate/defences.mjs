// The list of defences: what to take away, what to put there instead, and the
// tests that must notice. Tabs part the columns; \n, \t and \\ are written so.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const COLUMNS = 5

export function readDefences(root) {
  const [, ...lines] = readFileSync(join(root, 'scripts/mutate/defences.tsv'), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const cells = line.split('\t')
    if (cells.length !== COLUMNS) throw new Error(`not ${COLUMNS} columns: ${line}`)
    const [id, file, text, replacement, tests] = cells.map(unescaped)
    return { id, file, text, replacement, tests: tests.split(' ') }
  })
}

/** Sentences about what the list names and the sources do not have, or have more than once. */
export function staleDefences(root, defences) {
  return defences.flatMap(({ id, file, text, tests }) => {
    const missing = [file, ...tests].filter((path) => !existsSync(join(root, path)))
    if (missing.length > 0) return missing.map((path) => `${id}: there is no ${path}`)
    const count = text === '' ? 0 : readFileSync(join(root, file), 'utf8').split(text).length - 1
    return count === 1 ? [] : [`${id}: its text is ${count} times in ${file}`]
  })
}

function unescaped(text) {
  return text.replace(/\\([nt\\])/g, (_, letter) => ({ n: '\n', t: '\t', '\\': '\\' })[letter])
}
