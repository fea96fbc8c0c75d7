/** Both ways of reading frames point out the packets with the name of a server in them, and no others. */

import { expect, test } from 'vitest'
import { LINKTYPE_ETHERNET } from '../capture/packet-source.js'
import { concat, taggedFrame } from '../wire/fake-frames.js'
import { cryptoFrame, helloMessage, helloRecord, quicInitial } from '../wire/fake-hellos.js'
import { Accountant } from './accountant.js'
import { makeBatch } from './fake-batch.js'
import { makeFrame } from './fake-frame.js'

const RECORD = helloRecord({ serverName: 'www.example.org' })
const MESSAGE = helloMessage({ serverName: 'www.example.org' })
const FRAMES = cryptoFrame(MESSAGE, 0, MESSAGE.length)
const INITIAL = quicInitial(new Uint8Array(8), FRAMES)
const ENDS4 = { source: '192.168.1.2', destination: '203.0.113.9' }
const ENDS6 = { source: 'fd00::2', destination: '2001:db8::9' }
const MACS = { sourceMac: '02:00:00:00:00:01', destinationMac: '02:00:00:00:00:fe' }

function frame(protocol: number, data: Uint8Array, ends = ENDS4): Uint8Array {
  return makeFrame({ ...MACS, ...ends, protocol, sourcePort: 50_000, destinationPort: 443, data })
}

/** Of the frames behind one of each flow, which is new to detection. */
function handedOver(frames: Uint8Array[]): number[] {
  const accountant = new Accountant({ flowCapacity: 64 })
  const first = frames.map((bytes) => ({ bytes: bytes.subarray(0, 128), wireLength: bytes.length }))
  accountant.account(makeBatch(first), LINKTYPE_ETHERNET, () => {})
  const handed: number[] = []
  accountant.account(makeBatch(frames.map((bytes) => ({ bytes }))), LINKTYPE_ETHERNET, (i) => handed.push(i))
  return handed
}

/** With an option in the IPv4 header, which the quick way leaves to the general one. */
function withOption(bytes: Uint8Array): Uint8Array {
  const longer = concat(bytes.subarray(0, 34), [1, 1, 1, 1], bytes.subarray(34))
  longer[14] = 0x46
  const length = longer.length - 14
  longer.set([length >> 8, length & 0xff], 16)
  return longer
}

test.each([
  ['TLS', frame(6, RECORD)],
  ['TLS over IPv6', frame(6, RECORD, ENDS6)],
  ['QUIC', frame(17, INITIAL)],
  ['QUIC over IPv6', frame(17, INITIAL, ENDS6)],
  ['QUIC version 2', frame(17, quicInitial(new Uint8Array(8), FRAMES, { version: 2 }))],
])('a hello of %s is handed over, behind a tag and an option, too', (_, bytes) => {
  const isIpv4 = bytes[12] === 0x08
  const forms = [bytes, taggedFrame(bytes, 7), taggedFrame(bytes, 7, 8)]
  const all = isIpv4 ? [...forms, withOption(bytes)] : forms
  expect(handedOver(all)).toEqual(all.map((_form, i) => i))
})

test('other data is not, however it begins', () => {
  const serverHello = Uint8Array.from(RECORD)
  serverHello[5] = 2
  const handshake = Uint8Array.from(INITIAL)
  handshake[0] = 0xe0
  const data = concat([0x17, 3, 3], new Uint8Array(1200))
  const ofAnotherVersion = Uint8Array.from(INITIAL)
  ofAnotherVersion[4] = 9
  const others = [frame(6, serverHello), frame(17, handshake), frame(6, data), frame(17, ofAnotherVersion)]
  expect(handedOver([...others, frame(17, INITIAL.subarray(0, 1199)), frame(17, RECORD)])).toEqual([])
})

test('a flood of hellos has an allowance of its own', () => {
  const accountant = new Accountant({ flowCapacity: 64 })
  const frames = Array.from({ length: 3000 }, () => ({ bytes: frame(6, RECORD) }))
  let handed = 0
  accountant.account(makeBatch(frames), LINKTYPE_ETHERNET, () => handed++)
  expect(handed).toBeGreaterThan(500)
  expect(handed).toBeLessThan(1000)
  expect(accountant.totals().withheld).toBe(3000 - handed)
})
