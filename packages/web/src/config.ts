/**
 * The web part's settings: the one place that knows their names, types, ranges
 * and defaults. Whatever is not understood is refused with its line, so that a
 * typing error cannot quietly leave a protection off.
 */

import {
  DEFAULT_HTTP_HOST,
  DEFAULT_HTTP_PORT,
  DEFAULT_SOCKET_PATH,
  DEFAULT_WEB_STATE_DIR,
} from '@netwatcher/shared'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'

const absolutePath = z
  .string()
  .max(255)
  .regex(/^\/[\x20-\x7e]*$/, 'must be an absolute path')
  .refine((path) => !path.split('/').includes('..'), 'must not contain ".."')

/** A name or literal address, for the Host header; never with a port. */
const hostName = z
  .string()
  .regex(/^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/, 'must be a host name in lower case')
const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user name')
const listenHost = z.string().regex(/^[0-9a-zA-Z.:-]{1,253}$/, 'must be a host name or address')

const schema = z.strictObject({
  http: z
    .strictObject({
      host: listenHost.default(DEFAULT_HTTP_HOST),
      port: z.number().int().min(0).max(65_535).default(DEFAULT_HTTP_PORT),
      allow_non_loopback: z.boolean().default(false),
      allowed_hosts: z.array(hostName).max(16).default([]),
    })
    .prefault({}),
  daemon: z.strictObject({ socket: absolutePath.default(DEFAULT_SOCKET_PATH) }).prefault({}),
  state: z
    .strictObject({
      directory: absolutePath.default(DEFAULT_WEB_STATE_DIR),
      user: userName.default('netwatcher'),
    })
    .prefault({}),
  storage: z
    .strictObject({
      retention_days: z.number().int().min(1).max(3650).default(365),
      budget_mib: z.number().int().min(16).max(1_048_576).default(2048),
    })
    .prefault({}),
  discovery: z
    .strictObject({ scan_every_minutes: z.number().int().min(0).max(1440).default(5) })
    .prefault({}),
  identity: z.strictObject({ reverse_dns: z.boolean().default(true) }).prefault({}),
})

export type Config = z.output<typeof schema>

export interface ConfigError {
  line: number
  message: string
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; errors: ConfigError[] }

export function parseConfig(source: string): ConfigResult {
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
  const errors = result.error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') {
      return [{ line: lineOf(source, path), message: `${path.join('.')}: ${issue.message}` }]
    }
    return issue.keys.map((key) => ({
      line: lineOf(source, [...path, key]),
      message: `unknown setting ${[...path, key].join('.')}`,
    }))
  })
  return { ok: false, errors: errors.sort((a, b) => a.line - b.line) }
}

export function defaultConfig(): Config {
  return schema.parse({})
}

/** Line (from 1) that sets `path`: under its `[section]`, as a dotted key, or the section itself. */
function lineOf(source: string, path: readonly string[]): number {
  const wanted = path.join('.')
  let section = ''
  let sectionLine = 1
  for (const [i, line] of source.split('\n').entries()) {
    const header = /^\s*\[+\s*([^\]]*?)\s*\]+/.exec(line)?.[1]
    if (header !== undefined) section = plainKey(header)
    const key = header === undefined ? plainKey(/^\s*([^=#]+?)\s*=/.exec(line)?.[1] ?? '') : ''
    const full = [section, key].filter((part) => part !== '').join('.')
    if (full !== '' && (full === wanted || wanted.startsWith(`${full}.`) || full.startsWith(`${wanted}.`))) {
      if (key !== '' || full === wanted) return i + 1
      sectionLine = i + 1
    }
  }
  return sectionLine
}

function plainKey(key: string): string {
  return key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.')
}

/** 127.0.0.0/8, ::1 and localhost: only this machine can connect. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
