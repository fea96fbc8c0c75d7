/**
 * Files that servers keep, a device a line: leases of dnsmasq and Pi-hole
 * (`expiry mac ip name client-id`), fixed leases (`dhcp-host=mac,ip,name`),
 * /etc/ethers (ethers(5)), /etc/hosts (hosts(5)); and ISC dhcpd's, a block each.
 */

import { parseMac } from '@netwatcher/shared'
import { plainIp } from '../contract/target.js'
import { type ImportedDevice, type LineReader, NOTHING_SAID } from './entry.js'

const isName = (word: string | undefined) => word !== undefined && word !== '*' && plainIp(word) === null

/** dnsmasq(8), --dhcp-leasefile. */
export const leaseLine: LineReader = ([expiry, mac, ip, name]) => {
  const parsed = parseMac(mac ?? '')
  const address = plainIp(ip ?? '')
  if (!/^\d+$/.test(expiry ?? '') || parsed === null || address === null) return null
  return { mac: parsed, ip: address, name: isName(name) ? (name ?? null) : null }
}

/** dnsmasq(8), --dhcp-host: in any order; set:, id: and a lease time tell nothing here. */
export const fixedLeaseLine: LineReader = (words) => {
  const [, value] = /^dhcp-host=(.*)$/.exec(words.join(' ')) ?? []
  if (value === undefined) return null
  const parts = value.split(',').map((part) => part.trim())
  const mac = parts.map(parseMac).find((parsed) => parsed !== null)
  if (mac === undefined) return null
  const ip = parts.map(plainIp).find((parsed) => parsed !== null) ?? null
  const name = parts.find(
    (part) =>
      parseMac(part) === null &&
      plainIp(part) === null &&
      !/^(?:\d+[smhdw]?|infinite|ignore|.*:.*)$/.test(part),
  )
  return { mac, ip, name: name ?? null }
}

export const etherLine: LineReader = ([mac, host]) => {
  const parsed = parseMac(mac ?? '')
  if (parsed === null || host === undefined) return null
  const ip = plainIp(host)
  return { mac: parsed, ip, name: ip === null ? host : null }
}

export const hostLine: LineReader = ([ip, name]) => {
  const address = plainIp(ip ?? '')
  if (address === null || name === undefined || /^(?:127\.|::1$|ff0|fe00)/.test(address)) return null
  return { ip: address, name }
}

/** `reader` of each line that is no remark; a line that it cannot read is left out. */
export function readLines(text: string, reader: LineReader): ImportedDevice[] {
  return text.split('\n').flatMap((line, i) => {
    const words = line.replace(/#.*$/, '').trim().split(/\s+/)
    const read = words[0] === '' ? null : reader(words)
    return read === null ? [] : [{ ...NOTHING_SAID, line: i + 1, ...read }]
  })
}

/** dhcpd.leases(5); a later block of an address replaces the earlier. Cut first, so that each part is read once. */
export function readIscLeases(text: string): ImportedDevice[] {
  const byMac = new Map<string, ImportedDevice>()
  let line = 1
  for (const block of text.split(/^(?=lease\s)/m)) {
    const [, ip = '', body = ''] = /^lease\s+(\S+)\s*\{([^}]*)\}/.exec(block) ?? []
    const mac = parseMac(/hardware ethernet\s+([^;]{1,64});/.exec(body)?.[1] ?? '')
    const name = /client-hostname\s+"([^"]{0,255})";/.exec(body)?.[1] ?? null
    if (mac !== null) byMac.set(mac, { ...NOTHING_SAID, line, mac, ip: plainIp(ip), name })
    line += block.split('\n').length - 1
  }
  return [...byMac.values()]
}
