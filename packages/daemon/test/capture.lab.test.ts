/** The live source on real interfaces: what it delivers, and that it outlives its interface. */

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../src/lab/lab.js'

const DRIVER = fileURLToPath(new URL('support/capture-driver.mjs', import.meta.url))
const MACS = 'ffffffffffff020000000902'
const TYPES = { arp: 0x0806, ipv4: 0x0800, vlan: 0x8100 }

let lab: Lab
beforeAll(async () => {
  lab = await Lab.create({
    medium: 'hub',
    hosts: [
      { name: 'watcher', mac: '02:00:00:00:09:01', addresses: ['10.84.0.1/24'] },
      { name: 'talker', mac: '02:00:00:00:09:02', addresses: ['10.84.0.2/24'] },
    ],
  })
})
afterAll(() => lab.close())

type Line = Record<string, unknown> & { statistics?: { received: number; dropped: number } }

const linesOf = (driver: LabProcess): Line[] =>
  driver.output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

async function startCapture(): Promise<LabProcess> {
  const driver = lab.start('watcher', [process.execPath, DRIVER, 'capture'])
  await expect.poll(() => linesOf(driver), { timeout: 10_000 }).toContainEqual({ linkType: 1 })
  return driver
}

const frame = (type: string, length: number) => (MACS + type).padEnd(2 * length, '0')
/** IPv4 and TCP with ACK; `length` of the whole frame. The bridge looks at the header checksum (RFC 1071). */
const tcp = (length: number) => {
  const words = [0x4500, length - 14, 0, 0, 0x4006, 0, 0x0a54, 0x0002, 0x0a54, 0x0001]
  const sum = words.reduce((total, word) => total + word)
  words[5] = ~((sum & 0xffff) + (sum >> 16)) & 0xffff
  const header = words.map((word) => word.toString(16).padStart(4, '0')).join('')
  return frame(`0800${header}c00001bb00000000000000005010`, length)
}

test('control frames come whole and at once, data is cut to its headers, tags are put back', async () => {
  const driver = await startCapture()
  const frames = [frame('0806', 600), tcp(1000), frame('810000050806', 700), tcp(60)]
  await lab.check('talker', [process.execPath, DRIVER, 'send', ...frames])
  const expected = [
    { etherType: TYPES.arp, captured: 600, wire: 600 },
    { etherType: TYPES.ipv4, captured: 128, wire: 1000 },
    { etherType: TYPES.vlan, captured: 700, wire: 700 },
    { etherType: TYPES.ipv4, captured: 60, wire: 60 },
  ]
  for (const lengths of expected) {
    await expect.poll(() => linesOf(driver)).toContainEqual(expect.objectContaining(lengths))
  }
  const ages = linesOf(driver).flatMap(({ ageMs }) => (typeof ageMs === 'number' ? [ageMs] : []))
  expect(Math.max(...ages)).toBeLessThan(1000)
  const statistics = () => linesOf(driver).findLast((line) => line.statistics)?.statistics
  await expect.poll(() => statistics()?.received).toBeGreaterThanOrEqual(expected.length)
  expect(statistics()?.dropped).toBe(0)
  await driver.stop()
})

test('an interface that goes down is an error, and so is one that is deleted', async () => {
  const down = await startCapture()
  await lab.setLink('watcher', 'down')
  expect(await down.done).toBe(0)
  expect(linesOf(down).at(-1)).toMatchObject({ end: 'INTERFACE_DOWN' })
  await lab.setLink('watcher', 'up')

  const deleted = await startCapture()
  await lab.check('watcher', ['ip', 'link', 'delete', 'eth0'])
  expect(await deleted.done).toBe(0)
  expect(linesOf(deleted).at(-1)).toMatchObject({
    end: expect.stringMatching(/^(INTERFACE_DOWN|CAPTURE_FAILED)$/),
  })
})
