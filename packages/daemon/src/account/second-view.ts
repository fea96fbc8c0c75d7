/**
 * Which traffic another watched interface counts, too: all of a bridge's port;
 * what other cards of this machine send and get; what this machine forwards from
 * here to a network that is counted there. Asked once for each row of a bucket.
 */

import {
  type Cidr,
  cidrContainsBytes,
  isLinkLocalIp,
  isMulticastIp,
  parseCidr,
  parseIpBytes,
} from '@netwatcher/shared'
import type { InterfaceFacts } from '../model/interface.js'
import type { TrafficRow } from '../model/traffic.js'

type Ends = Pick<TrafficRow, 'deviceMac' | 'remoteIp'> & {
  /** Behind which the remote side was last seen; empty when nothing came from it. */
  peerMac: string
}

interface Prefix {
  cidr: Cidr
  isThere: boolean
}

export class SecondViews {
  private readonly counted: ReadonlySet<string>
  /** The longest first. */
  private readonly prefixes: readonly Prefix[]

  constructor(private readonly facts: Pick<InterfaceFacts, 'mac' | 'gateways' | 'secondView'>) {
    const { countedMacs, countedThere, countedHere } = facts.secondView
    this.counted = new Set(countedMacs)
    const prefixes = [...toPrefixes(countedThere, true), ...toPrefixes(countedHere, false)]
    this.prefixes = prefixes.sort((a, b) => b.cidr.prefixLength - a.cidr.prefixLength)
  }

  has(ends: Ends): boolean {
    const { deviceMac, peerMac } = ends
    if (this.facts.secondView.isWhole) return true
    return this.counted.has(deviceMac) || this.counted.has(peerMac) || this.isForwarded(ends)
  }

  private isForwarded({ deviceMac, peerMac, remoteIp }: Ends): boolean {
    const { mac, gateways } = this.facts
    // Of what nobody answers, the way is known only where this machine is the only one.
    const isThroughUs = peerMac === '' ? gateways.length === 0 : peerMac === mac
    if (!isThroughUs || deviceMac === mac || remoteIp === '' || this.prefixes.length === 0) return false
    if (isMulticastIp(remoteIp) || remoteIp === '255.255.255.255' || isLinkLocalIp(remoteIp)) return false
    const bytes = parseIpBytes(remoteIp)
    return (
      bytes !== null && this.prefixes.find(({ cidr }) => cidrContainsBytes(cidr, bytes))?.isThere === true
    )
  }
}

function toPrefixes(cidrs: readonly string[], isThere: boolean): Prefix[] {
  return cidrs.flatMap((text) => {
    const cidr = parseCidr(text)
    return cidr ? [{ cidr, isThere }] : []
  })
}
