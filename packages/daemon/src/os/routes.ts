/**
 * Default gateways, DNS servers and whether the kernel forwards, from the
 * kernel's own files (proc_pid_net(5), resolv.conf(5)). A row that does not
 * parse is skipped; a file that cannot be read is an error.
 */

import { endianness } from 'node:os'
import { formatIpv4, formatIpv6, isUnspecifiedIp, parseIp } from '@netwatcher/shared'
import { hasIpv6, readSystemFile } from './system-file.js'

export interface DefaultRoute {
  interface: string
  gateway: string
  metric: number
}

/** RTF_UP and RTF_GATEWAY of linux/route.h. */
const GATEWAY_FLAGS = 0x3
const RESOLVED_STUBS = new Set(['127.0.0.53', '127.0.0.54'])
const RESOLVED_FILE = 'run/systemd/resolve/resolv.conf'

/** Default routes through a gateway, IPv4 before IPv6, the preferred one of each first. */
export async function defaultRoutes(root = '/'): Promise<DefaultRoute[]> {
  const ipv4 = parseRows(await readSystemFile(root, 'proc/net/route'), ipv4DefaultRoute)
  const ipv6Text = (await hasIpv6(root)) ? await readSystemFile(root, 'proc/net/ipv6_route') : ''
  const ipv6 = parseRows(ipv6Text, ipv6DefaultRoute)
  return [ipv4, ipv6].flatMap((routes) => routes.sort((a, b) => a.metric - b.metric))
}

/** The resolvers that the machine really asks: systemd-resolved's own list when it stands in between. */
export async function dnsServers(root = '/'): Promise<string[]> {
  const servers = parseResolvConf(await readSystemFile(root, 'etc/resolv.conf'))
  if (!servers.some((server) => RESOLVED_STUBS.has(server))) return servers
  const upstream = parseResolvConf(await readSystemFile(root, RESOLVED_FILE))
  return [...servers.filter((server) => !RESOLVED_STUBS.has(server)), ...upstream]
}

/** True when the kernel forwards IPv4 or IPv6 between interfaces. */
export async function isForwarding(root = '/'): Promise<boolean> {
  const files = ['proc/sys/net/ipv4/ip_forward']
  if (await hasIpv6(root)) files.push('proc/sys/net/ipv6/conf/all/forwarding')
  const values = await Promise.all(files.map((file) => readSystemFile(root, file)))
  return values.some((value) => value.trim() !== '0')
}

/** Columns: Iface Destination Gateway Flags RefCnt Use Metric Mask ..., numbers in host byte order. */
function ipv4DefaultRoute(columns: string[]): DefaultRoute | null {
  const [name = '', destination = '', gatewayHex = '', flags = '', , , metric = '', mask = ''] = columns
  if (destination !== '00000000' || mask !== '00000000') return null
  const bytes = hexBytes(gatewayHex, 4)
  if (!bytes) return null
  if (endianness() === 'LE') bytes.reverse()
  return defaultRoute(name, formatIpv4(bytes), Number.parseInt(flags, 16), Number.parseInt(metric, 10))
}

/** Columns: destination length source length next-hop metric references use flags device, all in hex. */
function ipv6DefaultRoute(columns: string[]): DefaultRoute | null {
  const [destination = '', length, , , nextHop = '', metric = '', , , flags = '', name = ''] = columns
  if (length !== '00' || !/^0{32}$/.test(destination)) return null
  const bytes = hexBytes(nextHop, 16)
  return (
    bytes && defaultRoute(name, formatIpv6(bytes), Number.parseInt(flags, 16), Number.parseInt(metric, 16))
  )
}

function defaultRoute(name: string, gateway: string, flags: number, metric: number): DefaultRoute | null {
  if (name === '' || isUnspecifiedIp(gateway) || Number.isNaN(metric)) return null
  return (flags & GATEWAY_FLAGS) === GATEWAY_FLAGS ? { interface: name, gateway, metric } : null
}

function parseResolvConf(text: string): string[] {
  const servers = parseRows(text, ([keyword, address = '']) => {
    // A link-local server carries its interface: fe80::1%eth0.
    return keyword === 'nameserver' ? parseIp(address.split('%')[0] ?? '') : null
  })
  return [...new Set(servers)]
}

function parseRows<T>(text: string, parse: (columns: string[]) => T | null): T[] {
  return text
    .split('\n')
    .map((line) => parse(line.trim().split(/\s+/)))
    .filter((row) => row !== null)
}

function hexBytes(text: string, length: number): Uint8Array | null {
  if (!/^[0-9a-f]*$/i.test(text) || text.length !== 2 * length) return null
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}
