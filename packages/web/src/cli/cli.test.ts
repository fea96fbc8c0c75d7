/** The parts of `netwatcher` over a real HTTP server with a fake daemon behind it. */

import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../storage/store.js'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { createTestApi, type TestApi, TOKEN } from '../testing/test-api.js'
import { Client, findPlace } from './client.js'
import { backup, report, restore } from './files.js'
import { scan, scanByDaemon } from './live.js'
import { showAlerts, showDevices, showStatus, showTokens, showTraffic } from './show.js'
import { parseUsage } from './usage.js'

let api: TestApi
let server: Server
let client: Client
let url: string
beforeAll(async () => {
  api = await createTestApi()
  api.daemon.link.connected(await api.daemon.api.getStatus())
  server = createServer(getRequestListener(api.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  client = new Client({ url, token: TOKEN })
  for (const dst of ['8.8.8.8', '2001:db8::9']) {
    await api.request('POST', '/api/traffic', { body: { dst, bytes: 4096 } })
  }
})
afterAll(async () => {
  await new Promise((resolve) => {
    server.closeAllConnections()
    server.close(resolve)
  })
  await api[Symbol.asyncDispose]()
})

test('every list is shown, for people and for programs', async () => {
  const usage = parseUsage(['devices'])
  const status = await showStatus(client)
  expect(status.text).toContain('daemon local (site default): connected')
  expect(status.text).toMatch(/^local +eth0 +running/m)
  const shown = [
    await showDevices(client, usage),
    await showAlerts(client, usage),
    await showTraffic(client, usage, Date.now()),
    await showTokens(client),
  ]
  for (const { json, text } of shown) {
    expect(text).toMatch(/^[A-Z]/)
    expect(Array.isArray(json)).toBe(true)
  }
  expect(shown[2]?.text).toContain('2001:db8::9')
})

test('a list is read page by page up to its limit', async () => {
  const limited = parseUsage(['traffic', '--limit', '1'])
  expect((await showTraffic(client, limited, Date.now())).json).toHaveLength(1)
  expect(await client.list('/api/traffic', 'traffic', 600)).toHaveLength(2)
})

test('a scan is told until its end, through the web part and without it', async () => {
  const lines: string[] = []
  const to = { isJson: true, write: (line: string) => void lines.push(line) }
  await scan(client, { daemon: null, isFast: true }, to)
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'scan', finished: true })
  lines.length = 0
  await scanByDaemon(api.daemon.api, false, to)
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ ip: '192.168.1.10' }),
  )
})

test.each([
  [{ token: 'wrong' }, 'permission_denied'],
  [{ url: 'http://127.0.0.1:1' }, 'unavailable'],
])('%j is told apart', async (change, code) => {
  const other = new Client({ url, token: TOKEN, ...change })
  await expect(showStatus(other)).rejects.toMatchObject({ code })
})

test('a read-only token is refused in words', async () => {
  const { token } = await client.post<{ token: string }>('/api/tokens', { name: 'reader', access: 'read' })
  const reader = new Client({ url, token })
  expect((await showStatus(reader)).text).toContain('connected')
  await expect(reader.request('GET', '/api/backup')).rejects.toMatchObject({ reason: 'READ_ONLY' })
})

test('where it is and which token: what is given wins, and it is never guessed', async () => {
  await using directory = await temporaryDirectory()
  const wanted = { url: null, tokenFile: null, stateDir: directory.path, environmentToken: undefined }
  expect(() => findPlace(wanted)).toThrow(expect.objectContaining({ reason: 'NO_TOKEN' }))
  expect(findPlace({ ...wanted, environmentToken: 'E' })).toEqual({
    url: 'http://127.0.0.1:5000',
    token: 'E',
  })
  writeFileSync(join(directory.path, 'own'), 'F\n')
  const tokenFile = join(directory.path, 'own')
  expect(findPlace({ ...wanted, tokenFile, url: 'https://x/nw/', environmentToken: 'E' })).toEqual({
    url: 'https://x/nw',
    token: 'F',
  })
  expect(() => findPlace({ ...wanted, environmentToken: 'E', url: 'file:///etc' })).toThrow('--url')
})

test('the token of the installation is for no place that somebody names', async () => {
  await using directory = await temporaryDirectory()
  writeFileSync(join(directory.path, 'token'), 'T'.repeat(43), { mode: 0o600 })
  const wanted = { tokenFile: null, stateDir: directory.path, environmentToken: undefined }
  expect(() => findPlace({ ...wanted, url: 'http://127.0.0.1:5000' })).toThrow('--token-file')
})

test('a backup of a store in use is whole, for its owner only, and without sessions', async () => {
  await using directory = await temporaryDirectory()
  const { store } = api.deps
  await store.sessions.create('s'.repeat(43), Date.now(), Date.now() + 1e9, null)
  const file = join(directory.path, 'copy.db')
  let isDone = false
  const writing = (async () => {
    while (!isDone) await api.request('POST', '/api/traffic', { body: { dst: '1.1.1.1', bytes: 1 } })
  })()
  await backup(client, file)
  isDone = true
  await writing
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file).includes('s'.repeat(43))).toBe(false)
  expect(readdirSync(directory.path)).toEqual(['copy.db'])
  const left = readdirSync(join(api.stateDir, 'state')).filter((name) => /backup/.test(name))
  expect(left).toEqual([])
  await expect(backup(client, file)).rejects.toMatchObject({ code: 'already_exists' })
})

test('restoring puts it in place, and keeps what was there', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'copy.db')
  await backup(client, file)
  const stateDir = join(directory.path, 'state')
  const before = await openStore({ stateDir, nowMs: Date.now })
  await expect(restore(stateDir, createReadStream(file), 1)).rejects.toMatchObject({
    reason: 'ALREADY_RUNNING',
  })
  await before.close()
  const kept = await restore(stateDir, createReadStream(file), 7)
  expect(kept).toBe(join(stateDir, 'netwatcher.db.replaced-7'))
  expect(existsSync(kept ?? '')).toBe(true)
  const store = await openStore({ stateDir, nowMs: Date.now })
  const { records } = await store.traffic.list({
    page: 1,
    pageSize: 10,
    order: { key: 'bytes', isDescending: true },
  })
  expect(records.map(({ dst }) => dst)).toEqual(expect.arrayContaining(['8.8.8.8', '2001:db8::9']))
  await store.close()
  expect(readdirSync(stateDir).filter((name) => name.includes('restore'))).toEqual([])
})

test.each([
  ['a text', 'BAD_BACKUP', () => Buffer.from('this is no database at all'.repeat(100))],
  ['a cut-off file', 'BAD_BACKUP', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['nothing', 'BAD_BACKUP', () => Buffer.alloc(0)],
  [
    'a newer schema',
    'NEWER_DATABASE',
    (whole: Buffer) => replaced(whole, 'Tokens0000000000016', 'Tokens9999999999999'),
  ],
])('%s is refused, and nothing is touched', async (_what, reason, change) => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'copy.db')
  await backup(client, file)
  writeFileSync(file, change(readFileSync(file)))
  const stateDir = join(directory.path, 'state')
  const store = await openStore({ stateDir, nowMs: Date.now })
  await store.close()
  const names = readdirSync(stateDir)
  const bytes = readFileSync(join(stateDir, 'netwatcher.db'))
  await expect(restore(stateDir, createReadStream(file), 7)).rejects.toMatchObject({ reason })
  expect(readdirSync(stateDir)).toEqual(names)
  expect(readFileSync(join(stateDir, 'netwatcher.db')).equals(bytes)).toBe(true)
})

function replaced(whole: Buffer, from: string, to: string): Buffer {
  const at = whole.indexOf(from)
  expect(at).toBeGreaterThan(0)
  return Buffer.concat([whole.subarray(0, at), Buffer.from(to), whole.subarray(at + from.length)])
}

test('a report says how it is, and not who or where', async () => {
  const text = JSON.stringify(await report(client, { kernel: '6.1' }))
  expect(text).toContain('"kernel":"6.1"')
  expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|([0-9a-f]{2}:){5}|2001:db8/)
})

test.each([
  [[], 'help'],
  [['--version'], 'version'],
  [['status', '--help'], 'help'],
  [['token', 'create', 'x'], 'token'],
])('%j is %s', (argv, command) => {
  expect(parseUsage(argv).command).toBe(command)
})

test.each([
  ['statuss'],
  ['status', 'x'],
  ['backup'],
  ['token'],
  ['traffic', '--last', 'year'],
  ['alerts', '--limit', '0'],
  ['status', '--nope'],
])('netwatcher %s is wrong usage', (...argv) => {
  expect(() => parseUsage(argv)).toThrow(expect.objectContaining({ reason: 'USAGE' }))
})
