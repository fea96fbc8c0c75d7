/** The web part's settings: the one place that knows their names, types, ranges and defaults. */

import {
  DEFAULT_HTTP_HOST,
  DEFAULT_HTTP_PORT,
  DEFAULT_SOCKET_PATH,
  DEFAULT_WEB_STATE_DIR,
  parseCidr,
  parseIpBytes,
} from '@netwatcher/shared'
import {
  absolutePath,
  distinct,
  flag,
  listOf,
  parseSettings,
  type SettingsResult,
  table,
  textThat,
  userName,
  wholeNumber,
} from '@netwatcher/shared/settings'
import { z } from 'zod'
import { isPublicUrl } from './public-url.js'

/** A name or literal address, for the Host header; never with a port. */
const hostName = textThat(
  (text) => /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/.test(text),
  'must be a host name in lower case',
)
const listenHost = textThat((text) => /^[0-9a-zA-Z.:-]{1,253}$/.test(text), 'must be a host name or address')

const publicUrl = textThat(
  (text) => text === '' || isPublicUrl(text),
  'must be an address such as https://netwatcher.home.arpa or https://home.arpa/netwatcher',
)
const plainAddress = textThat((text) => parseIpBytes(text) !== null, 'must be an IPv4 or IPv6 address')

/** Part of file and unit names, too. */
const shortName = textThat(
  (text) => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text),
  'must be lower-case letters, digits and dashes, at most 32',
)

/** An address or CIDR that channels may reach although it is here. */
const network = textThat((text) => parseCidr(text) !== null, 'must be an address or a CIDR')

const MAX_DAEMONS = 100

/** A netwatcherd whose events are stored, and the place that it is in. */
const daemonEntry = z.strictObject(
  {
    site: shortName.default('default'),
    name: shortName.default('local'),
    socket: absolutePath().default(DEFAULT_SOCKET_PATH),
  },
  'must be a table',
)

const schema = z.strictObject({
  http: table({
    host: listenHost.default(DEFAULT_HTTP_HOST),
    port: wholeNumber(0, 65_535).default(DEFAULT_HTTP_PORT),
    allow_non_loopback: flag().default(false),
    allowed_hosts: listOf(hostName, 16).default([]),
    proxy_users: listOf(userName(), 16).default([]),
    trusted_proxies: listOf(plainAddress, 16).default([]),
    public_url: publicUrl.default(''),
  }),
  // One table is a list of one.
  daemon: z
    .preprocess(
      (value) => (typeof value === 'object' && !Array.isArray(value) ? [value] : value),
      listOf(daemonEntry, MAX_DAEMONS)
        .min(1, 'must have at least one entry')
        .superRefine(distinct('name'))
        .superRefine(distinct('socket')),
    )
    .prefault([{}]),
  state: table({
    directory: absolutePath().default(DEFAULT_WEB_STATE_DIR),
    user: userName().default('netwatcher'),
  }),
  storage: table({
    retention_days: wholeNumber(1, 3650).default(365),
    budget_mib: wholeNumber(16, 1_048_576).default(2048),
  }),
  discovery: table({
    scan_every_minutes: wholeNumber(0, 1440).default(5),
    ask_every_minutes: wholeNumber(0, 1440).default(30),
  }),
  notify: table({ local_targets: listOf(network, 64).default([]) }),
  identity: table({ reverse_dns: flag().default(true), countries: flag().default(true) }),
  talk: table({
    own_resolvers: listOf(plainAddress, 16).default([]),
    listed_file: z.union([z.literal(''), absolutePath()]).default(''),
    asked_names: flag().default(false),
    asked_names_days: wholeNumber(1, 30).default(7),
  }),
})

export type Config = z.output<typeof schema>

export function parseConfig(source: string): SettingsResult<Config> {
  return parseSettings(source, schema)
}

export function defaultConfig(): Config {
  return schema.parse({})
}

/** 127.0.0.0/8, ::1 and localhost: only this machine can connect. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
