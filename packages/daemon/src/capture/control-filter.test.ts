import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
]
const DATA: [string, Uint8Array][] = [
  ['TCP', ipv4(6, 1, 443)],
  ['UDP', ipv4(17, 9, 443)],
  ['ESP', ipv4(50)],
  ['TCP over IPv6', ipv6(6, 443)],
  ['UDP over IPv6', ipv6(17, 443)],
  ['ESP over IPv6', ipv6(50)],
]

test('control frames are kept whole, data frames are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwatcher-'))
  const file = join(folder, 'frames.pcap')
  const all = [...CONTROL, ...DATA]
  writeFileSync(
    file,
    encodeCaptureFile(
      LINKTYPE_ETHERNET,
      all.map(([, bytes], i) => ({ timeMs: i, bytes })),
    ),
  )
  const source = openCap({ file, snapLength: 2048, filter: CONTROL_FRAMES })
  const kept: (string | undefined)[] = []
  source.start((batch) => {
    for (let i = 0; i < batch.count; i++) kept.push(all[batch.timesMs[i] ?? -1]?.[0])
  })
  await source.done
  rmSync(folder, { recursive: true })
  expect(kept).toEqual(CONTROL.map(([name]) => name))
})
