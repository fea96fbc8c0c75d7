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
  kind: InterfaceKind
  /** The bridge, bond or VRF that it is a port of; empty when it is none. */
  master: string
  /** The interface that it sends through (VLAN, MACVLAN); empty when there is none. */
  lower: string
}

/** `physical` has a device of its own; `pair` is one end of a cable to another namespace (veth(4)). */
export type InterfaceKind = 'physical' | 'bridge' | 'pair' | 'tap' | 'virtual'

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
  /** Of all interfaces of this machine. */
  ownMacs: string[]
  /** A bridge whose ports all lead to containers or virtual machines of this machine. */
  isGuestBridge: boolean
  secondView: SecondView
  /** That this machine asks; empty unless it is watched whether the internet can be reached. */
  resolvers: string[]
}

/** What other watched interfaces count, too: it is no part of totals here. */
export interface SecondView {
  /** Everything: a port of a watched bridge or bond, a tagged interface on a watched card. */
  isWhole: boolean
  /** MAC addresses of other watched interfaces, which count what these send and get. */
  countedMacs: string[]
  /** CIDRs: what this machine forwards from here to there is counted there, or here; the longest prefix decides. */
  countedThere: string[]
  countedHere: string[]
}

/** Of an interface of which nothing is known. */
export const NO_FACTS: InterfaceFacts = {
  mac: '',
  addresses: [],
  gateways: [],
  isForwarding: false,
  decoys: [],
  ownMacs: [],
  isGuestBridge: false,
  secondView: { isWhole: false, countedMacs: [], countedThere: [], countedHere: [] },
  resolvers: [],
}
