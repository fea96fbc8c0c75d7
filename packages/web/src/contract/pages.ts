/** The addresses of the application's pages: what the server answers with the application, and nothing else. */

const PAGES = [
  '/',
  '/login',
  '/devices',
  '/devices/snapshots',
  '/devices/:id',
  '/traffic',
  '/alerts',
  '/alerts/:id',
  '/firewall',
  '/status',
]

const PATTERNS = PAGES.map((page) => new RegExp(`^${page.replace(/:\w+/g, '[^/]+')}/?$`))

export function isPage(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path))
}
