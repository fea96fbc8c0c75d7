/** Files that SQLite itself has written, with tables as the other programs make them; and damaged ones. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sqlite3 from 'sqlite3'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { readDatabase } from './read-database.js'
import { columnsOf } from './sqlite-columns.js'
import { findTable } from './sqlite-file.js'

/** As NetAlertX 26.1 makes it, without what is not read; NUMERIC affinity makes numbers of some names. */
const NET_ALERT_X = `
CREATE TABLE Devices (
  devMac STRING (50) PRIMARY KEY NOT NULL COLLATE NOCASE, -- of the card
  devName STRING (50) NOT NULL DEFAULT "(unknown)",
  devOwner STRING (30) DEFAULT "(unknown)" NOT NULL,
  devType STRING (30),
  devFavorite BOOLEAN CHECK (devFavorite IN (0, 1)) DEFAULT (0) NOT NULL,
  devGroup STRING (10), devComments TEXT, devFirstConnection DATETIME NOT NULL,
  devLastIP STRING (50) NOT NULL COLLATE NOCASE,
  devIsNew BOOLEAN NOT NULL DEFAULT (1) CHECK (devIsNew IN (0, 1)),
  devLocation STRING (250) COLLATE NOCASE, devIsArchived BOOLEAN NOT NULL DEFAULT (0));
CREATE INDEX idx_dev_mac ON Devices(devMac);
CREATE VIEW Everything AS SELECT * FROM Devices;
INSERT INTO Devices VALUES
  ('Internet', 'Internet', 'House', 'Router', 0, NULL, NULL, '2026-01-01', '192.0.2.1', 0, NULL, 0),
  ('AA:BB:CC:DD:EE:01', 'Printer', 'Ann', 'Printer', 1, 'Office', 'upstairs', '2026-01-01', '10.0.0.9', 0, 'Attic', 0),
  ('aa:bb:cc:dd:ee:02', '1234', '(unknown)', NULL, 0, NULL, NULL, '2026-01-01', '10.0.0.10', 1, NULL, 1);
ALTER TABLE Devices ADD "devCustomProps" TEXT`

/** As gorm makes it for WatchYourLAN 2. */
const WATCH_YOUR_LAN = `
CREATE TABLE history (ID integer PRIMARY KEY AUTOINCREMENT, NAME text, MAC text);
CREATE TABLE \`now\` (\`ID\` integer PRIMARY KEY AUTOINCREMENT,\`NAME\` text,\`DNS\` text,\`IFACE\` text,\`IP\` text,
  \`MAC\` text,\`HW\` text,\`DATE\` text,\`KNOWN\` integer,\`NOW\` integer);
INSERT INTO history (NAME, MAC) VALUES ('old', 'aa:bb:cc:dd:ee:09');
INSERT INTO \`now\` VALUES (7, 'NAS', 'nas.lan', 'eth0', '10.0.0.3', 'aa:bb:cc:dd:ee:03', 'Maker', '2026', 1, 1),
  (8, '', 'tv.lan', 'eth0', '10.0.0.4', 'aa:bb:cc:dd:ee:04', '', '2026', 0, 0)`

async function written(sql: string, before = ''): Promise<Uint8Array> {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'other.db')
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(path)
    database.exec(`${before};${sql}`, (error) => {
      database.close(() => (error ? reject(error) : resolve()))
    })
  })
  return await readFile(path)
}

test('the devices of NetAlertX, and nothing that was put there by default', async () => {
  const devices = readDatabase(await written(NET_ALERT_X))
  expect(devices).toMatchObject([
    {
      ...{
        line: 2,
        mac: 'aa:bb:cc:dd:ee:01',
        ip: '10.0.0.9',
        name: 'Printer',
        owner: 'Ann',
        type: 'Printer',
      },
      ...{
        notes: 'upstairs',
        tags: ['Office', 'Attic'],
        isFavorite: true,
        isArchived: false,
        trust: 'known',
      },
    },
    { line: 3, mac: 'aa:bb:cc:dd:ee:02', name: '1234', owner: null, isArchived: true, trust: null },
  ])
  expect(devices).toHaveLength(2)
})

test('the hosts of WatchYourLAN, not its history', async () => {
  expect(readDatabase(await written(WATCH_YOUR_LAN))).toMatchObject([
    { mac: 'aa:bb:cc:dd:ee:03', name: 'NAS', ip: '10.0.0.3', trust: 'known' },
    { mac: 'aa:bb:cc:dd:ee:04', name: 'tv.lan', trust: null },
  ])
})

test.each(['512', '1024', '65536'])('many rows, long ones and all pages of %s bytes', async (pageSize) => {
  const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO now SELECT i, printf('aa:bb:cc:dd:%02x:%02x', i / 256, i % 256),
      CASE i % 100 WHEN 0 THEN printf('%.*c', i, 'x') ELSE 'short' END, i * 1.5, -i FROM n`
  const table = 'CREATE TABLE now (id INTEGER PRIMARY KEY, mac TEXT, name TEXT, half REAL, less INTEGER)'
  const file = await written(`${table};${rows}`, `PRAGMA page_size = ${pageSize}`)
  const read = [...(findTable(file, 'now')?.rows() ?? [])]
  expect(read).toHaveLength(3000)
  expect(read[2998]).toEqual([null, 'aa:bb:cc:dd:0b:b7', 'short', 4498.5, -2999])
  expect(read[2999]).toEqual([null, 'aa:bb:cc:dd:0b:b8', 'x'.repeat(3000), 4500, -3000])
})

test('texts in UTF-16 are read as well', async () => {
  for (const encoding of ['UTF-16le', 'UTF-16be']) {
    const file = await written(
      "CREATE TABLE now (mac, name); INSERT INTO now VALUES ('aa:bb:cc:dd:ee:01', 'Küche 🖨')",
      `PRAGMA encoding = '${encoding}'`,
    )
    expect(readDatabase(file)).toMatchObject([{ name: 'Küche 🖨' }])
  }
})

test('a view, a virtual table and one without row ids are none of those that are read', async () => {
  const view = "CREATE VIEW Devices AS SELECT 'aa:bb:cc:dd:ee:01' AS devMac"
  const virtual = 'CREATE VIRTUAL TABLE Devices USING fts5(devMac)'
  const without =
    "CREATE TABLE Devices (devMac TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO Devices VALUES ('aa:bb:cc:dd:ee:01')"
  for (const sql of [view, virtual, without]) expect(readDatabase(await written(sql))).toBeNull()
  expect(readDatabase(new TextEncoder().encode('mac,name\n'))).toBeNull()
})

test.each([
  ['CREATE TABLE t (a, b)', ['a', 'b']],
  [
    'create table "t" ("a ""b""" text default \'x, y\', [c d], `e` numeric(3, 4), f)',
    ['a "b"', 'c d', 'e', 'f'],
  ],
  ['CREATE TABLE t (a /* , b */ int, -- , c\n d, PRIMARY KEY (a, d))', ['a', 'd']],
  ['CREATE TABLE t (a, b) STRICT', ['a', 'b']],
  ['CREATE TABLE t (a PRIMARY KEY, CHECK (a > 0)) WITHOUT ROWID', null],
  ['CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID', null],
  ['CREATE VIRTUAL TABLE t USING fts5(a)', null],
  ['CREATE TABLE t AS SELECT 1', null],
  ['CREATE TABLE t (a', null],
])('columns of %s', (sql, columns) => {
  expect(columnsOf(sql)).toEqual(columns)
})

test('whatever is broken in a file, reading it ends, and soon', async () => {
  const sound = await written(
    `${NET_ALERT_X};${WATCH_YOUR_LAN.replaceAll('history', 'other')}`,
    'PRAGMA page_size = 512',
  )
  const change = fc.record({ at: fc.nat(sound.length - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), fc.nat(sound.length), (changes, cut) => {
      const broken = Uint8Array.from(sound)
      for (const { at, byte } of changes) broken[at] = byte
      readDatabase(broken)
      readDatabase(broken.subarray(0, cut))
    }),
    { numRuns: 300 },
  )
})

test('a file that leads in circles, or tells the same row over and over, is read once', () => {
  const pageSize = 512
  const pages = 2000
  const file = new Uint8Array(pageSize * pages)
  const view = new DataView(file.buffer)
  file.set(new TextEncoder().encode('SQLite format 3\0'))
  view.setUint16(16, pageSize)
  view.setUint32(56, 1)
  // Each page is an inner one whose children are all pages again.
  for (let page = 0; page < pages; page++) {
    const head = page * pageSize + (page === 0 ? 100 : 0)
    file[head] = 0x05
    view.setUint16(head + 3, 60)
    view.setUint32(head + 8, ((page + 1) % pages) + 1)
    for (let n = 0; n < 60; n++) view.setUint16(head + 12 + 2 * n, 300 + n)
  }
  expect(findTable(file, 'devices')).toBeNull()
})
