/**
 * The daemon's settings: the one place that knows their names, types, ranges
 * and defaults. `/etc/netwatcher/netwatcherd.toml` is data and nothing in it
 * ever becomes a command or a path to run.
 */

import {
  DEFAULT_ADMIN_SOCKET_PATH,
  DEFAULT_DAEMON_STATE_DIR,
  DEFAULT_SOCKET_PATH,
  isLinkLocalIp,
  isLoopbackIp,
  isMulticastIp,
  isUnspecifiedIp,
  parseIp,
  parseMac,
} from '@netwatcher/shared'
import {
  absolutePath,
  flag,
  groupName,
  listOf,
  parseSettings,
  type SettingsResult,
  table,
  textThat,
  userName,
  wholeNumber,
} from '@netwatcher/shared/settings'
import { z } from 'zod'
import { MAX_DECOYS } from './model/decoy.js'
import { MAX_UPLINK_TARGETS } from './model/uplink.js'

/** An interface name as the kernel allows it (dev_valid_name): no slash, no space, at most 15 bytes. */
export function isInterfaceName(text: string): boolean {
  return /^[\x21-\x2e\x30-\x7e]{1,15}$/.test(text) && text !== '.' && text !== '..' && !text.startsWith('-')
}

const hostAddress = () =>
  z.string('must be an address').transform((text, context) => {
    const ip = parseIp(text)
    if (ip && !isMulticastIp(ip) && !isUnspecifiedIp(ip)) return ip
    context.addIssue('must be the address of one host')
    return z.NEVER
  })

/** One that a network can be told by: every interface has fe80::/64 and may have 169.254.0.0/16. */
const decoy = () => {
  const isPlaced = (ip: string) => !isLinkLocalIp(ip) && !isLoopbackIp(ip)
  return hostAddress().refine(
    isPlaced,
    'must be an address in a network of this machine, not a link-local one',
  )
}

const uplinkTarget = () => {
  const isAskable = (ip: string) => !ip.includes(':') && !isLinkLocalIp(ip) && !isLoopbackIp(ip)
  return hostAddress().refine(isAskable, 'must be the IPv4 address of one host beyond the gateway')
}

const hardwareAddress = () =>
  z.string('must be a hardware address').transform((text, context) => {
    const mac = parseMac(text)
    if (mac) return mac
    context.addIssue('must be a hardware address')
    return z.NEVER
  })

const binding = z.strictObject(
  { ip: hostAddress(), mac: hardwareAddress() },
  'must be { ip = "<address>", mac = "<hardware address>" }',
)

const SCANNER = 'must be { mac = "<hardware address>" }, { ip = "<address>" }, or both'

/** Whoever has all that is given. */
const allowedScanner = z
  .strictObject({ ip: hostAddress().optional(), mac: hardwareAddress().optional() }, SCANNER)
  .refine(({ ip, mac }) => ip !== undefined || mac !== undefined, SCANNER)
  .transform(({ ip = '', mac = '' }) => ({ ip, mac }))

const schema = z.strictObject({
  capture: table({
    interfaces: listOf(textThat(isInterfaceName, 'must be an interface name'), 64).default([]),
    promiscuous: flag().default(true),
    ring_mib: wholeNumber(1, 1024).default(16),
    flow_capacity: wholeNumber(1024, 1_048_576).default(65_536),
    bucket_seconds: wholeNumber(1, 3600).default(5),
    sensor_user: userName().default('netwatcher-sensor'),
  }),
  socket: table({
    path: absolutePath().default(DEFAULT_SOCKET_PATH),
    admin: absolutePath().default(DEFAULT_ADMIN_SOCKET_PATH),
    group: groupName().default('netwatcher'),
  }),
  state: table({ directory: absolutePath().default(DEFAULT_DAEMON_STATE_DIR) }),
  detection: table({
    active_verification: flag().default(true),
    periodic_probing: flag().default(false),
    name_probing: flag().default(true),
    probes_per_minute: wholeNumber(1, 600).default(30),
    learning_minutes: wholeNumber(0, 1440).default(10),
    pinned: listOf(binding, 1024).default([]),
    decoys: listOf(decoy(), MAX_DECOYS).default([]),
    allowed_scanners: listOf(allowedScanner, 64).default([]),
  }),
  internet: table({
    watch: flag().default(false),
    targets: listOf(uplinkTarget(), MAX_UPLINK_TARGETS).default([]),
    patience_seconds: wholeNumber(4, 3600).default(60),
  }),
  scan: table({
    enabled: flag().default(true),
    ping: flag().default(true),
    max_addresses: wholeNumber(1, 1_048_576).default(65_536),
    wake: flag().default(true),
    announce: flag().default(true),
  }),
  group: table({
    stop_capture: flag().default(true),
    pin_bindings: flag().default(true),
    acknowledge_alerts: flag().default(true),
  }),
  firewall: table({
    enabled: flag().default(false),
    schedules: flag().default(false),
    quarantine: flag().default(false),
  }),
  portscan: table({ enabled: flag().default(false) }),
  journal: table({ bytes: wholeNumber(65_536, 1_073_741_824).default(16 * 1024 * 1024) }),
})

type Sections = z.output<typeof schema>
type CamelCase<Key> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Key
export type Config = {
  [Section in keyof Sections]: {
    [Key in keyof Sections[Section] as CamelCase<Key>]: Sections[Section][Key]
  }
}

export function parseConfig(source: string): SettingsResult<Config> {
  const result = parseSettings(source, schema)
  return result.ok ? { ok: true, config: camelCased(result.config) } : result
}

export function defaultConfig(): Config {
  return camelCased(schema.parse({}))
}

function camelCased(sections: Sections): Config {
  const rename = (settings: object) =>
    Object.entries(settings).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ])
  const renamed = Object.entries(sections).map(([name, one]) => [name, Object.fromEntries(rename(one))])
  // Each key has become what `CamelCase` makes of it.
  return Object.fromEntries(renamed) as Config
}
