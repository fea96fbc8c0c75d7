import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { type BookedServer, GONE_AFTER_MS, ServerBook } from './server-book.js'

const server = (firstMs: number, more: Partial<BookedServer> = {}): BookedServer => ({
  firstMs,
  lastMs: firstMs,
  isBaseline: false,
  ...more,
})

test('a flood of inventions pushes out its own, and never who is taken for granted or has spoken for a while', () => {
  const book = new ServerBook<BookedServer>('dhcp_servers', 4)
  book.add('', 'genuine', server(0, { isBaseline: true }))
  book.add('', 'second', server(0, { lastMs: MINUTE_MS }))
  for (let i = 0; i < 100; i++) expect(book.add('', `fake-${i}`, server(MINUTE_MS + i))).toBe(true)
  expect(
    ['genuine', 'second', 'fake-98', 'fake-99', 'fake-0'].map((id) => book.find('', id) !== undefined),
  ).toEqual([true, true, true, true, false])
  expect(book.status()).toEqual({
    table: 'dhcp_servers',
    entries: 4,
    capacity: 1024,
    evicted: 98,
    refused: 0,
  })
})

test('who was silent for a day makes room, even if it was the genuine one', () => {
  const book = new ServerBook<BookedServer>('dhcp_servers', 1)
  book.add('', 'old', server(0, { isBaseline: true }))
  expect(book.add('', 'early', server(HOUR_MS))).toBe(false)
  expect(book.status()).toMatchObject({ refused: 1, evicted: 0 })
  expect(book.add('', 'new', server(GONE_AFTER_MS))).toBe(true)
  expect(book.all('', GONE_AFTER_MS)).toHaveLength(1)
})

test('each LAN has places of its own', () => {
  const book = new ServerBook<BookedServer>('dhcp_servers', 1)
  for (const lan of ['', '10', '20']) expect(book.add(lan, 'same', server(0))).toBe(true)
  expect(book.status()).toMatchObject({ entries: 3 })
})
