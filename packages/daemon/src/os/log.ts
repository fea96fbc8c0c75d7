/**
 * Structured log on stderr, one line per event: plain text in a terminal, JSON
 * elsewhere, with the level prefix of sd-daemon(3) only when systemd reads it.
 * Values may come from the network or from a sensor, so control characters
 * are escaped: a log line is never more than one line.
 */

export type LogFields = Record<string, string | number | boolean>

export interface Logger {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogFormat {
  json: boolean
  /** Prefix each line with `<n>`, its syslog level. */
  levelPrefix: boolean
}

type Level = 'info' | 'warn' | 'error'

const SYSLOG_LEVELS = { error: 3, warn: 4, info: 6 } as const

export function logFormat(isTerminal: boolean, env: NodeJS.ProcessEnv): LogFormat {
  const isSystemd = env.INVOCATION_ID !== undefined && env.JOURNAL_STREAM !== undefined
  return { json: !isTerminal, levelPrefix: isSystemd && !isTerminal }
}

export function createLogger(write: (line: string) => void, format: LogFormat): Logger {
  const log = (level: Level, message: string, fields: LogFields = {}) => {
    const prefix = format.levelPrefix ? `<${SYSLOG_LEVELS[level]}>` : ''
    const line = format.json ? jsonLine(level, message, fields) : textLine(level, message, fields)
    write(`${prefix}${line}\n`)
  }
  return {
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  }
}

function jsonLine(level: Level, message: string, fields: LogFields): string {
  return escapeControls(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }))
}

function textLine(level: Level, message: string, fields: LogFields): string {
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  const mark = level === 'info' ? '' : `${level}: `
  return escapeControls(`netwatcherd: ${mark}${message}${details.join('')}`)
}

/** Escapes C0, DEL, C1 and the line separators that terminals and log readers act on. */
export function escapeControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
