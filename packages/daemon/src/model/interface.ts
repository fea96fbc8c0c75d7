/** The network interfaces of this machine. */

export interface InterfaceAddress {
  ip: string
  prefixLength: number
}

export interface InterfaceInfo {
  name: string
  /** Empty when the link has no Ethernet address (tunnels). */
  mac: string
  isUp: boolean
  isLoopback: boolean
  isPointToPoint: boolean
  /** False for links without ARP (IFF_NOARP). */
  hasArp: boolean
  mtu: number
  addresses: InterfaceAddress[]
  /** Default gateways through this interface, the preferred one first. */
  gateways: string[]
}

/** What a sensor must know of its interface. */
export interface InterfaceFacts {
  /** Empty where the interface has no hardware address. */
  mac: string
  addresses: InterfaceAddress[]
  gateways: string[]
  /** The kernel forwards between interfaces. */
  isForwarding: boolean
  /** Addresses of nobody that this sensor is to answer for. */
  decoys: string[]
}
