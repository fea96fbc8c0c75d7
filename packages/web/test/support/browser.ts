/**
 * Chromium for the browser tests. Each page keeps a list of what must not
 * happen on any page: errors in the console, violations of the content
 * security policy, requests to another origin.
 */

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface WatchedPage extends AsyncDisposable {
  page: Page
  faults: string[]
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'en-US',
    viewport: { width: 1280, height: 900 },
    ...options,
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isSessionProbe(message.text(), message.location().url)) {
      faults.push(`console: ${message.text()} ${message.location().url}`)
    }
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    const isOwn = url.origin === origin || url.protocol === 'blob:'
    if (!isOwn) faults.push(`request to ${url.origin}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  return { page, faults, [Symbol.asyncDispose]: () => context.close() }
}

/** Before signing in, the question who we are is answered 401, and Chromium logs every 401. */
function isSessionProbe(text: string, url: string): boolean {
  return text.includes('401') && url.endsWith('/api/session')
}
