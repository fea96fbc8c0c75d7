import { expect, test } from 'vitest'
import { decodeClientHello, decodeHelloRecord } from './client-hello.js'
import { concat, hex } from './fake-frames.js'
import { cryptoFrame, helloMessage, helloRecord, quicInitial } from './fake-hellos.js'
import { decodeQuicInitial } from './quic-initial.js'

/** RFC 9001 appendix A.2. */
const ID = hex('8394c8f03e515708')
const FRAME = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
  04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
  616d706c652e636f6dff01000100000a00080006001d00170018001000070005
  04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
  baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
  0d0010000e0403050306030203080408050806002d00020101001c0002400100
  3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
  75300901100f088394c8f03e51570806048000ffff`)

function whole(bytes: Uint8Array, end = bytes.length) {
  return decodeHelloRecord(bytes, 0, end)
}

test('a hello gives its name in lower case', () => {
  expect(whole(helloRecord({ serverName: 'WWW.Example.org' }))).toEqual({
    serverName: 'www.example.org',
    isVeiled: false,
    isWhole: true,
  })
  expect(whole(helloRecord({}))).toEqual({ serverName: null, isVeiled: false, isWhole: true })
  expect(whole(helloRecord({ serverName: 'a.example', isVeiled: true }))?.isVeiled).toBe(true)
})

test('a hello that goes on elsewhere gives what is there', () => {
  const record = helloRecord({ serverName: 'www.example.org', keyShare: 1184 })
  expect(whole(record, record.length - 1)).toMatchObject({ serverName: null, isWhole: false })
  expect(whole(record, 400)).toEqual({ serverName: null, isVeiled: false, isWhole: false })
  expect(whole(record, 20)).toEqual({ serverName: null, isVeiled: false, isWhole: false })
  const veiled = helloRecord({ serverName: 'www.example.org', isVeiled: true })
  expect(whole(veiled, veiled.length - 1)).toMatchObject({ serverName: 'www.example.org', isWhole: false })
})

test.each([
  ['an address', '192.0.2.1'],
  ['no letters', 'a b'],
  ['an empty label', 'a..b'],
  ['a label that is too long', `${'a'.repeat(64)}.org`],
  ['a name that is too long', `${'a.'.repeat(130)}org`],
  ['markup', '<b>.example.org'],
])('%s is no name of a server', (_, serverName) => {
  expect(whole(helloRecord({ serverName }))).toMatchObject({ serverName: null, isWhole: true })
})

test('what is no hello, or contradicts itself, is none', () => {
  const record = helloRecord({ serverName: 'www.example.org' })
  expect(whole(concat([0x17], record.subarray(1)))).toBeNull()
  const serverHello = Uint8Array.from(record)
  serverHello[5] = 2
  expect(whole(serverHello)).toBeNull()
  const tooLong = Uint8Array.from(record)
  // The length of all extensions: behind record, message, version, random, session, ciphers and compression.
  tooLong[5 + 4 + 34 + 1 + 6 + 2] = 0xff
  expect(whole(tooLong)).toBeNull()
})

test('without extensions there is no name', () => {
  const body = concat([3, 3], new Uint8Array(32), [0, 0, 2, 0, 10, 1, 0])
  const message = concat([1, 0, 0, body.length], body)
  expect(decodeClientHello(message, 0, message.length)).toEqual({
    serverName: null,
    isVeiled: false,
    isWhole: true,
  })
})

test('an Initial is sealed as RFC 9001 does it, and opened again', () => {
  const packet = quicInitial(ID, FRAME)
  expect(packet.subarray(0, 38)).toEqual(
    hex('c000000001088394c8f03e5157080000449e7b9aec34 d1b1c98dd7689fb8ec11d242b123dc9b'),
  )
  expect(packet.subarray(-16)).toEqual(hex('e221af44860018ab0856972e194cd934'))
  const initial = decodeQuicInitial(packet, 0, packet.length)
  expect(initial?.connectionId).toBe('8394c8f03e515708')
  expect(initial?.pieces).toHaveLength(1)
  const data = initial?.pieces[0]?.data ?? new Uint8Array()
  expect(decodeClientHello(data, 0, data.length)?.serverName).toBe('example.com')
})

test('version 2 has other keys (RFC 9369), and pieces come in any order', () => {
  const message = helloMessage({ serverName: 'v2.example' })
  const frames = concat(cryptoFrame(message, 60, message.length), [1, 0, 0], cryptoFrame(message, 0, 60))
  const packet = quicInitial(ID, frames, { version: 2, number: 0x1234 })
  expect(decodeQuicInitial(packet, 0, packet.length)?.pieces.map(({ offset }) => offset)).toEqual([60, 0])
})

test('an acknowledgement in front is passed over', () => {
  const message = helloMessage({ serverName: 'ack.example' })
  const frames = concat([2, 5, 0, 1, 2, 0, 1], cryptoFrame(message, 0, message.length))
  const packet = quicInitial(ID, frames)
  expect(decodeQuicInitial(packet, 0, packet.length)?.pieces).toHaveLength(1)
})

test('a packet that was changed, cut, or of another kind is not read', () => {
  const packet = quicInitial(ID, FRAME)
  const changed = Uint8Array.from(packet)
  changed[600] = (changed[600] ?? 0) ^ 1
  expect(decodeQuicInitial(changed, 0, changed.length)).toBeNull()
  expect(decodeQuicInitial(packet, 0, packet.length - 1)).toBeNull()
  for (let end = 0; end < 40; end++) expect(decodeQuicInitial(packet, 0, end)).toBeNull()
  const handshake = Uint8Array.from(packet)
  handshake[0] = 0xe0
  expect(decodeQuicInitial(handshake, 0, handshake.length)).toBeNull()
})
