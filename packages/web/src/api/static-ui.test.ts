import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readUi, type StaticFile, staticFile, uiApp } from './static-ui.js'

const PATHS = readFileSync(new URL('../ui/app/paths.ts', import.meta.url), 'utf8')
const script = new TextEncoder().encode('let a = 1\n'.repeat(1000))

/** As the build leaves them: what gains by it is packed beside itself. */
function builtPages(): Map<string, StaticFile> {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-ui-'))
  mkdirSync(join(directory, 'assets'))
  const files = {
    'index.html': '<!doctype html>',
    'assets/a.js': script,
    'assets/a.js.br': brotliCompressSync(script),
    'assets/a.js.gz': gzipSync(script),
    'favicon.ico': script,
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes)
  const pages = readUi(directory)
  rmSync(directory, { recursive: true })
  return pages
}

const app = uiApp(builtPages(), () => '')

test.each<[string | undefined, string | null, (bytes: Buffer) => Buffer]>([
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ['identity', null, (bytes) => bytes],
  [undefined, null, (bytes) => bytes],
])('to whom takes %s a script is sent as %s', async (wanted, coding, decode) => {
  const headers: Record<string, string> = wanted === undefined ? {} : { 'Accept-Encoding': wanted }
  const answer = await app.request('/assets/a.js', { headers })
  expect(answer.headers.get('Content-Encoding')).toBe(coding)
  expect(answer.headers.get('Vary')).toBe('Accept-Encoding')
  const sent = Buffer.from(await answer.arrayBuffer())
  expect(decode(sent).equals(script)).toBe(true)
  if (coding) expect(sent.length).toBeLessThan(script.length / 10)
})

test('what is packed beside a file is no file of its own, and what is not packed is sent as it is', async () => {
  expect((await app.request('/assets/a.js.br')).status).toBe(404)
  const answer = await app.request('/favicon.ico', { headers: { 'Accept-Encoding': 'br' } })
  expect(answer.headers.get('Content-Encoding')).toBeNull()
})

test('every page of the application can be opened by its address', async () => {
  const paths = [...PATHS.matchAll(/'(\/[^']*)'/g)].map(([, path]) => path ?? '')
  expect(paths.length).toBeGreaterThan(8)
  for (const path of paths) {
    const answer = await app.request(path.replace(/:\w+/g, 'x'))
    expect([path, answer.status]).toEqual([path, 200])
  }
})

test('other addresses are not found, also before the pages are built', async () => {
  expect((await app.request('/nonsense')).status).toBe(404)
  const bare = uiApp(new Map(), () => '')
  expect((await bare.request('/nonsense')).status).toBe(404)
  expect((await bare.request('/devices')).status).toBe(503)
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
  '%s: what is there can only be read, what is not is not found',
  async (method) => {
    for (const path of ['/', '/devices', '/login', '/favicon.ico', '/page.css']) {
      const answer = await app.request(path, { method })
      expect([path, answer.status, answer.headers.get('Allow')]).toEqual([path, 405, 'GET, HEAD'])
    }
    for (const path of ['/nonsense', '/assets/none.js']) {
      const answer = await app.request(path, { method })
      expect([path, answer.status, answer.headers.get('Allow')]).toEqual([path, 404, null])
    }
  },
)

test('below a path the pages say so, and their files are there', async () => {
  const body = new TextEncoder().encode(
    '<meta name="netwatcher-base-path" content="" /><link href="/favicon.svg" /><script src="/assets/a.js"></script>',
  )
  const pages = uiApp(new Map([['/index.html', staticFile(body, '.html')]]), () => '/nw')
  for (const path of ['/', '/login', '/devices/1', '/index.html']) {
    expect(await (await pages.request(path)).text()).toBe(
      '<meta name="netwatcher-base-path" content="/nw" /><link href="/nw/favicon.svg" /><script src="/nw/assets/a.js"></script>',
    )
  }
})
