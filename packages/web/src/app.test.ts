import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { staticFile } from './api/static-ui.js'
import { startApp } from './app.js'
import { readToken } from './auth/token.js'
import { defaultConfig } from './config.js'
import { DaemonClient } from './daemon/client.js'
import { Listed } from './identity/listed.js'
import { isOwnFile } from './os/hand-over.js'
import { silentLogger } from './os/log.js'
import { prepareMigrated } from './testing/migrated-state.js'
import { temporaryDirectory } from './testing/temporary-directory.js'

async function start() {
  const directory = await temporaryDirectory()
  const config = defaultConfig()
  config.http.port = 0
  config.state.directory = join(directory.path, 'state')
  await prepareMigrated(config.state.directory)
  const body = new TextEncoder().encode('<!doctype html><title>UI</title>')
  const app = await startApp({
    version: '0.0.0-test',
    config,
    connect: () => new DaemonClient(join(directory.path, 'none'), process.getuid?.() ?? 0),
    log: silentLogger,
    ui: new Map([
      ['/index.html', staticFile(body, '.html')],
      ['/assets/app-1a2b.js', staticFile(body, '.js')],
    ]),
    loadVendors: () => ({}),
    loadCountries: () => new Uint8Array(),
    listed: Listed.read(''),
    reverse: async () => [],
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    isClockSynchronized: () => true,
    onDatabaseLost: () => {},
  })
  const token = readToken(join(config.state.directory, 'token'))
  const { port } = new URL(app.url)
  return {
    app,
    token,
    stateDir: config.state.directory,
    port: Number(port),
    get: (path: string) => fetch(app.url + path, { headers: { authorization: `Bearer ${token}` } }),
    async [Symbol.asyncDispose]() {
      await app.stop()
      await directory[Symbol.asyncDispose]()
    },
  }
}

/** Sends bytes as they are; the answer's first line, or '' when the connection is just closed. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.on('data', (chunk) => {
      answer += chunk
      socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''))
  })
}

test('what it leaves behind when it is killed may be handed to the next start', async () => {
  await using run = await start()
  const names = readdirSync(run.stateDir)
  expect(names.length).toBeGreaterThan(3)
  expect(names.filter((name) => !isOwnFile(name))).toEqual([])
})

test('it serves stored data and pages while there is no daemon', async () => {
  await using run = await start()
  expect(await (await run.get('/api/status')).json()).toMatchObject({
    daemon: { connected: false },
    storage: { error: '' },
  })
  expect((await run.get('/api/devices')).status).toBe(200)
  for (const path of ['/', '/devices', '/devices/', '/devices/aa:bb:cc:dd:ee:01', '/index.html']) {
    const page = await fetch(run.app.url + path)
    expect(await page.text()).toContain('<title>UI</title>')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('strict-transport-security')).toBeNull()
    expect(page.headers.get('cache-control')).toBe('no-cache')
  }
  const asset = await fetch(`${run.app.url}/assets/app-1a2b.js`)
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${run.app.url}/assets/gone.js`)).status).toBe(404)
  expect((await fetch(`${run.app.url}/`, { method: 'HEAD' })).status).toBe(200)
})

test.each([
  ['another host in absolute form', 'GET http://evil.example/api/status HTTP/1.1\r\nHost: HOST\r\n\r\n', 421],
  [
    'a good target with a foreign Host',
    'GET http://HOST/api/status HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    421,
  ],
  ['no Host', 'GET /api/status HTTP/1.1\r\n\r\n', 400],
  ['an empty Host', 'GET /api/status HTTP/1.1\r\nHost:\r\n\r\n', 4],
  ['two Hosts', 'GET /api/status HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n', 4],
  ['HTTP/1.0 without Host', 'GET /api/status HTTP/1.0\r\n\r\n', 4],
  ['user information in the target', 'GET http://HOST@evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n', 4],
  ['garbage', '\u0000\u0001\u0002\r\n\r\n', 400],
  [
    'both lengths',
    'POST /api/traffic HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
  ['a negative length', 'POST /api/traffic HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n', 400],
  ['a huge header', `GET / HTTP/1.1\r\nHost: HOST\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n', 4],
  ['an encoded way up', 'GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: HOST\r\n\r\n', 404],
])('raw request with %s', async (_name, text, status) => {
  await using run = await start()
  const line = await raw(run.port, text.replaceAll('HOST', `127.0.0.1:${run.port}`))
  // A bare 4 allows any refusal, or a closed connection.
  if (status === 4) expect(line).toMatch(/^(HTTP\/1\.1 4\d\d.*)?$/)
  else expect(line).toContain(` ${status} `)
  expect((await run.get('/api/session')).status).toBe(200)
})

test('the line of curl without a body and its type is understood', async () => {
  await using run = await start()
  const headers = `Host: 127.0.0.1:${run.port}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\nAuthorization: Bearer ${run.token}`
  const line = await raw(run.port, `POST /api/sniff/start HTTP/1.1\r\n${headers}\r\n\r\n`)
  // There is no daemon here; the request itself was in order.
  expect(line).toContain(' 503 ')
})

test('what is no page is not found', async () => {
  await using run = await start()
  for (const path of ['/nonsense', '/devices/1/2', '/api.html', '/Devices', '/.env']) {
    const answer = await fetch(run.app.url + path)
    expect([path, answer.status]).toEqual([path, 404])
    expect(await answer.text()).not.toContain('<title>UI</title>')
  }
})

test('a client that vanishes in the middle of its body harms nobody', async () => {
  await using run = await start()
  const headers = `Host: 127.0.0.1:${run.port}\r\nAuthorization: Bearer ${run.token}\r\nContent-Type: application/json`
  await new Promise<void>((resolve) => {
    const socket = connect(run.port, '127.0.0.1', () => {
      socket.write(`POST /api/traffic HTTP/1.1\r\n${headers}\r\nContent-Length: 100\r\n\r\n{"dst"`, () =>
        socket.destroy(),
      )
    })
    socket.on('close', () => resolve())
  })
  expect(await (await run.get('/api/traffic')).json()).toMatchObject({ total: 0 })
})

test('a chunked body beyond the limit is refused', async () => {
  await using run = await start()
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${run.token}`, 'content-type': 'application/json' }
    const post = request(`${run.app.url}/api/traffic`, { method: 'POST', headers }, ({ statusCode }) =>
      resolve(statusCode),
    )
    post.on('error', reject)
    for (let i = 0; i < 10; i++) post.write('x'.repeat(10_000))
    post.end()
  })
  expect(status).toBe(413)
})

test('it stops promptly with live streams open', async () => {
  const run = await start()
  const events = await run.get('/api/events')
  expect(events.status).toBe(200)
  const startedMs = performance.now()
  await run[Symbol.asyncDispose]()
  expect(performance.now() - startedMs).toBeLessThan(5000)
})

test('a port in use is a sentence, and the state directory is free again', async () => {
  await using run = await start()
  await using directory = await temporaryDirectory()
  const config = defaultConfig()
  config.http.port = run.port
  config.state.directory = directory.path
  const attempt = () =>
    startApp({
      version: '',
      config,
      connect: () => new DaemonClient('/none', 0),
      log: silentLogger,
      ui: new Map(),
      loadVendors: () => ({}),
      loadCountries: () => new Uint8Array(),
      listed: Listed.read(''),
      reverse: async () => [],
      nowMs: Date.now,
      monotonicMs: () => 0,
      isClockSynchronized: () => true,
      onDatabaseLost: () => {},
    })
  await expect(attempt()).rejects.toMatchObject({ reason: 'CANNOT_LISTEN' })
  await expect(attempt()).rejects.toMatchObject({ reason: 'CANNOT_LISTEN' })
})
