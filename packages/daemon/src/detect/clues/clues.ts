/**
 * What devices tell of their nature on the way to something else: clues, each
 * told once and again only after a while. Hosts of this LAN speak for
 * themselves; what a repeater passes on for another is nobody's clue.
 */

import { isGroupMac, isLocalIp, MAX_CLUE_LENGTH, MINUTE_MS, ZERO_MAC } from '@netwatcher/shared'
import type { Clue } from '../../model/host.js'
import { DNS_A, DNS_AAAA, type DnsMessage } from '../../wire/dns.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext } from '../engine/detector.js'
import { stationOf } from '../engine/station.js'
import { Throttles } from '../tables/throttles.js'
import { announcedClues, cdpClues, lldpClues } from './announced-clues.js'
import type { Clues } from './clue.js'
import { dhcpClues } from './dhcp-clues.js'
import { mdnsClues, netbiosClues } from './mdns-clues.js'
import { dnsClues, routerClues, tcpClues } from './traffic-clues.js'

/** Whoever lost one (a full queue, a device that was not known yet) gets it again. */
const REPEAT_MS = 10 * MINUTE_MS
const MAX_TOLD = 16_384
/** A crowd of them is a flood, or a library of thousands of services on one machine. */
const MAX_PER_PACKET = 64

export function createClueDetector(): Detector {
  const told = new Throttles(REPEAT_MS, MAX_TOLD)
  return {
    observe(packet, context) {
      for (const clue of readClues(packet, context)) {
        if (told.isDue(`${clue.mac} ${clue.source} ${clue.value}`, context.nowMs)) context.sightClue(clue)
      }
    },
    tables: () => [told.status('told_clues')],
  }
}

function readClues(packet: Packet, context: DetectorContext): Omit<Clue, 'vlan'>[] {
  const mac = stationOf(packet)
  if (mac === ZERO_MAC || isGroupMac(mac)) return []
  return cluesOf(packet, context)
    .slice(0, MAX_PER_PACKET)
    .flatMap(([source, text]) => {
      const value = text.trim().slice(0, MAX_CLUE_LENGTH)
      return value === '' ? [] : [{ mac, source, value }]
    })
}

function cluesOf({ payload, ethernet }: Packet, context: DetectorContext): Clues {
  switch (payload.type) {
    case 'dhcpv4':
      return dhcpClues(payload.dhcp)
    case 'icmpv6':
      return routerClues(payload.icmp)
    case 'lldp':
      return lldpClues(payload.lldp)
    case 'cdp':
      return cdpClues(payload.cdp)
    case 'udp':
      return payload.announcement === null ? [] : announcedClues(payload.announcement)
    case 'dns':
      if (payload.source === 'dns') return dnsClues(payload.message)
      if (payload.source === 'nbns') return netbiosClues(payload.message, payload.ip.source)
      if (payload.source !== 'mdns' || isOfAnother(payload.message, ethernet.sourceMac, context)) return []
      return mdnsClues(payload.message)
    case 'tcp':
      return tcpClues(payload.ip, payload.tcp, ethernet.sourceMac, context)
    default:
      return []
  }
}

/** A repeater or a sleep proxy: the address in the answer belongs to somebody else. */
function isOfAnother({ answers }: DnsMessage, sender: string, { bindings }: DetectorContext): boolean {
  return answers.some(({ type, data }) => {
    if ((type !== DNS_A && type !== DNS_AAAA) || !isLocalIp(data)) return false
    const owner = bindings.owner(data)
    return owner !== null && owner.mac !== sender
  })
}
