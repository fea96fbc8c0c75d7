import { expect, test } from 'vitest'
import { createLogger, logFormat } from './log.js'

function logged(format: { json: boolean; levelPrefix: boolean }, message: string, fields = {}): string {
  let text = ''
  const log = createLogger((line) => {
    text += line
  }, format)
  log.warn(message, fields)
  return text
}

test('JSON with level, message and fields, one line each', () => {
  const line = logged({ json: true, levelPrefix: false }, 'A sensor ended', {
    interface: 'eth0',
    waitMs: 200,
  })
  expect(JSON.parse(line)).toMatchObject({
    level: 'warn',
    message: 'A sensor ended',
    interface: 'eth0',
    waitMs: 200,
  })
  expect(line.endsWith('}\n')).toBe(true)
})

test('plain text in a terminal', () => {
  expect(logged({ json: false, levelPrefix: false }, 'A sensor ended', { why: 'x y' })).toBe(
    'netwatcherd: warn: A sensor ended why="x y"\n',
  )
})

test('the level as systemd reads it', () => {
  expect(logged({ json: false, levelPrefix: true }, 'x')).toBe('<4>netwatcherd: warn: x\n')
})

test.each([true, false])(
  'nothing that is logged (JSON: %s) makes a second line or moves the cursor',
  (json) => {
    const evil = 'a\nb\r\u001b[2J\u009b\u2028\u202e'
    const line = logged({ json, levelPrefix: false }, evil, { name: evil })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/)
  },
)

test('the format follows from where the log goes', () => {
  const systemd = { INVOCATION_ID: 'x', JOURNAL_STREAM: '8:1' }
  expect(logFormat(true, {})).toEqual({ json: false, levelPrefix: false })
  expect(logFormat(false, {})).toEqual({ json: true, levelPrefix: false })
  expect(logFormat(false, systemd)).toEqual({ json: true, levelPrefix: true })
  // A terminal that was opened from a service is still a terminal.
  expect(logFormat(true, systemd)).toEqual({ json: false, levelPrefix: false })
})
