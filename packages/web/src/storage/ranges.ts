/**
 * Ranges of addresses for statements that go through many: by the canonical text of an address, as `reachOf`
 * (shared/destinations) tells them by their bytes.
 */

const GROUP = ['ff??:*', '22[4-9].*', '23[0-9].*', '255.255.255.255']
const LOCAL = [
  ...['f[cd]??:*', 'fe[89ab]?:*', '::', '::1'],
  ...['10.*', '192.168.*', '169.254.*', '127.*', '0.0.0.0'],
  ...['172.1[6-9].*', '172.2[0-9].*', '172.3[01].*'],
  ...['100.6[4-9].*', '100.[7-9][0-9].*', '100.1[01][0-9].*', '100.12[0-7].*'],
]

const isAny = (ip: string, patterns: readonly string[]) =>
  `(${patterns.map((pattern) => `${ip} GLOB '${pattern}'`).join(' OR ')})`
const isNone = (ip: string, patterns: readonly string[]) =>
  patterns.map((pattern) => `${ip} NOT GLOB '${pattern}'`).join(' AND ')

/** Whether the address, given as SQL, is that of one station. */
export const isNoGroup = (ip: string) => `(${isNone(ip, GROUP)})`
/** How far it is away, one of `REACHES`. */
export const reachIn = (ip: string) =>
  `CASE WHEN ${ip} = '' THEN 'not_ip' WHEN ${isAny(ip, GROUP)} THEN 'group'
    WHEN ${isAny(ip, LOCAL)} THEN 'local' ELSE 'internet' END`
/** Whether it is one of the internet. */
export const isOfInternet = (ip: string) => `(${ip} <> '' AND ${isNone(ip, [...GROUP, ...LOCAL])})`
