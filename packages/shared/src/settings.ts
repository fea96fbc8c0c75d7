/**
 * Settings from a TOML file, checked by a schema. Whatever is not understood is
 * refused with its line, so that a typing error cannot quietly leave a
 * protection off. Messages begin with the setting and go on with "must".
 */

import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'

export interface SettingsError {
  /** From 1. */
  line: number
  message: string
}

export type SettingsResult<T> = { ok: true; config: T } | { ok: false; errors: SettingsError[] }

/** All errors at once, in the order of their lines. */
export function parseSettings<T>(source: string, schema: z.ZodType<T>): SettingsResult<T> {
  let table: unknown
  try {
    table = parse(source)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [summary = 'not valid TOML'] = error.message.split('\n')
    return { ok: false, errors: [{ line: error.line, message: summary }] }
  }
  const result = schema.safeParse(table)
  if (result.success) return { ok: true, config: result.data }
  const errors = result.error.issues.flatMap(problems)
  const located = errors.map(({ path, message }) => ({ line: lineOf(source, path), message }))
  return { ok: false, errors: located.sort((a, b) => a.line - b.line) }
}

/** A table of settings, all of which have defaults; unknown ones are refused. */
export function table<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape).prefault({} as z.input<z.ZodObject<Shape>>)
}

export const flag = () => z.boolean('must be true or false')

export function wholeNumber(min: number, max: number) {
  const problem = `must be a whole number from ${min} to ${max}`
  return z.int(problem).min(min, problem).max(max, problem)
}

export function textThat(isValid: (text: string) => boolean, problem: string) {
  return z.string(problem).refine(isValid, problem)
}

export function listOf<T extends z.ZodType>(entry: T, max: number) {
  return z.array(entry, 'must be a list').max(max, `must have at most ${max} entries`)
}

export const absolutePath = () =>
  textThat(
    (path) => /^\/[\x20-\x7e]{0,254}$/.test(path) && !path.split('/').includes('..'),
    'must be an absolute path without ".."',
  )

/** As useradd(8) takes them. */
const ACCOUNT = /^[a-z_][a-z0-9_-]{0,31}$/
export const userName = () => textThat((name) => ACCOUNT.test(name), 'must be a user name')
export const groupName = () => textThat((name) => ACCOUNT.test(name), 'must be a group name')

/** For the entries of a list: no two have the same value of `key`. */
export function distinct<Key extends string>(key: Key) {
  return (entries: readonly Record<Key, unknown>[], context: z.core.$RefinementCtx): void => {
    for (const [i, entry] of entries.entries()) {
      if (entries.findIndex((other) => other[key] === entry[key]) === i) continue
      context.addIssue({ code: 'custom', path: [i, key], message: 'must not be that of another entry' })
    }
  }
}

type Path = readonly (string | number)[]

interface Problem {
  path: Path
  message: string
}

function problems(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `unknown setting ${nameOf([...path, key])}`,
    }))
  }
  const isSection = issue.code === 'invalid_type' && issue.expected === 'object' && path.length === 1
  const message = isSection ? `must be a table: [${path[0]}]` : issue.message
  return [{ path, message: `${nameOf(path)} ${message}` }]
}

/** `http.allowed_hosts entry 2`, `detection.pinned entry 1 mac` */
function nameOf(path: Path): string {
  const [first = '', ...rest] = path
  const steps = rest.map((step, i) => {
    if (typeof step === 'number') return ` entry ${step + 1}`
    return typeof rest[i - 1] === 'number' ? ` ${step}` : `.${step}`
  })
  return [first, ...steps].join('')
}

/** Line that sets `path`, or what holds it: under its `[section]`, as a dotted key, or the section. */
function lineOf(source: string, path: Path): number {
  const wanted = path.join('.')
  const sectionOf = sectionNames(wanted)
  let section = ''
  let sectionLine = 1
  for (const [i, line] of source.split('\n').entries()) {
    const header = /^\s*(\[+\s*[^\]]*?)\s*\]+/.exec(line)?.[1]
    if (header !== undefined) section = sectionOf(header)
    const key = header === undefined ? plainKey(/^\s*([^=#]+?)\s*=/.exec(line)?.[1] ?? '') : ''
    if (header === undefined && key === '') continue
    const full = [section, key].filter((part) => part !== '').join('.')
    if (!(isWithin(wanted, full) || isWithin(full, wanted))) continue
    if (key !== '' || isWithin(full, wanted)) return i + 1
    sectionLine = i + 1
  }
  return sectionLine
}

/** `[a.b]` is `a.b`, the second `[[a.b]]` is `a.b.1`; `[a]` is `a.0` where `a` may be a list of one. */
function sectionNames(wanted: string): (header: string) => string {
  const entries = new Map<string, number>()
  return (header) => {
    const name = plainKey(header.replace(/^\[+\s*/, ''))
    const entry = header.startsWith('[[') ? (entries.get(name) ?? 0) : 0
    entries.set(name, entry + 1)
    return header.startsWith('[[') || isWithin(wanted, `${name}.0`) ? `${name}.${entry}` : name
  }
}

function isWithin(path: string, holder: string): boolean {
  return path === holder || path.startsWith(`${holder}.`)
}

function plainKey(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.')
}
