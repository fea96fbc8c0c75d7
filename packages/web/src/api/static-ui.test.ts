import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { uiApp } from './static-ui.js'

const ROUTES = readFileSync(new URL('../ui/app/routes.tsx', import.meta.url), 'utf8')
const body = new TextEncoder().encode('<!doctype html>')
const app = uiApp(new Map([['/index.html', { body, type: 'text/html; charset=utf-8' }]]), () => '')

test('every page of the application can be opened by its address', async () => {
  const paths = [...ROUTES.matchAll(/path="([^"]+)"/g)].map(([, path]) => path ?? '')
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

test('below a path the pages say so, and their files are there', async () => {
  const body = new TextEncoder().encode(
    '<meta name="netwatcher-base-path" content="" /><link href="/favicon.svg" /><script src="/assets/a.js"></script>',
  )
  const pages = uiApp(new Map([['/index.html', { body, type: 'text/html' }]]), () => '/nw')
  for (const path of ['/', '/login', '/devices/1', '/index.html']) {
    expect(await (await pages.request(path)).text()).toBe(
      '<meta name="netwatcher-base-path" content="/nw" /><link href="/nw/favicon.svg" /><script src="/nw/assets/a.js"></script>',
    )
  }
})
