import { expect, test } from 'vitest'
import { parseOptions } from './options.js'

test('options are read', () => {
  expect(parseOptions(['--port', '8080', '--state-dir', '/tmp/x', '--socket=/run/s'])).toEqual({
    command: 'run',
    config: null,
    socket: '/run/s',
    stateDir: '/tmp/x',
    host: null,
    port: 8080,
    user: null,
    allowHosts: [],
  })
  const allow = parseOptions(['--allow-host', 'ntfy.sh', '--allow-host=smtp.example'])
  expect([allow.command, allow.allowHosts]).toEqual(['allow-host', ['ntfy.sh', 'smtp.example']])
  for (const command of ['help', 'version', 'check-config', 'login-link'] as const) {
    expect(parseOptions([`--${command}`]).command).toBe(command)
  }
})

test.each([[['--prot', '1']], [['--port', '70000']], [['--port', '0x50']], [['--port']], [['extra']]])(
  '%j is refused',
  (argv) => {
    expect(() => parseOptions(argv)).toThrowError(expect.objectContaining({ reason: 'USAGE' }))
  },
)
