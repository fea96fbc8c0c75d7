import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultConfig, isLoopbackHost, parseConfig } from './config.js'

const example = readFileSync(new URL('../../../systemd/netwatcher-web.toml', import.meta.url), 'utf8')

test('the example states every default', () => {
  expect(parseConfig(example)).toEqual({ ok: true, config: defaultConfig() })
  const settings = [...example.matchAll(/^(\w+) = /gm)].map(([, name]) => name)
  const sections = Object.values(defaultConfig()).flat()
  const known = sections.flatMap((section) => Object.keys(section))
  expect(settings.sort()).toEqual(known.sort())
})

const TWO =
  '[[daemon]]\nname = "office"\n\n[[daemon]]\nname = "lab"\nsite = "school"\nsocket = "/run/lab.sock"\n'

test('daemons are a list; a single table is a list of one', () => {
  expect(parseConfig(TWO)).toMatchObject({
    config: {
      daemon: [
        { site: 'default', name: 'office', socket: '/run/netwatcher/netwatcherd.sock' },
        { site: 'school', name: 'lab', socket: '/run/lab.sock' },
      ],
    },
  })
  const daemon = [{ site: 'default', name: 'local', socket: '/run/x' }]
  expect(parseConfig('[daemon]\nsocket = "/run/x"\n')).toMatchObject({ config: { daemon } })
  expect(parseConfig('daemon = [{ socket = "/run/x" }]\n')).toMatchObject({ config: { daemon } })
  expect(parseConfig('')).toMatchObject({ config: { daemon: defaultConfig().daemon } })
})

test('settings change the defaults', () => {
  const result = parseConfig('[http]\nport = 8080\n[storage]\nretention_days = 30\n')
  expect(result).toMatchObject({
    ok: true,
    config: { http: { port: 8080 }, storage: { retention_days: 30 } },
  })
})

test.each([
  ['unknown section', '[http]\nport = 1\n\n[htpp]\nport = 1\n', 4, 'unknown setting htpp'],
  ['unknown key', '[http]\nport = 1\nprot = 2\n', 3, 'unknown setting http.prot'],
  ['unknown dotted key', 'http.port = 1\nhttp.prot = 2\n', 2, 'unknown setting http.prot'],
  ['wrong type', '# note\n[http]\nport = "80"\n', 3, 'http.port must be a whole number from 0 to 65535'],
  ['out of range', '[http]\nport = 65536\n', 2, 'http.port must be a whole number from 0 to 65535'],
  ['relative path', '[daemon]\nsocket = "run/x"\n', 2, 'daemon entry 1 socket must be an absolute path'],
  [
    'second socket that is relative',
    `${TWO}[[daemon]]\nsocket = "x"\n`,
    9,
    'daemon entry 3 socket must be an',
  ],
  ['same name', TWO.replace('lab', 'office'), 5, 'daemon entry 2 name must not be that of another entry'],
  [
    'same name by default',
    '[[daemon]]\n[[daemon]]\nsocket = "/run/x"\n',
    2,
    'daemon entry 2 name must not be that of another entry',
  ],
  ['same socket', '[[daemon]]\n[[daemon]]\nname = "b"\n', 2, 'daemon entry 2 socket must not be that of'],
  ['bad name', '[[daemon]]\nname = "A B"\n', 2, 'daemon entry 1 name must be lower-case letters'],
  ['bad site', '[[daemon]]\nsite = ""\n', 2, 'daemon entry 1 site must be lower-case letters'],
  ['unknown key of an entry', `${TWO}port = 1\n`, 8, 'unknown setting daemon entry 2 port'],
  ['no daemon at all', 'daemon = []\n', 1, 'daemon must have at least one entry'],
  ['daemons that are no list', 'daemon = 1\n', 1, 'daemon must be a list'],
  ['a daemon that is no table', 'daemon = ["x"]\n', 1, 'daemon entry 1 must be a table'],
  [
    'path with dots',
    '[state]\ndirectory = "/var/../etc"\n',
    2,
    'state.directory must be an absolute path without ".."',
  ],
  ['option-like user', '[state]\nuser = "-root"\n', 2, 'state.user must be a user name'],
  [
    'host with port',
    '[http]\nallowed_hosts = ["proxy:443"]\n',
    2,
    'http.allowed_hosts entry 1 must be a host name',
  ],
  ['not a table', 'http = 1\n', 1, 'http must be a table: [http]'],
  ['not TOML', '[http]\nport = \n', 2, ''],
])('%s is refused with its line', (_name, source, line, message) => {
  const result = parseConfig(source)
  expect(result).toMatchObject({ ok: false, errors: [{ line, message: expect.stringContaining(message) }] })
})

test('only addresses of this machine count as loopback', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) expect(isLoopbackHost(host)).toBe(true)
  for (const host of ['0.0.0.0', '::', '192.168.1.1', '127.0.0.1.example', 'localhost.example']) {
    expect(isLoopbackHost(host)).toBe(false)
  }
})
