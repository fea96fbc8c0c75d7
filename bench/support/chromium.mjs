/** Chromium, signed in to a web app, and what a page costs it: tasks of the page's thread, and the pace of its frames. */

import { createRequire } from 'node:module'

const { chromium } = createRequire(new URL('../../packages/web/package.json', import.meta.url))(
  'playwright-core',
)
const LAUNCH = {
  executablePath: '/usr/bin/chromium',
  args: [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
}

export const openChromium = () => chromium.launch(LAUNCH)

/** A page of its own profile, at Home. */
export async function signIn(browser, app) {
  const context = await browser.newContext({
    baseURL: app.url,
    locale: 'en-US',
    viewport: { width: 1280, height: 900 },
  })
  const page = await context.newPage()
  await page.goto(app.loginLink())
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  return page
}

/**
 * The longest task of the page's thread while `act` ran, in milliseconds by the
 * clock (as the browser's `longtask` has it) and of CPU: where other work takes
 * the cores, only the second one is of the page.
 */
export async function traceTasks(page, act) {
  const browser = page.context().browser()
  await browser.startTracing(page, { categories: ['toplevel'] })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
  const isOfPages = pageThreads(traceEvents)
  const tasks = traceEvents.filter((one) => one.name.endsWith('::RunTask') && isOfPages(one))
  if (tasks.length === 0) throw new Error('Chromium has traced no task of the page')
  const longest = (key) => tasks.reduce((most, one) => Math.max(most, one[key] ?? 0), 0) / 1000
  return { taskMs: longest('dur'), cpuMs: longest('tdur') }
}

function pageThreads(events) {
  const key = ({ pid, tid }) => `${pid} ${tid}`
  const named = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const threads = new Set(named.map(key))
  return (event) => threads.has(key(event))
}

/** Milliseconds between the frames of the page while `act` ran. */
export async function watchFrames(page, act) {
  const watch = await page.evaluateHandle(() => {
    const watched = { times: [], frame: 0 }
    let last = performance.now()
    const next = (now) => {
      watched.times.push(now - last)
      last = now
      watched.frame = requestAnimationFrame(next)
    }
    watched.frame = requestAnimationFrame(next)
    return watched
  })
  await act()
  return await watch.evaluate(({ times, frame }) => {
    cancelAnimationFrame(frame)
    return times
  })
}
