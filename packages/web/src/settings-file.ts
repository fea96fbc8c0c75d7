/** The settings from their file, for the programs that have them. */

import { existsSync, readFileSync } from 'node:fs'
import { DEFAULT_WEB_CONFIG_PATH, errorMessage, invalidArgument } from '@netwatcher/shared'
import { type Config, defaultConfig, parseConfig } from './config.js'

/** `path` null: the default file, which may be missing. `program` begins each line of an error. */
export function readSettings(path: string | null, program: string): Config {
  const file = path ?? DEFAULT_WEB_CONFIG_PATH
  if (path === null && !existsSync(file)) return defaultConfig()
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (error) {
    throw invalidArgument('CONFIG', `The settings cannot be read: ${errorMessage(error)}`)
  }
  const result = parseConfig(source)
  if (result.ok) return result.config
  const lines = result.errors.map(({ line, message }) => `${file}:${line}: ${message}`)
  throw invalidArgument('CONFIG', lines.join(`\n${program}: `))
}
