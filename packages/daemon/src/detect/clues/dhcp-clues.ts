/** What a DHCP client says of itself when it asks for a lease (RFC 2132). */

import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Clues } from './clue.js'

const CLIENT = 1

export function dhcpClues(dhcp: Dhcpv4): Clues {
  const { operation, hostname, parameterRequestList, vendorClass, clientId } = dhcp
  if (operation !== CLIENT) return []
  return [
    ['dhcp_12', hostname ?? ''],
    ['dhcp_55', parameterRequestList.join(',')],
    ['dhcp_60', vendorClass ?? ''],
    ['dhcp_61', clientId ?? ''],
  ]
}
