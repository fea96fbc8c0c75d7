/**
 * Finds IPv6 neighbours, whose subnets are too large to sweep. All nodes are
 * asked at once (all-nodes.ts), from each of our addresses, so that hosts
 * answer from their address of the same scope; then a neighbour solicitation
 * (RFC 4861 section 7.2) asks for the addresses that hosts are likely to have
 * besides: their interface identifier in each of our /64 prefixes.
 */

import {
  cidrContains,
  formatIp,
  isLinkLocalIp,
  isUnspecifiedIp,
  makeCidr,
  parseIpBytes,
} from '@netwatcher/shared'
import { encodeNeighborSolicitation, ipv6MulticastMac, solicitedNodeGroup } from '../wire/encode-ip.js'
import type { IpHeader } from '../wire/ip.js'
import type { Packet } from '../wire/packet.js'
import { ALL_NODES, encodeMulticastProbes } from './all-nodes.js'
import { MAX_IPV6_HOSTS } from './found-hosts.js'
import { Rounds } from './rounds.js'
import {
  isForeignFrame,
  randomIdentifier,
  type ScanContext,
  type ScanPart,
  sighting,
} from './scan-context.js'

/** Nobody knows how many should answer, so all nodes are simply asked twice. */
const ALL_NODES_ROUNDS = 2
/** Those asked have just answered, so a lost frame is all that has to be made up for. */
const SOLICITATION_ROUNDS = 2

export class Ipv6Scanner implements ScanPart {
  private readonly identifier: number
  private readonly ownIps: string[]
  private solicited: string[] = []
  private rounds: Rounds | null = null

  constructor(private readonly context: ScanContext) {
    this.identifier = randomIdentifier(context.random)
    this.ownIps = context.facts.addresses.map(({ ip }) => ip).filter((ip) => ip.includes(':'))
  }

  start(onDone: (error: unknown) => void): void {
    const questions = {
      count: this.ownIps.length,
      isAnswered: () => false,
      ask: (index: number) => this.askAllNodes(this.ownIps[index] ?? ''),
    }
    this.startRounds(ALL_NODES_ROUNDS, questions, (error) => {
      if (error) onDone(error)
      else this.solicit(onDone)
    })
  }

  cancel(): void {
    this.rounds?.cancel()
  }

  observe(packet: Packet): void {
    if (packet.payload.type !== 'icmpv6' || !isForeignFrame(packet, this.context.facts)) return
    const { ip, icmp } = packet.payload
    const { sourceMac } = packet.ethernet
    if (!icmp.isChecksumRight || !this.isOnLink(ip.source)) return
    if (icmp.kind === 'echo_reply' && icmp.identifier === this.identifier) {
      this.context.found.add(sighting(packet, ip.source, sourceMac, 'icmp_echo'))
    } else if (icmp.kind === 'error' && this.isOurProbe(icmp.quoted)) {
      this.context.found.add(sighting(packet, ip.source, sourceMac, 'ip_source'))
    } else if (icmp.kind === 'neighbor_advertisement' && this.isOnLink(icmp.target)) {
      this.context.found.add(sighting(packet, icmp.target, icmp.targetMac ?? sourceMac, 'nd'))
    } else if (icmp.kind === 'neighbor_solicitation' && !isUnspecifiedIp(ip.source)) {
      this.context.found.add(sighting(packet, ip.source, icmp.sourceMac ?? sourceMac, 'nd'))
    }
  }

  private solicit(onDone: (error: unknown) => void): void {
    this.solicited = this.likelyAddresses()
    const questions = {
      count: this.solicited.length,
      isAnswered: (index: number) => this.context.found.has(this.solicited[index] ?? ''),
      ask: (index: number) => this.sendSolicitation(this.solicited[index] ?? ''),
    }
    this.startRounds(SOLICITATION_ROUNDS, questions, onDone)
  }

  private startRounds(
    count: number,
    questions: ConstructorParameters<typeof Rounds>[3],
    onDone: (error: unknown) => void,
  ): void {
    const { timers, pacer, pace } = this.context
    this.rounds = new Rounds(timers, pacer, pace.waitsMs.slice(0, count), questions, onDone)
    this.rounds.start()
  }

  /** The interface identifiers of all hosts found, in each /64 of ours where they were not found. */
  private likelyAddresses(): string[] {
    const { found, facts } = this.context
    const hosts = found.bindings().filter(({ ip }) => isLinkLocalIp(ip) && ip.includes(':'))
    const prefixes = facts.addresses
      .filter(({ ip, prefixLength }) => ip.includes(':') && prefixLength === 64 && !isLinkLocalIp(ip))
      .map(({ ip }) => ip)
    const guesses = prefixes.flatMap((prefix) => hosts.map(({ ip }) => withIdentifierOf(prefix, ip)))
    return [...new Set(guesses)]
      .filter((ip) => !found.has(ip) && !this.ownIps.includes(ip))
      .slice(0, MAX_IPV6_HOSTS)
  }

  private isOnLink(ip: string): boolean {
    return (
      !this.ownIps.includes(ip) &&
      (isLinkLocalIp(ip) || this.context.facts.addresses.some((own) => isInSubnet(ip, own)))
    )
  }

  private isOurProbe(quoted: IpHeader | null): boolean {
    return quoted?.destination === ALL_NODES && this.ownIps.includes(quoted.source)
  }

  private askAllNodes(sourceIp: string): void {
    const { sender, facts } = this.context
    for (const frame of encodeMulticastProbes(facts.mac, sourceIp, this.identifier)) sender.send(frame)
  }

  private sendSolicitation(target: string): void {
    const { sender, facts } = this.context
    const own = facts.addresses.find((address) => isInSubnet(target, address))
    const group = solicitedNodeGroup(target)
    const ends = {
      sourceMac: facts.mac,
      sourceIp: own?.ip ?? this.ownIps[0] ?? '::',
      destinationMac: ipv6MulticastMac(group),
      destinationIp: group,
    }
    sender.send(encodeNeighborSolicitation(ends, target))
  }
}

function isInSubnet(ip: string, own: { ip: string; prefixLength: number }): boolean {
  const cidr = makeCidr(own.ip, own.prefixLength)
  return cidr !== null && cidrContains(cidr, ip)
}

/** The first half of `prefix`, the second half of `ip`. */
function withIdentifierOf(prefix: string, ip: string): string {
  const bytes = new Uint8Array(16)
  bytes.set((parseIpBytes(prefix) ?? bytes).subarray(0, 8))
  bytes.set((parseIpBytes(ip) ?? bytes).subarray(8), 8)
  return formatIp(bytes)
}
