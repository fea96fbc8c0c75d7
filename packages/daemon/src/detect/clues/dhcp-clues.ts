/** What a DHCP client says of itself when it asks for a lease (RFC 2132). */

import { isUnspecifiedIp } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { Clues } from './clue.js'

const CLIENT = 1

export function dhcpClues(dhcp: Dhcpv4): Clues {
  const { operation, hostname, parameterRequestList, vendorClass, clientId } = dhcp
  if (operation !== CLIENT) return isOffer(dhcp) ? [['role', 'dhcp-server']] : []
  return [
    ['dhcp_12', hostname ?? ''],
    ['dhcp_55', parameterRequestList.join(',')],
    ['dhcp_60', vendorClass ?? ''],
    ['dhcp_61', clientId ?? ''],
  ]
}

/** What a relay passes on is another's. */
function isOffer({ messageType, relayIp, hasRelayInformation }: Dhcpv4): boolean {
  return (
    (messageType === 'offer' || messageType === 'ack') && isUnspecifiedIp(relayIp) && !hasRelayInformation
  )
}
