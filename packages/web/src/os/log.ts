/** Log lines on stderr: JSON for a service's journal, plain text for a person's terminal. */

export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

type Level = 'info' | 'warn' | 'error'

export function createLogger(write: (line: string) => void, isService: boolean, now: () => Date): Logger {
  const log =
    (level: Level) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (isService) {
        write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`)
        return
      }
      // Values may hold text from the network: JSON keeps escapes out of the terminal.
      const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
      write(`${level === 'info' ? '' : `${level}: `}${message}${details.join('')}\n`)
    }
  return { info: log('info'), warn: log('warn'), error: log('error') }
}

/** Says nothing; for tests. */
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} }
