/** The path that all addresses of this server are below, as a reverse proxy shows it; empty in the ordinary case. */

import { BASE_PATH_META } from '../../contract/pages.js'

export const basePath =
  typeof document === 'undefined'
    ? ''
    : (document.querySelector<HTMLMetaElement>(`meta[name="${BASE_PATH_META}"]`)?.content ?? '')
