/**
 * A neighbour whose names are markup, escape sequences, bidirectional
 * overrides, formulas or far too long, by every protocol that names are read
 * from: what is told of them is plain, short, and one line of the log.
 */

import { expect, test } from 'vitest'
import { decodeReport, encodeReport } from '../../convert/report.js'
import type { NameSighting } from '../../model/host.js'
import { createLogger } from '../../os/log.js'
import { dhcpFrame, dhcpv6Frame, dhcpv6Option, packetOf } from '../../wire/fake-frames.js'
import { createDetectionEngine } from '../engine/engine.js'
import { ALICE, BOB, GATEWAY, MALLORY, NO_CONTEXT } from '../engine/fake-traffic.js'
import { answerDns, answerName, askDns } from './fake-names.js'

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '<script>fetch("//evil")</script>',
  '\u001b]0;owned\u0007\u001b[2Jx',
  '\u009b31mred',
  'a\u0000b',
  '\u202egnp.exe',
  '\u2066\u200bhidden\ufeff',
  '=HYPERLINK("http://evil","x")',
  '@SUM(A1)',
  '-1+1|calc',
  'line\nbreak\r\nX-Header: 1',
  'two\u2028lines',
  '"; DROP TABLE device; --',
  '{{constructor}}',
  '\\027[2J\\000',
  '\ud800\udfff'.repeat(3),
  'x'.repeat(255),
  'é'.repeat(127),
]

const bytes = (text: string) => new TextEncoder().encode(text)
const ENDS = {
  sourceMac: MALLORY.mac,
  destinationMac: 'ff:ff:ff:ff:ff:ff',
  sourceIp: '0.0.0.0',
  destinationIp: '255.255.255.255',
}
const ENDS6 = {
  ...ENDS,
  destinationMac: '33:33:00:01:00:02',
  sourceIp: 'fe80::66',
  destinationIp: 'ff02::1:2',
}

/** The frames by which MALLORY, or a server at its will, says the name. */
function framesOf(name: string): Uint8Array[] {
  // No label is longer than its length can say.
  const label = name.slice(0, 60)
  return [
    dhcpFrame(ENDS, {
      operation: 1,
      messageType: 3,
      clientMac: MALLORY.mac,
      options: [[12, bytes(name).subarray(0, 255)]],
    }),
    dhcpFrame(ENDS, {
      operation: 1,
      messageType: 3,
      clientMac: MALLORY.mac,
      options: [[81, [0, 0, 0, ...bytes(label)]]],
    }),
    dhcpv6Frame(ENDS6, 3, [dhcpv6Option(39, [0, bytes(label).length, ...bytes(label)])]),
    answerName('mdns', MALLORY, ALICE, `${label}.local`),
    answerName('nbns', MALLORY, ALICE, label.slice(0, 15)),
    askDns(ALICE, GATEWAY, GATEWAY.ip, 7, label),
    answerDns(GATEWAY.mac, GATEWAY.ip, ALICE, 7, [BOB.ip], label),
  ]
}

function namesOf(frames: Uint8Array[]): NameSighting[] {
  const engine = createDetectionEngine(NO_CONTEXT, {
    learningMs: 0,
    activeVerification: false,
    allowedScanners: [],
  })
  for (const [i, frame] of frames.entries()) engine.observe(packetOf(frame, 1_700_000_000_000 + i))
  return [...engine.drain({ isLast: true }).names]
}

/** Control, format, private use, surrogates, line and paragraph separators, and what markup is made of. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}<>"{}]/u

test('honest names come by every one of these ways', () => {
  const sources = new Set(namesOf(framesOf('printer')).map(({ source }) => source))
  expect([...sources].sort()).toEqual(['dhcp', 'dns', 'mdns', 'nbns'])
})

test.each(HOSTILE)('the name %j is told plain and short, or not at all', (hostile) => {
  const names = namesOf(framesOf(hostile))
  for (const { name } of names) {
    expect(name).not.toMatch(UNSAFE)
    // RFC 1035 section 2.3.4, and the mark of what was cut.
    expect([...name].length).toBeLessThanOrEqual(254)
  }
  const lines: string[] = []
  const log = createLogger((line) => lines.push(line), { json: true, levelPrefix: false })
  for (const name of [hostile, ...names.map((one) => one.name)]) log.info('name', { name })
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true)
  const report = decodeReport(encodeReport({ type: 'observation', hosts: [], names, clues: [] }))
  expect(report).toEqual({ type: 'observation', hosts: [], names, clues: [] })
})
