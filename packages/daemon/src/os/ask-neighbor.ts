/**
 * Has the kernel find out the MAC of a neighbour: one empty datagram to the
 * discard port (RFC 863), for which it must ask by ARP or Neighbour Discovery.
 * The answer is in the neighbour table afterwards, or FAILED is.
 */

import { createSocket } from 'node:dgram'

const DISCARD_PORT = 9

/** Never throws: whoever cannot be reached is not asked. */
export function askNeighbor(ip: string, interfaceName: string): Promise<void> {
  const isLinkLocal = ip.startsWith('fe80:')
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    const end = () => socket.close(() => resolve())
    socket.on('error', end)
    socket.send('', DISCARD_PORT, isLinkLocal ? `${ip}%${interfaceName}` : ip, end)
  })
}
