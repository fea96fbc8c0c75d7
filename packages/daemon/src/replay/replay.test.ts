import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { encodeCaptureFile, type FileFrame } from '../capture/capture-file.js'
import { encodeArp, encodeArpRequest } from '../wire/arp.js'
import { concat, hex, udpFrame } from '../wire/fake-frames.js'
import { replay } from './replay.js'

const folder = mkdtempSync(join(tmpdir(), 'netwatcher-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const START_MS = 1_700_000_000_000
const ALICE = { mac: 'a4:bb:6d:00:00:10', ip: '192.168.1.10' }
const GATEWAY = { mac: '3c:84:6a:00:00:01', ip: '192.168.1.1' }
const SCANNER = 'd8:3a:dd:00:00:66'

/** A lookup at an outside server, an answered ARP request, and a sweep of 40 addresses. */
function lanFrames(): FileFrame[] {
  const lookup = {
    sourceMac: ALICE.mac,
    destinationMac: GATEWAY.mac,
    sourceIp: ALICE.ip,
    destinationIp: '9.9.9.9',
  }
  const answer = encodeArp({
    sourceMac: GATEWAY.mac,
    destinationMac: ALICE.mac,
    operation: 2,
    senderMac: GATEWAY.mac,
    senderIp: GATEWAY.ip,
    targetMac: ALICE.mac,
    targetIp: ALICE.ip,
  })
  const sweep = Array.from({ length: 40 }, (_, i) =>
    encodeArpRequest(SCANNER, '192.168.1.66', `192.168.1.${100 + i}`),
  )
  const frames = [
    encodeArpRequest(ALICE.mac, ALICE.ip, GATEWAY.ip),
    answer,
    udpFrame(lookup, 40000, 53, new Uint8Array(20)),
    ...sweep,
  ]
  return frames.map((bytes, i) => ({ bytes, timeMs: START_MS + 100 * i }))
}

async function run(bytes: Uint8Array | string, ...options: string[]) {
  const path = join(folder, 'test.pcap')
  writeFileSync(path, bytes)
  const lines: string[] = []
  const errors: string[] = []
  const output = { out: (line: string) => lines.push(line), error: (line: string) => errors.push(line) }
  const status = await replay([path, ...options], output, () => {})
  return { status, lines, errors }
}

async function runJson(bytes: Uint8Array | string) {
  const { status, lines, errors } = await run(bytes, '--json')
  return { status, errors, objects: lines.map((line) => JSON.parse(line)) }
}

test('prints alerts, devices and traffic as JSON, the summary last', async () => {
  const { status, objects, errors } = await runJson(encodeCaptureFile(1, lanFrames()))
  expect({ status, errors }).toEqual({ status: 0, errors: [] })
  expect(objects.filter(({ kind }) => kind === 'arp_scan')).toMatchObject([
    { type: 'alert', severity: 'warning', macs: [SCANNER], state: 'active', firstSeen: START_MS + 2700 },
  ])
  const devices = objects.filter(({ type }) => type === 'device')
  expect(devices.find(({ mac }) => mac === ALICE.mac)).toMatchObject({ ips: [ALICE.ip], firstSeen: START_MS })
  expect(objects.find(({ type, remote }) => type === 'traffic' && remote === '9.9.9.9')).toMatchObject({
    device: ALICE.ip,
    mac: ALICE.mac,
    protocol: 17,
    port: 53,
    txBytes: 62,
    rxBytes: 0,
  })
  expect(objects.at(-1)).toMatchObject({
    type: 'summary',
    packets: 43,
    malformed: 0,
    truncated: false,
    durationMs: 4200,
  })
})

test('prints the same for people', async () => {
  const { status, lines } = await run(encodeCaptureFile(1, lanFrames()))
  expect(status).toBe(0)
  expect(lines[0]).toMatch(/^43 packets, /)
  expect(lines.join('\n')).toContain(`WARNING arp_scan ${SCANNER}`)
  expect(lines).toContain(`    suspect: ${SCANNER} (likely)`)
  expect(lines.join('\n')).toContain(`${ALICE.ip} with 9.9.9.9, udp port 53: sent 62 B, received 0 B`)
})

test('an empty capture is fine', async () => {
  const { status, objects } = await runJson(encodeCaptureFile(1, []))
  expect(status).toBe(0)
  expect(objects).toMatchObject([{ type: 'summary', packets: 0, bytes: 0, truncated: false }])
})

test('a file that ends in the middle of a packet is processed up to there', async () => {
  const file = encodeCaptureFile(1, lanFrames())
  const { status, objects, errors } = await runJson(file.subarray(0, file.length - 10))
  expect(status).toBe(0)
  expect(objects.at(-1)).toMatchObject({ packets: 42, truncated: true })
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatch(/truncated/)
})

test.each([
  ['something else', 'root:x:0:0:', /unknown file format/],
  ['another link type', encodeCaptureFile(147, []), /link type 147/],
  ['nothing', '', /truncated/],
])('refuses a file with %s in one plain sentence', async (_, bytes, message) => {
  const { status, lines, errors } = await run(bytes, '--json')
  expect({ status, lines }).toEqual({ status: 1, lines: [] })
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatch(message)
  expect(errors[0]).not.toContain('\n')
})

test('explains its usage', async () => {
  const errors: string[] = []
  const output = { out: () => {}, error: (line: string) => errors.push(line) }
  expect(await replay([], output, () => {})).toBe(2)
  expect(await replay(['a.pcap', 'b.pcap'], output, () => {})).toBe(2)
  expect(await replay(['--help'], output, () => {})).toBe(2)
  expect(errors[0]).toBe('usage: netwatcherd replay FILE [--json]')
})

test('tells how many frames hold nothing that can be read', async () => {
  const header = hex('0801 0000 aaaaaaaaaaaa 020000000001 020000000002 0000')
  const sealed = Uint8Array.from(header)
  sealed[1] = 0x41
  const arp = concat(hex('aaaa03 000000 0806 0001 0800 06 04 0001'), new Uint8Array(20))
  const frames = [
    { timeMs: START_MS, bytes: concat(header, arp) },
    { timeMs: START_MS + 1, bytes: concat(sealed, arp) },
    { timeMs: START_MS + 2, bytes: hex('8000 0000 ffffffffffff 020000000001 020000000001 0000') },
    { timeMs: START_MS + 3, bytes: concat(sealed, arp) },
  ]
  const file = encodeCaptureFile(105, frames)
  const { objects } = await runJson(file)
  expect(objects.at(-1)).toMatchObject({ packets: 1, leftOut: { encrypted: 2, no_data: 1 } })
  expect((await run(file)).lines).toContain(
    'Left out: 2 encrypted frames, 1 of management, control or negotiation',
  )
})
