/**
 * Names as they are mentioned on the wire: of local hosts by themselves to a
 * DHCP server, by mDNS and NetBIOS, and of any address in the DNS answer that
 * somebody asked for. Anybody may claim any name, so a name never identifies a
 * device, and what is shown of it is cut and cleaned.
 */

import { isLocalIp, isUnspecifiedIp } from '@netwatcher/shared'
import type { NameSighting } from '../../model/host.js'
import {
  DNS_A,
  DNS_AAAA,
  DNS_NETBIOS,
  DNS_PTR,
  DNS_SRV,
  type DnsMessage,
  type DnsRecord,
  decodeNetbiosName,
} from '../../wire/dns.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { shownName } from './shown-name.js'

const MAX_TOLD = 4096
const ANSWERS = new Set(['advertise', 'reply', 'relay_reply'])
/** NetBIOS name kinds of a machine: workstation and file server (RFC 1001, Microsoft's suffixes). */
const NETBIOS_MACHINE_KINDS = new Set([0x00, 0x20])

export function createNameDetector(): Detector {
  const told = new BoundedMap<string>(MAX_TOLD)
  return {
    observe(packet, context) {
      for (const sighting of readNames(packet, context)) {
        const name = shownName(sighting.name)
        const key = `${sighting.mac}|${sighting.ip}|${sighting.source}`
        if (name === '' || told.get(key) === name) continue
        told.set(key, name)
        context.sightName({ ...sighting, name })
      }
    },
  }
}

function readNames(packet: Packet, context: DetectorContext): NameSighting[] {
  const { payload } = packet
  if (payload.type === 'dhcpv4') {
    const { hostname, clientMac, requestedIp, clientIp, operation } = payload.dhcp
    if (operation !== 1 || hostname === null) return []
    const ip = requestedIp ?? clientIp
    return [{ ip: isUnspecifiedIp(ip) ? '' : ip, mac: clientMac, name: hostname, source: 'dhcp' }]
  }
  if (payload.type === 'dhcpv6') {
    const { hostname, messageType } = payload.dhcp
    // Servers repeat the name (RFC 4704 section 6).
    if (hostname === null || ANSWERS.has(messageType)) return []
    return [{ ip: payload.ip.source, mac: packet.ethernet.sourceMac, name: hostname, source: 'dhcp' }]
  }
  const announced = announcedName(packet)
  if (announced !== null) return [announced]
  if (payload.type !== 'dns' || payload.source === 'llmnr') return []
  if (payload.source === 'nbns') return readNetbios(payload.message, packet)
  if (!payload.message.isResponse) return []
  const source = payload.source
  return payload.message.answers.flatMap((record): NameSighting[] => {
    const mention = readRecord(record, source === 'dns' ? payload.message.questions[0]?.name : undefined)
    if (mention === null) return source === 'mdns' ? serviceHost(record, packet.ethernet.sourceMac) : []
    const owner = context.bindings.owner(mention.ip)?.mac ?? ''
    // Over mDNS a host speaks for itself.
    return [
      { ...mention, mac: owner === '' && source === 'mdns' ? packet.ethernet.sourceMac : owner, source },
    ]
  })
}

/** What a station calls itself where no address is part of it. */
function announcedName({ payload, ethernet }: Packet): NameSighting | null {
  const mac = ethernet.sourceMac
  if (payload.type === 'lldp') return { ip: '', mac, name: payload.lldp.systemName, source: 'lldp' }
  if (payload.type === 'cdp') return { ip: '', mac, name: payload.cdp.deviceId, source: 'cdp' }
  if (payload.type !== 'udp' || payload.announcement?.protocol !== 'browser') return null
  return { ip: payload.ip.source, mac, name: payload.announcement.browser.name, source: 'nbns' }
}

/** Over DNS-SD the record of a service names its host (RFC 6763 section 5). */
function serviceHost({ type, data }: DnsRecord, mac: string): NameSighting[] {
  return type === DNS_SRV && /\.local$/i.test(data) ? [{ ip: '', mac, name: data, source: 'mdns' }] : []
}

/**
 * An address record, or the reverse record of a local address. Whoever asked
 * knows the other end by the name in the question, not by its server's alias.
 * Over mDNS nobody speaks for the world outside.
 */
function readRecord({ name, type, data }: DnsRecord, asked?: string): { ip: string; name: string } | null {
  if ((type === DNS_A || type === DNS_AAAA) && (asked !== undefined || isLocal(data)))
    return { ip: data, name: asked ?? name }
  if (type !== DNS_PTR || data === '') return null
  const ip = reverseAddress(name)
  return ip !== null && isLocal(ip) ? { ip, name: data } : null
}

/** RFC 1035 section 3.5. */
function reverseAddress(name: string): string | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i.exec(name)
  return match === null ? null : `${match[4]}.${match[3]}.${match[2]}.${match[1]}`
}

/** Registrations and answers carry the name with its address in an NB record. */
function readNetbios(message: DnsMessage, packet: Packet): NameSighting[] {
  return message.answers.flatMap((record) => {
    const decoded = record.type === DNS_NETBIOS ? decodeNetbiosName(record.name) : null
    if (decoded === null || !NETBIOS_MACHINE_KINDS.has(decoded.suffix) || !isLocal(record.data)) return []
    return [{ ip: record.data, mac: packet.ethernet.sourceMac, name: decoded.name, source: 'nbns' as const }]
  })
}

function isLocal(ip: string): boolean {
  return isLocalIp(ip)
}
