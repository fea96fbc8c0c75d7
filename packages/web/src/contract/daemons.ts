/** Which requests one daemon answers: where there are several, they name it (`?daemon=office`). */

const PATHS = [
  '/api/sniff',
  '/api/scan',
  '/api/portscan',
  '/api/bindings',
  '/api/firewall',
  '/api/drill/start',
]

export function takesDaemon(path: string): boolean {
  const [bare = ''] = path.split('?')
  return PATHS.some((one) => bare === one || bare.startsWith(`${one}/`))
}
