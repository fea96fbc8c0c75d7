/** Frames by which stations tell what they are, for `fake-hostile-frames.ts` to choose from and change. */

import type { Endpoints } from '../wire/encode-ip.js'
import {
  announcementBytes,
  cdpBytes,
  lldpBytes,
  lldpText,
  lldpTlv,
  textBytes,
} from '../wire/fake-announcements.js'
import { concat, ethernetFrame, hex, udpFrame } from '../wire/fake-frames.js'
import type { Random } from './fake-random.js'

const LLDP_MULTICAST = '01:80:c2:00:00:0e'
const CDP_MULTICAST = '01:00:0c:cc:cc:cc'
const ETHERTYPE_LLDP = 0x88cc
const CDP_SNAP = hex('aaaa03 00000c 2000')
const BEACON_PORTS = [10001, 2190, 3702, 32412, 32414, 6666, 6667]
const TEXTS = ['core', 'Some Switch\nversion 2', '\u202e\u001b[2J', '<img onerror>', 'x'.repeat(255)]

function lldpFrame(random: Random, { sourceMac }: Endpoints): Uint8Array {
  const organizational = lldpTlv(127, 0x00, 0x12, 0xbb, random.int(16), ...random.bytes(random.int(40)))
  const address = lldpTlv(8, 5, 1, ...random.bytes(4), 2, 0, 0, 0, 1, 0)
  const texts = [4, 5, 6].map((type) => lldpText(type, random.pick(TEXTS)))
  const bytes = lldpBytes(...texts, lldpTlv(7, ...random.bytes(4)), address, organizational)
  return ethernetFrame(LLDP_MULTICAST, sourceMac, ETHERTYPE_LLDP, bytes)
}

function cdpFrame(random: Random, { sourceMac }: Endpoints): Uint8Array {
  const bytes = concat(CDP_SNAP, cdpBytes(random.pick(TEXTS), random.pick(TEXTS), random.int(256)))
  return ethernetFrame(CDP_MULTICAST, sourceMac, bytes.length, bytes)
}

function ssdpFrame(random: Random, ends: Endpoints): Uint8Array {
  const first = random.pick(['NOTIFY * HTTP/1.1', 'HTTP/1.1 200 OK', 'M-SEARCH * HTTP/1.1'])
  const location = `LOCATION: http://${ends.sourceIp}:${random.int(65_536)}/${random.pick(TEXTS)}`
  const lines = [`SERVER: ${random.pick(TEXTS)}`, 'NT: upnp:rootdevice', `USN: uuid:${random.pick(TEXTS)}`]
  return udpFrame(ends, 1900, 1900, textBytes(first, location, ...lines))
}

function browserFrame(random: Random, ends: Endpoints): Uint8Array {
  const bytes = announcementBytes('NAS', [10, 0], random.int(2 ** 31), random.pick(TEXTS))
  return udpFrame(ends, 138, 138, bytes)
}

function beaconFrame(random: Random, ends: Endpoints): Uint8Array {
  const text = textBytes('HTTP/1.0 200 OK', `Name: ${random.pick(TEXTS)}`, 'tivoconnect=1', 'machine=x')
  return udpFrame(ends, random.pick(BEACON_PORTS), random.pick(BEACON_PORTS), text)
}

/** PTR, SRV and TXT of one service, as a responder sends them together (RFC 6763, section 12). */
function serviceFrame(random: Random, ends: Endpoints): Uint8Array {
  const service = '045f697070045f746370056c6f63616c00'
  const txt = random.bytes(random.int(60))
  const bytes = concat(
    hex(`0000 8400 0000 0003 0000 0000 ${service} 000c 0001 00001194 0006 0378797a c00c`),
    hex('c027 0021 8001 00000078 0009 0000 0000 0277 0178 c016'),
    hex('c027 0010 8001 00001194'),
    [txt.length >> 8, txt.length],
    txt,
  )
  return udpFrame(ends, 5353, 5353, bytes)
}

export const ANNOUNCEMENTS = [lldpFrame, cdpFrame, ssdpFrame, browserFrame, beaconFrame, serviceFrame]
