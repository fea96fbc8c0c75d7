/** The addresses of the application's pages: what the server answers with the application, and nothing else. */

/** Name of the meta element that tells the page of the path which all of its addresses are below. */
export const BASE_PATH_META = 'netwatcher-base-path'

const PAGES = [
  '/',
  '/login',
  '/devices',
  '/devices/snapshots',
  '/devices/:id',
  '/traffic',
  '/alerts',
  '/alerts/:id',
  '/incidents',
  '/incidents/:id',
  '/firewall',
  '/status',
  '/status/notifications',
]

const PATTERNS = PAGES.map((page) => new RegExp(`^${page.replace(/:\w+/g, '[^/]+')}/?$`))

export function isPage(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path))
}
