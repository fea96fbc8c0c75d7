import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { defaultConfig, parseConfig } from './config.js'

const EXAMPLE = readFileSync(new URL('../../../systemd/netwatcherd.toml', import.meta.url), 'utf8')

function errors(text: string): string[] {
  const result = parseConfig(text)
  return result.ok ? [] : result.errors.map(({ line, message }) => `${line}: ${message}`)
}

test('the example file says every setting with its default', () => {
  expect(parseConfig(EXAMPLE)).toEqual({ ok: true, config: defaultConfig() })
  for (const [section, settings] of Object.entries(defaultConfig())) {
    expect(EXAMPLE).toContain(`[${section}]`)
    for (const key of Object.keys(settings)) {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      expect(EXAMPLE).toMatch(new RegExp(`^${name} = `, 'm'))
    }
  }
})

test('an empty file is the defaults, with the privileged verbs off', () => {
  expect(parseConfig('')).toEqual({ ok: true, config: defaultConfig() })
  expect(defaultConfig().firewall).toEqual({ enabled: false, schedules: false, quarantine: false })
  expect(defaultConfig().portscan.enabled).toBe(false)
  expect(defaultConfig().detection.activeVerification).toBe(true)
})

test('settings are read, in tables and as dotted keys', () => {
  const result = parseConfig(
    'capture.interfaces = ["eth0", "br-lan.7"]\n[detection]\npinned = [{ ip = "fd00::1", mac = "AA-BB-CC-DD-EE-01" }]\n',
  )
  expect(result.ok && result.config.capture.interfaces).toEqual(['eth0', 'br-lan.7'])
  expect(result.ok && result.config.detection.pinned).toEqual([{ ip: 'fd00::1', mac: 'aa:bb:cc:dd:ee:01' }])
})

test('a scanner is allowed by MAC, by address, or by both', () => {
  const result = parseConfig(
    'detection.allowed_scanners = [{ mac = "AA-BB-CC-DD-EE-01" }, { ip = "10.0.0.9", mac = "aa:bb:cc:dd:ee:02" }]',
  )
  expect(result.ok && result.config.detection.allowedScanners).toEqual([
    { ip: '', mac: 'aa:bb:cc:dd:ee:01' },
    { ip: '10.0.0.9', mac: 'aa:bb:cc:dd:ee:02' },
  ])
})

const WRONG: [string, string, string][] = [
  ['capture', 'interfaces', '"eth0"'],
  ['capture', 'interfaces', '["eth0; reboot"]'],
  ['capture', 'interfaces', '["-i"]'],
  ['capture', 'interfaces', '[".."]'],
  ['capture', 'interfaces', '["a/b"]'],
  ['capture', 'interfaces', '["0123456789abcdef"]'],
  ['capture', 'promiscuous', '1'],
  ['capture', 'ring_mib', '0'],
  ['capture', 'ring_mib', '16.5'],
  ['capture', 'flow_capacity', '"many"'],
  ['capture', 'bucket_seconds', '-1'],
  ['capture', 'sensor_user', '"Root User"'],
  ['socket', 'path', '"run/socket"'],
  ['socket', 'path', '"/run/../etc/socket"'],
  ['socket', 'admin', '"admin.sock"'],
  ['socket', 'group', '""'],
  ['state', 'directory', '7'],
  ['detection', 'active_verification', '"yes"'],
  ['detection', 'periodic_probing', '0'],
  ['detection', 'name_probing', '"no"'],
  ['detection', 'probes_per_minute', '601'],
  ['detection', 'learning_minutes', '1441'],
  ['detection', 'pinned', '[{ ip = "10.0.0.01", mac = "aa:bb:cc:dd:ee:01" }]'],
  ['detection', 'pinned', '[{ ip = "224.0.0.1", mac = "aa:bb:cc:dd:ee:01" }]'],
  ['detection', 'pinned', '[{ ip = "10.0.0.1" }]'],
  ['detection', 'pinned', '[{ ip = "10.0.0.1", mac = "aa:bb:cc:dd:ee:01", note = "x" }]'],
  ['detection', 'decoys', '["192.168.1.0/24"]'],
  ['detection', 'decoys', '["fe80::5"]'],
  ['detection', 'allowed_scanners', '[{ }]'],
  ['detection', 'allowed_scanners', '["aa:bb:cc:dd:ee:01"]'],
  ['group', 'stop_capture', '"no"'],
  ['group', 'pin_bindings', '1'],
  ['group', 'acknowledge_alerts', '[]'],
  ['internet', 'watch', '"yes"'],
  ['internet', 'targets', '["::1"]'],
  ['internet', 'targets', '["example.org"]'],
  ['internet', 'patience_seconds', '3'],
  ['scan', 'enabled', '[]'],
  ['scan', 'wake', '1'],
  ['scan', 'announce', '"no"'],
  ['scan', 'ping', '"true"'],
  ['scan', 'max_addresses', '0'],
  ['firewall', 'enabled', '1'],
  ['firewall', 'schedules', '"always"'],
  ['firewall', 'quarantine', '["eth1"]'],
  ['portscan', 'enabled', '"/usr/bin/nmap"'],
  ['journal', 'bytes', '1024'],
]

test.each(WRONG)('%s.%s = %s is refused with its line', (section, key, value) => {
  const [error, ...more] = errors(`# comment\n[${section}]\n\n${key} = ${value}\n`)
  expect(error).toMatch(new RegExp(`^4: (unknown setting )?${section}\\.${key} `))
  expect(more).toEqual([])
})

test('every setting has a wrong value in the table above', () => {
  const tested = new Set(WRONG.map(([section, key]) => `${section}.${key}`))
  const settings = Object.entries(defaultConfig()).flatMap(([section, values]) =>
    Object.keys(values).map((key) => `${section}.${key.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`)}`),
  )
  expect([...tested].sort()).toEqual(settings.sort())
})

test('all problems are told at once, in the order of the lines', () => {
  expect(
    errors('[firewall]\nenable = true\n[captures]\nx = 1\n[capture]\nring_mib = 0\n"odd key" = 1\n'),
  ).toEqual([
    '2: unknown setting firewall.enable',
    '3: unknown setting captures',
    '6: capture.ring_mib must be a whole number from 1 to 1024',
    '7: unknown setting capture.odd key',
  ])
})

test('unknown settings are found as dotted keys, inline tables and sub-tables too', () => {
  expect(errors('\nfirewall.enable = true')).toEqual(['2: unknown setting firewall.enable'])
  expect(errors('\n\nfirewall = { enable = true }')).toEqual(['3: unknown setting firewall.enable'])
  expect(errors('[firewall.rules]\nx = 1')).toEqual(['1: unknown setting firewall.rules'])
  expect(errors('firewall = true')).toEqual(['1: firewall must be a table: [firewall]'])
  expect(errors('["__proto__"]\nenabled = true')).toEqual(['1: unknown setting __proto__'])
  expect(errors('[firewall]\nconstructor = true')).toEqual(['2: unknown setting firewall.constructor'])
})

test('what is wrong in a list is told with its place', () => {
  const pinned = (entry: string) =>
    errors(`[detection]\npinned = [\n  { ip = "10.0.0.1", mac = "aa:bb:cc:dd:ee:01" },\n  ${entry},\n]\n`)
  expect(pinned('{ ip = "0.0.0.0", mac = "x" }')).toEqual([
    '2: detection.pinned entry 2 ip must be the address of one host',
    '2: detection.pinned entry 2 mac must be a hardware address',
  ])
  expect(pinned('{ ip = "10.0.0.2", mac = "aa:bb:cc:dd:ee:01", note = 1 }')).toEqual([
    '2: unknown setting detection.pinned entry 2 note',
  ])
  expect(pinned('7')).toEqual([
    '2: detection.pinned entry 2 must be { ip = "<address>", mac = "<hardware address>" }',
  ])
  expect(errors('capture.interfaces = ["eth0", "a b"]')).toEqual([
    '1: capture.interfaces entry 2 must be an interface name',
  ])
})

test('text that is not TOML is refused with its line', () => {
  expect(errors('[capture]\nring_mib = \n')).toEqual([expect.stringMatching(/^2: /)])
  expect(errors('[capture]\nring_mib = 1\nring_mib = 2\n')).toEqual([expect.stringMatching(/^3: /)])
})
