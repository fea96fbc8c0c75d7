/**
 * Frames of every kind that is decoded, between few stations so that they meet,
 * and then changed by somebody who knows their formats.
 */

import { encodeArpRequest } from '../wire/arp.js'
import {
  type Endpoints,
  encodeEchoRequest,
  encodeIpv4,
  encodeIpv6,
  encodeNeighborSolicitation,
} from '../wire/encode-ip.js'
import {
  bpduFrame,
  concat,
  dhcpFrame,
  dhcpv6Address,
  dhcpv6Frame,
  dhcpv6Option,
  ethernetFrame,
  hex,
  ipBytes,
  linkLayerDuid,
  neighborAdvertisement,
  prefixOption,
  routerAdvertisement,
  sourceLinkOption,
  tcpFrame,
  topologyChangeFrame,
  udpFrame,
} from '../wire/fake-frames.js'
import { cryptoFrame, helloMessage, helloRecord, quicInitial } from '../wire/fake-hellos.js'
import { ANNOUNCEMENTS } from './fake-hostile-announcements.js'
import { Mutator } from './fake-hostile-bytes.js'
import type { Random } from './fake-random.js'

const MACS = ['3c:84:6a:00:00:01', 'a4:bb:6d:00:00:10', '08:00:27:00:00:66', 'ff:ff:ff:ff:ff:ff']
const DNS_ANSWER = hex(
  '1234 8180 0001 0001 0000 0000 03777777 076578616d706c65 00 0001 0001 c00c 0001 0001 0000003c 0004 c0000201',
)
const NBNS = hex(
  '1234 8500 0000 0001 0000 0000 20 43414341434143414341434143414341434143414341434143414341434143 41 00 0020 0001 00000000 0006 0000 0a000001',
)
const UDP_PORTS = [53, 67, 68, 137, 138, 546, 547, 1900, 1985, 2029, 3222, 5353, 5355, 4789, 8472]

const TEMPLATES: ((random: Random, ends: Endpoints, ends6: Endpoints) => Uint8Array)[] = [
  (_, ends) => encodeArpRequest(ends.sourceMac, ends.sourceIp, ends.destinationIp),
  (_, { sourceMac }) => bpduFrame(sourceMac, 0x8000, sourceMac),
  (_, { sourceMac }) => topologyChangeFrame(sourceMac),
  (random, ends) => encodeEchoRequest(ends, { identifier: 1, sequence: random.int(65_536) }),
  (random, ends) => encodeIpv4(ends, random.int(256), random.bytes(random.int(60))),
  (random, _, ends6) => encodeIpv6(ends6, random.int(256), random.bytes(random.int(60)), random.int(256)),
  (_, __, ends6) => encodeNeighborSolicitation(ends6, 'fe80::2'),
  (random, ends, ends6) => neighborAdvertisement(ends6, ends6.sourceIp, random.int(256), ends.sourceMac),
  (_, ends, ends6) =>
    routerAdvertisement(ends6, { options: [sourceLinkOption(ends.sourceMac), prefixOption('fd00::')] }),
  (random, ends) => tcpFrame(ends, random.int(65_536), random.int(1024), random.int(64)),
  (random, ends) =>
    dhcpFrame(ends, {
      operation: random.pick([1, 2]),
      messageType: random.int(9),
      clientMac: ends.sourceMac,
      options: [
        [54, ipBytes(ends.destinationIp)],
        [12, random.bytes(random.int(64))],
        [random.int(256), random.bytes(random.int(64))],
      ],
    }),
  (random, ends, ends6) =>
    dhcpv6Frame(ends6, random.int(14), [
      dhcpv6Option(2, linkLayerDuid(ends.sourceMac)),
      dhcpv6Address('fd00::9'),
      dhcpv6Option(random.int(64), random.bytes(random.int(64))),
    ]),
  (random, ends) => udpFrame(ends, random.pick(UDP_PORTS), random.pick(UDP_PORTS), DNS_ANSWER),
  (_, ends) => udpFrame(ends, 137, 137, NBNS),
  (random, ends) => udpFrame(ends, 40_000, random.pick(UDP_PORTS), random.bytes(random.int(200))),
  (_, ends) => udpFrame(ends, 1985, 1985, concat(hex('0128'), new Uint8Array(40))),
  (_, ends) => udpFrame(ends, 3222, 3222, concat(hex('01'), new Uint8Array(40))),
  (_, ends) => encodeIpv4(ends, 112, hex('21 33 64 01 00 01 0000 c0a801fe 0000000000000000')),
  (random, ends) =>
    ethernetFrame(ends.destinationMac, ends.sourceMac, random.int(65_536), random.bytes(random.int(80))),
  ...ANNOUNCEMENTS,
  (random, ends) => tcpFrame(ends, 40_000, 443, 0x18, helloRecord({ serverName: name(random) })),
  (random, ends) => udpFrame(ends, 40_000, 443, hostileInitial(random)),
]

function name(random: Random): string {
  return `${String.fromCharCode(97 + random.int(26)).repeat(1 + random.int(62))}.example.org`
}

/** Sealed as it must be, with frames inside that may be anything: bytes that were changed outside are not opened. */
function hostileInitial(random: Random): Uint8Array {
  const message = helloMessage({ serverName: name(random), keyShare: random.int(1000) })
  const cut = random.int(message.length)
  const frames = random.pick([
    cryptoFrame(message, 0, Math.min(cut, 1000)),
    concat(cryptoFrame(message, 0, Math.min(cut, 200)), cryptoFrame(message, cut, message.length)).subarray(
      0,
      1100,
    ),
    random.bytes(1100),
    concat([6], random.bytes(300)),
    concat([3], random.bytes(300)),
  ])
  return quicInitial(random.bytes(random.int(21)), frames, { version: random.pick([1, 2]) })
}

const POOL = 2048

/** A pool of sound frames, changed anew each time. */
export class HostileFrames {
  private readonly pool: Uint8Array[]
  private readonly mutator: Mutator

  constructor(private readonly random: Random) {
    this.pool = Array.from({ length: POOL }, () => {
      const frame = template(random)
      return random.oneIn(6) ? withTag(frame, random) : frame
    })
    this.mutator = new Mutator(random)
  }

  next(): Uint8Array {
    const frame = this.random.pick(this.pool)
    return this.random.oneIn(10) ? frame : this.mutator.mutate(frame, this.random.pick(this.pool))
  }
}

function template(random: Random): Uint8Array {
  const ends = {
    sourceMac: random.pick(MACS),
    destinationMac: random.pick(MACS),
    sourceIp: `10.0.0.${random.int(256)}`,
    destinationIp: `10.0.0.${random.int(256)}`,
  }
  const ends6 = {
    ...ends,
    sourceIp: `fe80::${1 + random.int(9999)}`,
    destinationIp: random.pick(['ff02::1', 'fe80::1']),
  }
  return random.pick(TEMPLATES)(random, ends, ends6)
}

/** IEEE 802.1Q, or two of them. */
function withTag(frame: Uint8Array, random: Random): Uint8Array {
  const tag = concat(hex(random.pick(['8100', '88a8'])), random.bytes(2))
  const tags = random.oneIn(3) ? concat(tag, hex('8100'), random.bytes(2)) : tag
  return concat(frame.subarray(0, 12), tags, frame.subarray(12))
}
