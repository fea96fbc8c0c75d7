/**
 * What the rules of a block would have stopped of one stored conversation, as
 * iptables on this machine would: FROM and TO chains see what comes to this
 * machine, what leaves it, and what it forwards from one of its links to
 * elsewhere. What is sent to all is left out, because others still get it. Pure.
 */

import {
  type Cidr,
  cidrContains,
  cidrLast,
  isLinkLocalIp,
  isMulticastIp,
  parseCidr,
} from '@netwatcher/shared'
import type { Reach } from '../daemon/types.js'

/** What is blocked: by address both directions, by MAC only what comes from it. */
export interface CutTargets {
  cidrs: readonly Cidr[]
  deviceIds: ReadonlySet<number>
  /** That the devices have, for conversations which name them by address only. */
  deviceIps: ReadonlySet<string>
  /** Of a quarantine: what all others have forwarded is dropped on the way out. Null for a block. */
  admittedIds: ReadonlySet<number> | null
}

/** A conversation as one sensor counted it. */
export interface CountedConversation {
  /** Negative: another sensor counts the same packets, perhaps as somebody else's. */
  sensorId: number
  deviceId: number
  deviceIp: string
  isSelf: boolean
  remoteIp: string
  protocol: number
  port: number
  txBytes: number
  rxBytes: number
}

export interface Loss {
  txBytes: number
  rxBytes: number
}

const DNS_PORT = 53
/** TCP and UDP. */
const DNS_PROTOCOLS: ReadonlySet<number> = new Set([6, 17])

export class CutLosses {
  private readonly own: ReadonlySet<string>
  private readonly dnsServers: ReadonlySet<string>
  private readonly subnets: readonly (Cidr & { isServed: boolean })[]

  constructor(
    private readonly targets: CutTargets,
    { ownAddresses, ownSubnets, servedSubnets, dnsServers }: Reach,
  ) {
    this.dnsServers = new Set(dnsServers)
    this.own = new Set(ownAddresses)
    this.subnets = ownSubnets.flatMap((text) => {
      const cidr = parseCidr(text)
      return cidr ? [{ ...cidr, isServed: servedSubnets.includes(text) }] : []
    })
  }

  /** Null when the rules would have let all of it pass. */
  of(one: CountedConversation): Loss | null {
    if (!this.passesHere(one)) return null
    if (this.targets.admittedIds) return this.ofNewcomer(one, this.targets.admittedIds)
    const [device, remote] = [this.isCut(one.deviceIp), this.isCut(one.remoteIp)]
    const fromDevice = device || this.targets.deviceIds.has(one.deviceId)
    const fromRemote = remote || this.targets.deviceIps.has(one.remoteIp)
    // Where the far end alone is meant, whoever counts these packets once has them all.
    if (!fromDevice && one.sensorId < 0 && !this.subnetOf(one.remoteIp)) return null
    const txBytes = fromDevice || remote ? one.txBytes : 0
    const rxBytes = fromRemote || device ? one.rxBytes : 0
    return txBytes + rxBytes > 0 ? { txBytes, rxBytes } : null
  }

  private ofNewcomer(one: CountedConversation, admitted: ReadonlySet<number>): Loss | null {
    const { deviceId, deviceIp, remoteIp, protocol, port, txBytes } = one
    const isOwn = one.isSelf || this.own.has(deviceIp) || this.own.has(remoteIp)
    const isDns = port === DNS_PORT && DNS_PROTOCOLS.has(protocol) && this.dnsServers.has(remoteIp)
    if (isOwn || isDns || admitted.has(deviceId) || !this.subnetOf(deviceIp)?.isServed) return null
    return txBytes > 0 ? { txBytes, rxBytes: 0 } : null
  }

  private isCut(ip: string): boolean {
    return ip !== '' && this.targets.cidrs.some((cidr) => cidrContains(cidr, ip))
  }

  private passesHere({ isSelf, deviceIp, remoteIp }: CountedConversation): boolean {
    if (remoteIp === '' || this.isForAll(remoteIp)) return false
    if (isSelf || this.own.has(deviceIp) || this.own.has(remoteIp)) return true
    if (deviceIp === '' || isLinkLocalIp(deviceIp) || isLinkLocalIp(remoteIp)) return false
    const [here, there] = [this.subnetOf(deviceIp), this.subnetOf(remoteIp)]
    return here !== there && (here?.isServed === true || there?.isServed === true)
  }

  private subnetOf(ip: string) {
    return this.subnets.find((subnet) => cidrContains(subnet, ip))
  }

  private isForAll(ip: string): boolean {
    const subnet = this.subnetOf(ip)
    const isDirected = subnet !== undefined && ip.includes('.') && cidrLast(subnet) === ip
    return isMulticastIp(ip) || ip === '255.255.255.255' || (isDirected && subnet.prefixLength <= 30)
  }
}

/**
 * Of the same conversation as several sensors counted it: first views count
 * different packets, second views the same ones again.
 */
export function mergeLosses(losses: readonly (Loss & { sensorId: number })[]): Loss {
  const sum = (views: readonly Loss[]) => ({
    txBytes: views.reduce((bytes, view) => bytes + view.txBytes, 0),
    rxBytes: views.reduce((bytes, view) => bytes + view.rxBytes, 0),
  })
  const total = ({ txBytes, rxBytes }: Loss) => txBytes + rxBytes
  const firsts = sum(losses.filter(({ sensorId }) => sensorId >= 0))
  const seconds = losses.filter(({ sensorId }) => sensorId < 0)
  const { txBytes, rxBytes } = seconds.reduce<Loss>(
    (most, view) => (total(view) > total(most) ? view : most),
    firsts,
  )
  return { txBytes, rxBytes }
}
