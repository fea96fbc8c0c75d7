/**
 * The built user interface, read wholly into memory at start: later nothing is
 * read from disk, which this process may no longer be allowed to do. Also the
 * few pages that work without it: login, and how to build it.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { type Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { html } from 'hono/html'
import { PAGE_SECRET_KEY } from '../contract/page-secret.js'
import { BASE_PATH_META, isPage } from '../contract/pages.js'
import { problem } from './problem.js'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

export interface StaticFile {
  body: Uint8Array<ArrayBuffer>
  type: string
  /** Smaller than the body, by content coding (RFC 9110 section 8.4); empty where nothing is gained. */
  encoded: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/** What the build has packed beside a file (`vite.config.ts`), in the order of preference. */
const CODINGS = { br: '.br', gzip: '.gz' }
const PACKED = new Set(Object.values(CODINGS))

/** Files by URL path; empty when there is no such directory. */
export function readUi(dir: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  if (!existsSync(dir)) return files
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name)
    if (!entry.isFile() || PACKED.has(extension)) continue
    const path = join(entry.parentPath, entry.name)
    files.set(`/${relative(dir, path)}`, staticFile(readFileSync(path), extension, packedBeside(path)))
  }
  return files
}

function packedBeside(path: string): [string, Uint8Array][] {
  return Object.entries(CODINGS)
    .filter(([, extension]) => existsSync(path + extension))
    .map(([coding, extension]) => [coding, readFileSync(path + extension)])
}

export function staticFile(
  bytes: Uint8Array,
  extension: string,
  packed: readonly (readonly [string, Uint8Array])[] = [],
): StaticFile {
  return {
    body: new Uint8Array(bytes),
    type: TYPES[extension] ?? 'application/octet-stream',
    encoded: new Map(packed.map(([coding, body]) => [coding, new Uint8Array(body)])),
  }
}

/** Vite puts content hashes into the names under assets/. */
const IMMUTABLE = /^\/assets\//

const LOGIN_SCRIPT_PATH = '/login.js'
const PAGE_STYLE_PATH = '/page.css'
/** Of the pages that work without the built ones. */
const OWN_FILES = new Set([LOGIN_SCRIPT_PATH, PAGE_STYLE_PATH])

/** `baseOf` gives the path below which whoever calls us by this host sees us. */
export function uiApp(files: ReadonlyMap<string, StaticFile>, baseOf: (host?: string) => string): Hono {
  const app = new Hono()
  const indexFor = (c: Context): StaticFile | null => {
    const index = files.get('/index.html')
    return index ? below(index, baseOf(c.get('seen')?.host)) : null
  }
  app.get('/login', (c) => {
    const index = indexFor(c)
    const headers = { 'Cache-Control': 'no-store' }
    if (!index) return c.html(loginPage(), 200, headers)
    return send(c, index, headers)
  })
  app.get(LOGIN_SCRIPT_PATH, (c) => c.body(LOGIN_SCRIPT, 200, { 'Content-Type': TYPES['.js'] ?? '' }))
  app.get(PAGE_STYLE_PATH, (c) => c.body(PAGE_STYLE, 200, { 'Content-Type': TYPES['.css'] ?? '' }))
  app.get('*', (c) => {
    const { path } = c.req
    const file = path === '/index.html' ? indexFor(c) : files.get(path)
    if (file) {
      const caching = IMMUTABLE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
      return send(c, file, { 'Cache-Control': caching })
    }
    if (IMMUTABLE.test(path)) return problem(c, 404, 'There is no such file.', { reason: 'NO_FILE' })
    if (!isPage(path)) return c.html(notFoundPage(), 404)
    const index = indexFor(c)
    if (!index) return c.html(notBuiltPage(), 503)
    return send(c, index, { 'Cache-Control': 'no-cache' })
  })
  app.all('*', (c) => {
    const { path } = c.req
    const isThere = isPage(path) || files.has(path) || OWN_FILES.has(path)
    if (!isThere) return problem(c, 404, 'There is no such page.', { reason: 'NO_ROUTE' })
    return problem(c, 405, 'Pages can only be read.', { reason: 'METHOD' }, { Allow: 'GET, HEAD' })
  })
  return app
}

/** The page with its addresses, which begin at the root, below a path, and told of it. */
function below(index: StaticFile, base: string): StaticFile {
  if (base === '') return index
  const text = new TextDecoder().decode(index.body)
  const moved = text.replace(/(href|src)="\/(?=[a-z])/g, `$1="${base}/`)
  const told = moved.replace(
    `name="${BASE_PATH_META}" content=""`,
    `name="${BASE_PATH_META}" content="${base}"`,
  )
  return { ...index, body: new TextEncoder().encode(told), encoded: new Map() }
}

function send(c: Context, { body, type, encoded }: StaticFile, headers: Record<string, string>): Response {
  const coding = accepts(c, {
    header: 'Accept-Encoding',
    supports: [...encoded.keys()],
    default: 'identity',
    match: (wanted, { supports, default: plain }) =>
      supports.find((one) => wanted.some(({ type: name, q }) => name === one && q > 0)) ?? plain,
  })
  const packed = encoded.get(coding)
  return c.body(packed ?? body, 200, {
    ...headers,
    'Content-Type': type,
    Vary: 'Accept-Encoding',
    ...(packed && { 'Content-Encoding': coding }),
  })
}

function page(title: string, body: unknown) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="stylesheet" href="/page.css" />
  </head>
  <body>
    <main>${body}</main>
  </body>
</html>`
}

function notBuiltPage() {
  return page(
    'NetWatcher',
    html`<h1>NetWatcher</h1>
      <p>The server runs, but its pages have not been built yet.</p>
      <p>In the checkout, run <code>npm start</code>, or only <code>npx pnpm build</code>, and start it again.</p>
      <p>The API works: see <a href="/api/docs">/api/docs</a>.</p>`,
  )
}

function notFoundPage() {
  return page(
    'NetWatcher: not found',
    html`<h1>There is no such page</h1>
      <p><a href="/">NetWatcher</a></p>`,
  )
}

function loginPage() {
  return page(
    'NetWatcher: log in',
    html`<h1>NetWatcher</h1>
      <p id="message" role="status"></p>
      <form id="login">
        <label for="token">Token or login link</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required />
        <button type="submit">Log in</button>
      </form>
      <p>
        A fresh link: <code>netwatcher-web --login-link</code>. The token is in the file <code>token</code> of the
        state directory.
      </p>
      <noscript><p>Logging in needs JavaScript.</p></noscript>
      <script src="/login.js"></script>`,
  )
}

/**
 * The link is a GET, and a GET must not log anybody in (link previews and
 * prefetching would spend it): the page posts the ticket. It leaves the address
 * bar and the history before anything else happens.
 */
const LOGIN_SCRIPT = `'use strict'
const form = document.getElementById('login')
const field = document.getElementById('token')
const message = document.getElementById('message')
const ticket = new URLSearchParams(location.search).get('token')
history.replaceState(null, '', '/login')

async function logIn(token) {
  message.textContent = 'Logging in …'
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    const answer = await response.json()
    if (response.ok) localStorage.setItem('${PAGE_SECRET_KEY}', answer.pageSecret)
    if (response.ok) return location.replace('/')
    message.textContent = answer.detail
  } catch {
    message.textContent = 'NetWatcher does not answer.'
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = field.value.trim()
  const inLink = /[?&]token=([^&\\s]+)/.exec(text)
  void logIn(inLink ? inLink[1] : text)
})
if (ticket) void logIn(ticket)
`

const PAGE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }
pre { overflow: auto; padding: 0.5rem; border: 1px solid #8884; border-radius: 4px; font-size: 0.85rem; }
details { margin: 0.25rem 0; }
summary { cursor: pointer; }
h3 { margin: 0.5rem 0 0; font-size: 1rem; }
input { display: block; width: 100%; max-width: 30rem; margin: 0.25rem 0 0.75rem; padding: 0.4rem; font: inherit; }
button { padding: 0.4rem 1rem; font: inherit; }
`
