/**
 * The import of devices as somebody does it who comes from another program: a file is
 * chosen, what it would do is shown, and done on request. The real web app over a fake
 * daemon, in Chromium.
 */

import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { expect, test } from 'vitest'
import { host, observation } from '../src/daemon/fake-messages.js'
import { temporaryDirectory } from '../src/testing/temporary-directory.js'
import { auditPage } from './support/audit.js'
import { axeFaults } from './support/axe.js'
import { fakePages } from './support/fake-pages.js'

const PRINTER = 'aa:bb:cc:dd:ee:21'
const TABLE = `devMac,devName,devOwner,devFavorite
${PRINTER},Hall printer,Ann,1
aa:bb:cc:dd:ee:22,Attic camera,Bob,0
${PRINTER},Once more,Bob,0
`

const PHONE = { colorScheme: 'dark', locale: 'id-ID', viewport: { width: 360, height: 740 } } as const

const system = fakePages()

test('what a file would do is shown, done on request, and then there is nothing left to do', async () => {
  system.daemon.emit(observation([host('192.168.1.21', PRINTER)]))
  await using watched = await system.signIn()
  const { page, faults } = watched
  await page.getByRole('link', { name: 'Devices', exact: true }).click()
  await page.getByRole('row').filter({ hasText: PRINTER }).waitFor()
  await page.getByRole('link', { name: 'Import' }).click()
  const file = { name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(TABLE) }
  await page.getByLabel('File').setInputFiles(file)
  const rows = page.getByRole('row')
  await rows.nth(3).waitFor()
  const texts = await rows.allTextContents()
  expect(texts[1]).toMatch(/line 2Filled inName: Hall printerOwner: AnnFavourite/)
  expect(texts[2]).toMatch(/line 3NewName: Attic cameraOwner: Bob/)
  expect(texts[3]).toMatch(/line 4Left outAn earlier line is the same device/)
  expect(await axeFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Import 2 devices' }).click()
  await page.getByRole('status').filter({ hasText: '1 new device · 1 filled in' }).waitFor()
  await page.getByLabel('File').setInputFiles(file)
  await page.getByText('There is nothing to import.').waitFor()
  await page.goto('/devices')
  for (const name of ['Hall printer', 'Attic camera']) await page.getByRole('link', { name }).waitFor()
  expect(faults).toEqual([])
})

test('on a phone a database is taken as it is, and a file that names nobody is refused in words', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'scan.db')
  const database = new sqlite3.Database(path)
  const sql = `CREATE TABLE now (MAC text, NAME text); INSERT INTO now VALUES ('${PRINTER}', 'NAS')`
  await new Promise((resolve) => database.exec(sql, () => database.close(resolve)))
  await using watched = await system.signIn(PHONE)
  const { page } = watched
  await page.locator('nav.pages').waitFor()
  await page.goto('/devices/import')
  await page.getByLabel('Berkas').setInputFiles({
    ...{ name: 'poem.txt', mimeType: 'text/plain', buffer: Buffer.from('Roses are red\n') },
  })
  await page.getByText('Tidak ada MAC atau alamat perangkat dalam berkas ini.').waitFor()
  await page.getByLabel('Berkas').setInputFiles(path)
  await page.getByRole('button', { name: 'Impor 1 perangkat' }).waitFor()
  expect([...(await auditPage(page)), ...(await axeFaults(page))]).toEqual([])
  await page.getByRole('button', { name: 'Impor 1 perangkat' }).click()
  await page.getByRole('status').filter({ hasText: '1 perangkat baru' }).waitFor()
})
