/** Payloads by which stations tell what they are, for tests; every field is written out. */

import { concat, u16, u32, udpFrame } from './fake-frames.js'

const ascii = (text: string) => [...new TextEncoder().encode(text)]

/** Type in 7 bits, length in 9. */
export function lldpTlv(type: number, ...value: number[]): number[] {
  return [...u16((type << 9) | value.length), ...value]
}

export function lldpText(type: number, text: string): number[] {
  return lldpTlv(type, ...ascii(text))
}

/** Chassis by MAC, port by name, 120 s; then what is given, and the end. */
export function lldpBytes(...tlvs: number[][]): Uint8Array {
  return concat(
    lldpTlv(1, 4, 0x02, 0, 0, 0, 0, 0x0a),
    lldpTlv(2, 5, ...ascii('ge-0/0/1')),
    lldpTlv(3, 0, 120),
    ...tlvs,
    lldpTlv(0),
  )
}

function cdpTlv(type: number, value: number[]): number[] {
  return [...u16(type), ...u16(4 + value.length), ...value]
}

/** Version 2, 180 s, no checksum. */
export function cdpBytes(name: string, platform: string, capabilities: number): Uint8Array {
  return concat(
    [2, 180, 0, 0],
    cdpTlv(1, ascii(name)),
    cdpTlv(3, ascii('Port 1')),
    cdpTlv(4, [0, 0, 0, capabilities]),
    cdpTlv(5, ascii('Software,\nVersion 1')),
    cdpTlv(6, ascii(platform)),
  )
}

export function textBytes(...lines: string[]): Uint8Array {
  return new TextEncoder().encode([...lines, '', ''].join('\r\n'))
}

/** An mDNS answer of pointers from one name to others (RFC 6762 section 6). */
export function pointersFrame(
  from: { ip: string; mac: string },
  name: string,
  targets: string[],
): Uint8Array {
  const encode = (text: string) => [...text.split('.').flatMap((one) => [one.length, ...ascii(one)]), 0]
  const records = targets.map((target) => {
    const data = encode(target)
    return [...encode(name), ...u16(12), ...u16(1), ...u32(120), ...u16(data.length), ...data]
  })
  const header = [...u16(0), ...u16(0x8400), ...u16(0), ...u16(targets.length), ...u16(0), ...u16(0)]
  const ends = { sourceMac: from.mac, destinationMac: '01:00:5e:00:00:fb', sourceIp: from.ip }
  return udpFrame({ ...ends, destinationIp: '224.0.0.251' }, 5353, 5353, concat(header, ...records))
}

/** A host announcement (MS-BRWS 2.2.1) in its mailslot, transaction and datagram. */
export function announcementBytes(
  name: string,
  version: number[],
  flags: number,
  comment: string,
): Uint8Array {
  const datagram = [0x11, 2, 0, 1, 10, 0, 0, 9, 0, 138, 0, 0, 0, 0, ...new Array<number>(68).fill(0x41)]
  const smb = [0xff, ...ascii('SMB'), 0x25, ...new Array<number>(27).fill(0)]
  // Seventeen words, of which the thirteenth is where the data begin: after the header, these and the mailslot's name.
  const dataOffset = 32 + 1 + 34 + 2 + 17
  const words = new Array<number>(34).fill(0)
  words[24] = dataOffset
  const mailslot = ascii('\\MAILSLOT\\BROWSE\0')
  const frame = [1, 0, 0x80, 0xfc, 0x0a, 0]
  const paddedName = [...ascii(name), ...new Array<number>(16 - name.length).fill(0)]
  const type = [flags & 0xff, (flags >> 8) & 0xff, (flags >> 16) & 0xff, flags >>> 24]
  return concat(
    datagram,
    smb,
    [17],
    words,
    [0, 0],
    mailslot,
    frame,
    paddedName,
    version,
    type,
    [15, 1, 0x55, 0xaa],
    ascii(`${comment}\0`),
  )
}
