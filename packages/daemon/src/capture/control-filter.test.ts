import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFrame } from '../account/fake-frame.js'
import { cryptoFrame, helloMessage, helloRecord, quicInitial } from '../wire/fake-hellos.js'
import { openCap } from './cap-source.js'
import { encodeCaptureFile } from './capture-file.js'
import { CONTROL_FRAMES } from './control-filter.js'
import { LINKTYPE_ETHERNET } from './packet-source.js'

const ethernet = (type: number, ...payload: number[]) => {
  const bytes = new Uint8Array(80)
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, type >> 8, type & 0xff, ...payload])
  return bytes
}
const ipv4 = (protocol: number, source = 0, destination = 0) =>
  ethernet(
    0x0800,
    0x45,
    0,
    0,
    60,
    0,
    0,
    0,
    0,
    64,
    protocol,
    0,
    0,
    10,
    0,
    0,
    1,
    10,
    0,
    0,
    2,
    0,
    source,
    destination >> 8,
    destination & 0xff,
  )
const ipv6 = (nextHeader: number, destination = 0) =>
  ethernet(
    0x86dd,
    0x60,
    0,
    0,
    0,
    0,
    20,
    nextHeader,
    64,
    ...new Array<number>(32).fill(1),
    0,
    9,
    destination >> 8,
    destination & 0xff,
  )

const MACS = { sourceMac: '02:00:00:00:00:01', destinationMac: '02:00:00:00:00:02' }
const ENDS4 = { source: '10.0.0.1', destination: '10.0.0.2' }
const ENDS6 = { source: 'fd00::1', destination: 'fd00::2' }
const data = (protocol: number, payload: Uint8Array, ends = ENDS4) =>
  makeFrame({ ...MACS, ...ends, protocol, sourcePort: 50_000, destinationPort: 443, data: payload })
const RECORD = helloRecord({ serverName: 'www.example.org' })
const MESSAGE = helloMessage({ serverName: 'www.example.org' })
const INITIAL = quicInitial(new Uint8Array(8), cryptoFrame(MESSAGE, 0, MESSAGE.length))
const changed = (bytes: Uint8Array, at: number, value: number) => {
  const copy = Uint8Array.from(bytes)
  copy[at] = value
  return copy
}
/** With twelve bytes of options in the TCP header, as time stamps are. */
const withTcpOptions = (bytes: Uint8Array) => {
  const longer = new Uint8Array(bytes.length + 12)
  longer.set(bytes.subarray(0, 54))
  longer.set(bytes.subarray(54), 66)
  longer[46] = 0x80
  return longer
}

const CONTROL: [string, Uint8Array][] = [
  ['ARP', ethernet(0x0806)],
  ['STP, by its length field', ethernet(38, 0x42, 0x42, 3)],
  ['VLAN tag', ethernet(0x8100, 0, 5, 0x08, 0x06)],
  ['QinQ tag', ethernet(0x88a8, 0, 5, 0x81, 0)],
  ['ICMP', ipv4(1)],
  ['IGMP', ipv4(2)],
  ['VRRP', ipv4(112)],
  ['ICMPv6', ipv6(58)],
  ['ICMPv6 behind hop-by-hop options', ipv6(0)],
  ['IPv6 fragment', ipv6(44)],
  ['VRRP over IPv6', ipv6(112)],
  ['DNS answer', ipv4(17, 53, 999)],
  ['DHCP', ipv4(17, 68, 67)],
  ['NetBIOS name', ipv4(17, 137, 137)],
  ['HSRP', ipv4(17, 0, 1985)],
  ['GLBP', ipv4(17, 0, 3222)],
  ['mDNS', ipv6(17, 5353)],
  ['LLMNR', ipv6(17, 5355)],
  ['DHCPv6', ipv6(17, 547)],
  ['TLS hello', data(6, RECORD)],
  ['TLS hello behind options of TCP', withTcpOptions(data(6, RECORD))],
  ['TLS hello over IPv6', data(6, RECORD, ENDS6)],
  ['QUIC Initial', data(17, INITIAL)],
  ['QUIC Initial over IPv6', data(17, INITIAL, ENDS6)],
  ['QUIC Initial of version 2', data(17, quicInitial(new Uint8Array(8), MESSAGE, { version: 2 }))],
]
const DATA: [string, Uint8Array][] = [
  ['TCP', ipv4(6, 1, 443)],
  ['UDP', ipv4(17, 9, 443)],
  ['ESP', ipv4(50)],
  ['TCP over IPv6', ipv6(6, 443)],
  ['UDP over IPv6', ipv6(17, 443)],
  ['ESP over IPv6', ipv6(50)],
  ['TLS data', data(6, changed(RECORD, 0, 0x17))],
  ['TLS hello of a server', data(6, changed(RECORD, 5, 2))],
  ['QUIC handshake', data(17, changed(INITIAL, 0, 0xe3))],
  ['long UDP', data(17, new Uint8Array(1300))],
  ['long TCP', data(6, new Uint8Array(1300))],
]

/** The indexes of those that come through. */
async function passing(frames: readonly Uint8Array[], filter: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'netwatcher-'))
  const file = join(folder, 'frames.pcap')
  writeFileSync(
    file,
    encodeCaptureFile(
      LINKTYPE_ETHERNET,
      frames.map((bytes, i) => ({ timeMs: i, bytes })),
    ),
  )
  const source = openCap({ file, snapLength: 2048, filter })
  const kept: number[] = []
  source.start((batch) => {
    for (let i = 0; i < batch.count; i++) kept.push(batch.timesMs[i] ?? -1)
  })
  await source.done
  rmSync(folder, { recursive: true })
  return kept
}

test('control frames are kept whole, data frames are not', async () => {
  const all = [...CONTROL, ...DATA]
  const kept = await passing(
    all.map(([, bytes]) => bytes),
    CONTROL_FRAMES,
  )
  expect(kept.map((index) => all[index]?.[0])).toEqual(CONTROL.map(([name]) => name))
})

/** A load behind the end of a packet ends the filter with 0 in the kernel, which loses the packet. */
test('no short data packet makes the filter read behind its end', async () => {
  const shortest = [data(6, new Uint8Array()), data(17, new Uint8Array()), data(6, new Uint8Array(), ENDS6)]
  const most = changed(data(6, RECORD.subarray(0, 80)), 46, 0xf0)
  const kept = await passing([...shortest, most], `not (${CONTROL_FRAMES})`)
  expect(kept).toEqual([0, 1, 2, 3])
})
