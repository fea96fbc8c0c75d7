/**
 * Pages in Chromium on the real web app over a fake daemon, a fresh one for each
 * test of a file: what a test needs to say is only what the daemon tells and
 * what the page then shows.
 */

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { StaticFile } from '../../src/api/static-ui.js'
import { launchBrowser, openPage, type WatchedPage } from './browser.js'
import { buildUi, type FakeSystem, startFakeSystem } from './fake-system.js'

type Look = Parameters<typeof openPage>[2]

/** Of the test that runs now. */
export interface FakePages extends Pick<FakeSystem, 'app' | 'daemon' | 'token'> {
  /** A page that nobody is signed in to; of another system than that of the test where one is named. */
  open(look?: Look, system?: FakeSystem): Promise<WatchedPage>
  /** A page that is signed in, its live stream open. */
  signIn(look?: Look, system?: FakeSystem): Promise<WatchedPage>
  /** A second system, with daemons of these names besides its first. */
  another(...names: string[]): Promise<FakeSystem>
  /** As a program with the token of the system. */
  request(method: string, path: string, body?: object): Promise<Response>
}

/** Registers what has to run before and after the tests of the file that calls it. */
export function fakePages(): FakePages {
  let ui: ReadonlyMap<string, StaticFile>
  let browser: Browser | undefined
  let current: FakeSystem | undefined

  beforeAll(async () => {
    ui = await buildUi()
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    const system = await startFakeSystem(ui)
    current = system
    return () => system[Symbol.asyncDispose]()
  })

  function ofNow(): FakeSystem {
    if (!current) throw new Error('there is a system only while a test runs')
    return current
  }
  function open(look: Look = {}, system = ofNow()): Promise<WatchedPage> {
    if (!browser) throw new Error('there is a browser only while a test runs')
    return openPage(browser, system.app.url, look)
  }
  return {
    get app() {
      return ofNow().app
    },
    get daemon() {
      return ofNow().daemon
    },
    get token() {
      return ofNow().token
    },
    open,
    async signIn(look, system = ofNow()) {
      const watched = await open(look, system)
      await watched.page.goto(system.app.loginLink())
      // Narrow pages have the word for readers of the screen alone.
      const pill = watched.page.getByRole('banner').getByRole('status')
      await pill.getByText(/^(Watching|Mengawasi)$/).waitFor({ state: 'attached' })
      return watched
    },
    another: (...names) => startFakeSystem(ui, ...names),
    request(method, path, body) {
      const { app, token } = ofNow()
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      return fetch(app.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    },
  }
}
