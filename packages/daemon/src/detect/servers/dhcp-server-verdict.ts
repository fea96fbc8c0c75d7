/** Weighs what is known of one DHCP server of a LAN against the others. */

import { SECOND_MS, type Severity } from '@netwatcher/shared'
import type { DetectorContext, FindingReason } from '../engine/detector.js'
import { reason } from '../engine/finding.js'
import type { Throttle } from '../tables/windows.js'
import type { BaselineServer } from './server-baseline.js'

export interface DhcpOffer {
  routers: string[]
  dnsServers: string[]
  subnetMask: string | null
  mac: string
  /** First time that this MAC handed out something under this server identifier. */
  sinceMs: number
}

export interface KnownServer extends BaselineServer {
  /** Server identifier, option 54. */
  id: string
  macs: Set<string>
  firstMs: number
  lastMs: number
  /** What it hands out; null while only clients have named it. */
  offer: DhcpOffer | null
  /** The latest offer by source MAC: one server does not contradict itself. */
  offers: Map<string, DhcpOffer>
  isRelayed: boolean
  /** Known only by its check whether an address is free. */
  onlyChecked: boolean
  throttle: Throttle
}

export interface ServerVerdict {
  severity: Severity
  reasonsFor: FindingReason[]
  reasonsAgainst: FindingReason[]
}

/** Null when there is nothing to say. */
export function judgeServer(
  server: KnownServer,
  rivals: readonly KnownServer[],
  context: DetectorContext,
): ServerVerdict | null {
  const impostor = judgeImpostor(server, context)
  if (impostor !== null) return impostor
  const established = rivals.filter((rival) => rival.isBaseline)
  if (server.isBaseline) return judgeBeside(server, rivals, context)
  // The same machine under another address, or one relay in front of several servers.
  if (established.some((rival) => sharesMac(rival, server))) return null
  const others = established.map((rival) => rival.id).join(', ')
  const reasonsFor = [
    reason('second_server', `${server.id} hands out addresses besides ${others}`, [context.frame()]),
  ]
  const known = established.find((rival) => rival.offer !== null)
  if (server.offer === null || known?.offer == null) {
    const text = 'What it hands out was not seen: answers to clients do not pass here'
    return { severity: 'warning', reasonsFor, reasonsAgainst: [reason('offer_not_seen', text)] }
  }
  const differences = compareOffers(server.offer, known.offer, server.id)
  if (differences.length === 0) {
    const text = `It names the same router and DNS servers as ${known.id}: a redundant server`
    return { severity: 'info', reasonsFor, reasonsAgainst: [reason('same_options', text)] }
  }
  if (server.isRelayed) {
    const text = 'The offer came through a relay agent'
    return {
      severity: 'warning',
      reasonsFor: [...reasonsFor, ...differences],
      reasonsAgainst: [reason('relayed', text)],
    }
  }
  return { severity: 'critical', reasonsFor: [...reasonsFor, ...differences], reasonsAgainst: [] }
}

/** A machine that is replaced is gone before its successor speaks: the time for which disputes wait, too. */
const REPLACED_MS = 2 * SECOND_MS

/** Two MACs that use one server identifier and hand out different things, while both are there. */
function judgeImpostor(server: KnownServer, context: DetectorContext): ServerVerdict | null {
  const [first, ...others] = server.offers.values()
  if (first === undefined || server.isRelayed) return null
  const other = others.find((offer) => compareOffers(offer, first, server.id).length > 0)
  if (other === undefined) return null
  const lastSeenMs = context.bindings.seen(first.mac)?.lastMs
  if (lastSeenMs === undefined || lastSeenMs < other.sinceMs - REPLACED_MS) return null
  const text = `${other.mac} uses the server identifier of ${first.mac} and hands out something else`
  const differences = compareOffers(other, first, server.id)
  return {
    severity: 'critical',
    reasonsFor: [reason('borrowed_identifier', text, [context.frame()]), ...differences],
    reasonsAgainst: [],
  }
}

/** The first server to answer, while another one was seen to get ready to. */
function judgeBeside(
  server: KnownServer,
  rivals: readonly KnownServer[],
  context: DetectorContext,
): ServerVerdict | null {
  const checker = rivals.find((rival) => rival.onlyChecked && !sharesMac(rival, server))
  if (checker === undefined || server.offer === null) return null
  const text = `${checker.id} checked whether an address is free the moment a client asked for one, as only a DHCP server does, but ${server.id} answered first`
  return {
    severity: 'warning',
    reasonsFor: [reason('other_server_checks', text, [context.frame()])],
    reasonsAgainst: [],
  }
}

function compareOffers(offer: DhcpOffer, known: DhcpOffer, serverId: string): FindingReason[] {
  const differences: FindingReason[] = []
  if (!sameSet(offer.routers, known.routers)) {
    const itself = offer.routers.includes(serverId) ? ', which is itself' : ''
    const text = `It names the router ${list(offer.routers)}${itself}, not ${list(known.routers)}`
    differences.push(reason('other_router', text))
  }
  if (!sameSet(offer.dnsServers, known.dnsServers)) {
    const text = `It names the DNS servers ${list(offer.dnsServers)}, not ${list(known.dnsServers)}`
    differences.push(reason('other_dns', text))
  }
  return differences
}

function sharesMac(a: KnownServer, b: KnownServer): boolean {
  return [...a.macs].some((mac) => b.macs.has(mac))
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value))
}

function list(values: readonly string[]): string {
  return values.join(', ') || 'none'
}

export function describeServer(server: KnownServer): string {
  const macs = [...server.macs].join(', ') || 'a device not seen'
  if (server.offer === null) return `DHCP server ${server.id} at ${macs}`
  return `DHCP server ${server.id} at ${macs}, router ${list(server.offer.routers)}, DNS ${list(server.offer.dnsServers)}`
}
