import { createRequire } from 'node:module'
import { VendorTable } from '@netwatcher/shared/identity'
import { expect, test } from 'vitest'
import { ReverseDns } from './reverse-dns.js'

test('the longest registered prefix names the vendor, from the shipped table', () => {
  const table = new VendorTable(() => createRequire(import.meta.url)('oui-data') as Record<string, string>)
  expect(table.vendorOf('b8:27:eb:12:34:56')).toMatch(/Raspberry Pi/)
  expect(table.vendorOf('02:00:00:00:00:01')).toBeNull()
  const prefixes = table.prefixesOf('raspberry pi', 100)
  expect(prefixes).toContain('b8:27:eb')
})

test('blocks of 28 and 36 bits win over their parent', () => {
  const table = new VendorTable(() => ({ AABBCC: 'Parent\nx', AABBCC1: 'Middle', AABBCC123: 'Leaf' }))
  expect(table.vendorOf('aa:bb:cc:00:00:00')).toBe('Parent')
  expect(table.vendorOf('aa:bb:cc:10:00:00')).toBe('Middle')
  expect(table.vendorOf('aa:bb:cc:12:30:00')).toBe('Leaf')
})

const OPTIONS = { concurrency: 2, timeoutMs: 20, positiveMs: 1000, negativeMs: 100, maxQueued: 5 }

test('reverse look-ups run a few at a time, once each, and are cleaned', async () => {
  let running = 0
  let most = 0
  const asked: string[] = []
  const lookUp = async (ip: string) => {
    asked.push(ip)
    most = Math.max(most, ++running)
    await Promise.resolve()
    running--
    if (ip === '10.0.0.3') throw new Error('ENOTFOUND')
    return [`\u202ehost-${ip}.example.`]
  }
  let nowMs = 0
  const reverse = new ReverseDns(lookUp, () => nowMs, OPTIONS)
  const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.1']
  for (const ip of ips) expect(reverse.nameOf(ip)).toBeNull()
  for (const ip of ['127.0.0.1', 'fe80::1', '224.0.0.1', '0.0.0.0', '']) reverse.nameOf(ip)
  await reverse.idle()
  expect(reverse.nameOf('10.0.0.1')).toBe('host-10.0.0.1.example')
  expect(reverse.nameOf('10.0.0.3')).toBeNull()
  await reverse.idle()
  expect(asked.sort()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])
  expect(most).toBe(2)
  nowMs = 101
  reverse.nameOf('10.0.0.3')
  reverse.nameOf('10.0.0.1')
  await reverse.idle()
  expect(asked.slice(4)).toEqual(['10.0.0.3'])
})

test('a resolver that never answers costs one time-out', async () => {
  const reverse = new ReverseDns(
    () => new Promise(() => {}),
    () => 0,
    OPTIONS,
  )
  reverse.nameOf('10.0.0.1')
  await reverse.idle()
  expect(reverse.nameOf('10.0.0.1')).toBeNull()
})

test('a flood of addresses does not grow the queue', async () => {
  let asked = 0
  const reverse = new ReverseDns(
    async () => [`${++asked}`],
    () => 0,
    OPTIONS,
  )
  for (let i = 0; i < 1000; i++) reverse.nameOf(`10.0.${i >> 8}.${i & 255}`)
  await reverse.idle()
  expect(asked).toBeLessThanOrEqual(OPTIONS.concurrency + OPTIONS.maxQueued)
})
