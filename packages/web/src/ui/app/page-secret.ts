/**
 * What a page must send besides the cookie to change something. It is kept in
 * localStorage, which belongs to this origin with its port, so that it outlives
 * a reload and other tabs have it, too; without storage it lasts as long as the page.
 */

import { PAGE_SECRET_KEY } from '../../contract/page-secret.js'

export interface PageSecret {
  /** Null before the login. */
  get(): string | null
  set(secret: string): void
}

export function createPageSecret(storage: () => Storage): PageSecret {
  let own: string | null = null
  return {
    get: () => {
      try {
        return storage().getItem(PAGE_SECRET_KEY) ?? own
      } catch {
        return own
      }
    },
    set: (secret) => {
      own = secret
      try {
        storage().setItem(PAGE_SECRET_KEY, secret)
      } catch {
        // Storage is switched off in this browser: a reload asks to log in again.
      }
    },
  }
}
