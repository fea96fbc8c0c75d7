/**
 * The daemon's settings: the one place that knows their names, types, ranges
 * and defaults. `/etc/netwatcher/netwatcherd.toml` is data and nothing in it
 * ever becomes a command or a path to run. Everything that is not understood
 * is refused with its line, so that a typing error cannot quietly leave a
 * protection off.
 */

import {
  DEFAULT_DAEMON_STATE_DIR,
  DEFAULT_SOCKET_PATH,
  isMulticastIp,
  isUnspecifiedIp,
  parseIp,
  parseMac,
} from '@netwatcher/shared'
import { parse, TomlError } from 'smol-toml'

export interface ConfigError {
  line: number
  message: string
}

type Parsed<T> = { value: T } | { problem: string }

interface Setting<T> {
  readonly fallback: T
  parse(value: unknown): Parsed<T>
}

/** An interface name as the kernel allows it (dev_valid_name): no slash, no space, at most 15 bytes. */
export function isInterfaceName(text: string): boolean {
  return /^[\x21-\x2e\x30-\x7e]{1,15}$/.test(text) && text !== '.' && text !== '..' && !text.startsWith('-')
}

const SCHEMA = {
  capture: {
    interfaces: list(text('an interface name', isInterfaceName), 64),
    promiscuous: flag(true),
    ringMib: integer(16, 1, 1024),
    flowCapacity: integer(65_536, 1024, 1_048_576),
    bucketSeconds: integer(5, 1, 3600),
    sensorUser: text('a user name', (name) => /^[a-z_][a-z0-9_-]{0,31}$/.test(name))('netwatcher-sensor'),
  },
  socket: {
    path: absolutePath(DEFAULT_SOCKET_PATH),
    group: text('a group name', (name) => /^[a-z_][a-z0-9_-]{0,31}$/.test(name))('netwatcher'),
  },
  state: { directory: absolutePath(DEFAULT_DAEMON_STATE_DIR) },
  detection: {
    activeVerification: flag(true),
    periodicProbing: flag(false),
    probesPerMinute: integer(30, 1, 600),
    learningMinutes: integer(10, 0, 1440),
    pinned: list(binding(), 1024),
  },
  scan: {
    enabled: flag(true),
    ping: flag(true),
    maxAddresses: integer(65_536, 1, 1_048_576),
  },
  firewall: { enabled: flag(false) },
  portscan: { enabled: flag(false) },
  journal: { bytes: integer(16 * 1024 * 1024, 65_536, 1_073_741_824) },
}

type Schema = typeof SCHEMA
type Values<Section> = { [Key in keyof Section]: Section[Key] extends Setting<infer T> ? T : never }
export type Config = { [Section in keyof Schema]: Values<Schema[Section]> }

export type ConfigResult = { ok: true; config: Config } | { ok: false; errors: ConfigError[] }

export function parseConfig(source: string): ConfigResult {
  let table: Record<string, unknown>
  try {
    table = parse(source)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [summary = 'not valid TOML'] = error.message.split('\n')
    return { ok: false, errors: [{ line: error.line, message: summary }] }
  }
  const errors: ConfigError[] = []
  const report = (path: string[], message: string) => errors.push({ line: lineOf(source, path), message })
  const config = readSections(table, report)
  errors.sort((a, b) => a.line - b.line)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, config }
}

export function defaultConfig(): Config {
  return readSections({}, () => 0)
}

type Report = (path: string[], message: string) => void

function readSections(table: Record<string, unknown>, report: Report): Config {
  refuseUnknown(table, SCHEMA, [], report)
  const sections = Object.entries(SCHEMA).map(([name, settings]) => {
    const given = table[name]
    if (given !== undefined && !isTable(given)) report([name], `${name} must be a table: [${name}]`)
    return [name, readSection(name, settings, isTable(given) ? given : {}, report)]
  })
  // Every key of the schema was read by its own setting, so the shape is the schema's.
  return Object.fromEntries(sections) as Config
}

function readSection(
  section: string,
  settings: Record<string, Setting<unknown>>,
  given: Record<string, unknown>,
  report: Report,
): Record<string, unknown> {
  const keys = Object.fromEntries(Object.keys(settings).map((key) => [snakeCase(key), key]))
  refuseUnknown(given, keys, [section], report)
  const values = Object.entries(settings).map(([key, setting]) => {
    const name = snakeCase(key)
    if (given[name] === undefined) return [key, setting.fallback]
    const parsed = setting.parse(given[name])
    if ('value' in parsed) return [key, parsed.value]
    report([section, name], `${section}.${name} ${parsed.problem}`)
    return [key, setting.fallback]
  })
  return Object.fromEntries(values)
}

function refuseUnknown(given: object, known: object, path: string[], report: Report): void {
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(known, key)) report([...path, key], `unknown setting ${[...path, key].join('.')}`)
  }
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function flag(fallback: boolean): Setting<boolean> {
  return {
    fallback,
    parse: (value) => (typeof value === 'boolean' ? { value } : { problem: 'must be true or false' }),
  }
}

function integer(fallback: number, min: number, max: number): Setting<number> {
  return {
    fallback,
    parse: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? { value }
        : { problem: `must be a whole number from ${min} to ${max}` },
  }
}

function text(what: string, isValid: (value: string) => boolean): (fallback: string) => Setting<string> {
  return (fallback) => ({
    fallback,
    parse: (value) =>
      typeof value === 'string' && isValid(value) ? { value } : { problem: `must be ${what}` },
  })
}

function absolutePath(fallback: string): Setting<string> {
  const isValid = (path: string) =>
    /^\/[\x20-\x7e]*$/.test(path) && !path.split('/').includes('..') && path.length <= 255
  return text('an absolute path without ".."', isValid)(fallback)
}

function list<T>(element: ((fallback: T) => Setting<T>) | Setting<T>, max: number): Setting<T[]> {
  return {
    fallback: [],
    parse: (value) => {
      if (!Array.isArray(value)) return { problem: 'must be a list' }
      if (value.length > max) return { problem: `must have at most ${max} entries` }
      const values: T[] = []
      for (const [i, item] of value.entries()) {
        const parsed = (typeof element === 'function' ? element(item) : element).parse(item)
        if ('problem' in parsed) return { problem: `entry ${i + 1} ${parsed.problem}` }
        values.push(parsed.value)
      }
      return { value: values }
    },
  }
}

function binding(): Setting<{ ip: string; mac: string }> {
  const problem = 'must be { ip = "<address>", mac = "<hardware address>" }'
  return {
    fallback: { ip: '', mac: '' },
    parse: (value) => {
      if (!isTable(value) || Object.keys(value).sort().join() !== 'ip,mac') return { problem }
      const ip = typeof value.ip === 'string' ? parseIp(value.ip) : null
      const mac = typeof value.mac === 'string' ? parseMac(value.mac) : null
      if (!ip || !mac || isMulticastIp(ip) || isUnspecifiedIp(ip)) return { problem }
      return { value: { ip, mac } }
    },
  }
}

/** Line (from 1) that sets `path`: under its `[section]`, or as a dotted key. */
function lineOf(source: string, path: string[]): number {
  let section = ''
  let best = 1
  for (const [i, line] of source.split('\n').entries()) {
    const header = /^\s*\[+\s*([^\]]*?)\s*\]+/.exec(line)
    if (header) section = normalizeKey(header[1] ?? '')
    const key = header ? '' : normalizeKey(/^\s*([^=#]+?)\s*=/.exec(line)?.[1] ?? '')
    const full = [section, key].filter((part) => part !== '').join('.')
    const wanted = path.join('.')
    if (full === wanted || full.startsWith(`${wanted}.`)) return i + 1
    if (full === path[0]) best = i + 1
  }
  return best
}

function normalizeKey(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.')
}
