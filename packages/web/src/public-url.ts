/**
 * `http.public_url`: where people reach the web part when that is not where it
 * listens, for example through a reverse proxy. Links are made of it, its host
 * is one of ours, and below its path everything is served as well.
 */

export interface PublicPlace {
  /** Without a slash at its end; null when there is none. */
  url: string | null
  /** As a browser sends it, with the port unless it is the scheme's own. */
  host: string | null
  /** Of all paths, for example `/netwatcher`; empty when there is none. */
  basePath: string
}

/** `text` is empty, or was checked by the settings. */
export function publicPlace(text: string): PublicPlace {
  if (text === '') return { url: null, host: null, basePath: '' }
  const { origin, host, pathname } = new URL(text)
  const basePath = pathname.replace(/\/+$/, '')
  return { url: origin + basePath, host, basePath }
}

/** HTTP, no credentials, nothing behind a path of plain segments. */
export function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash, pathname } = new URL(text)
  const isBare = username + password + search + hash === '' && !/[?#]/.test(text)
  return /^https?:$/.test(protocol) && isBare && /^(\/[\w.~-]+)*\/?$/.test(pathname)
}
