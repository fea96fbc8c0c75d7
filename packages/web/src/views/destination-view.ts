/** Destinations as the contract shows them: name, service, how far away and in which country. */

import { reachOf, serviceOf } from '@netwatcher/shared/destinations'
import type { DestinationRecord, DomainRecord } from '../contract/traffic.js'
import type { Countries } from '../identity/countries.js'
import type { DestinationTotal, DomainTotal } from '../storage/traffic-lists.js'
import type { Views } from './views.js'

export function destinationView(
  total: DestinationTotal,
  views: Pick<Views, 'addressName'>,
  countries: Countries,
): DestinationRecord {
  const dstName = views.addressName(total.site, total.dst, total.dstName)
  return {
    ...total,
    dstName,
    service: dstName === null ? null : serviceOf(dstName),
    reach: reachOf(total.dst),
    country: countries.countryOf(total.dst),
    bytes: total.txBytes + total.rxBytes,
  }
}

export function domainView(total: DomainTotal): DomainRecord {
  const service = total.domain === null ? null : serviceOf(total.domain)
  return { ...total, service, bytes: total.txBytes + total.rxBytes }
}
