/** The station that a frame tells of: its sender, or the client whose DHCP request a relay passes on. */

import type { Packet } from '../../wire/packet.js'

export function stationOf({ payload, ethernet }: Packet): string {
  const isRequest = payload.type === 'dhcpv4' && payload.dhcp.operation === 1
  return isRequest ? payload.dhcp.clientMac : ethernet.sourceMac
}
