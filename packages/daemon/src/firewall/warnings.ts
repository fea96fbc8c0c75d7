/**
 * What a person should know before applying a block. A block on a machine that
 * is not the gateway does much less than people expect, and saying so here is
 * better than a false feeling of safety.
 */

import { cidrContains, cidrSize, isLocallyAdministered, type Text, text } from '@netwatcher/shared'
import type { BlockTarget, StandingParts } from '../model/firewall.js'
import { targetCidr, targetTexts } from './block.js'
import { type GuardedBlock, type GuardFacts, protectedAddresses } from './guard.js'
import { protectedMacs } from './protected-macs.js'
import { reachOf } from './reach.js'
import { kindOf } from './standing.js'

export type PlannedBlock = GuardedBlock & StandingParts & { lifetimeMs: number }

const MAX_LISTED = 5

/** Each once: where the block works, then what concerns all of it. */
export function blockWarnings(block: PlannedBlock, facts: GuardFacts): Text[] {
  const warnings = [
    scope(block, facts),
    ...disputes(facts),
    ...overrides(block, facts),
    ...localResolver(facts),
    ...standing(block),
    ...block.targets.flatMap((target) =>
      target.type === 'mac' ? macWarnings(target, facts) : addressWarnings(target, block, facts),
    ),
  ]
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()]
}

function scope(block: GuardedBlock, facts: GuardFacts): Text {
  if (block.quarantine) {
    const { interfaces, admittedMacs } = block.quarantine
    return text('quarantine_scope', { interfaces, count: admittedMacs.length })
  }
  const targets = targetTexts(block)
  if (reachOf(block, facts).cutsInternet) return text('block_scope_forwarding', { targets })
  return text(facts.isForwarding ? 'block_scope_aside' : 'block_scope_own', { targets })
}

/** While two claim a protected address, it is not known which of them the machine needs. */
function disputes(facts: GuardFacts): Text[] {
  const disputed = new Set(facts.claims.filter(({ isDisputed }) => isDisputed).map(({ ip }) => ip))
  return [...disputed].map((ip) => {
    const claimants = facts.claims.filter((claim) => claim.ip === ip && claim.isDisputed)
    return text('binding_disputed', { ip, macs: list(claimants.map(({ mac }) => mac)) })
  })
}

function overrides({ overrideMacs }: GuardedBlock, facts: GuardFacts): Text[] {
  const macs = protectedMacs(protectedAddresses(facts), facts)
  return macs
    .filter(({ mac, isFirm }) => !isFirm && overrideMacs.includes(mac))
    .map(({ mac, of }) => text('guard_overridden', { mac, ip: of.ip }))
}

function standing(block: PlannedBlock): Text[] {
  const kind = kindOf(block)
  if (!kind) return []
  const own =
    kind === 'quarantine' ? [text('quarantine_macs'), text('quarantine_dns')] : [text('schedule_clock')]
  return [text('policy_standing', { lifetime_ms: block.lifetimeMs }), ...own]
}

function localResolver({ dnsServers }: GuardFacts): Text[] {
  const local = dnsServers.filter((ip) => ip.startsWith('127.') || ip === '::1')
  return local.length > 0 ? [text('resolver_local', { ips: local })] : []
}

function macWarnings({ text: mac }: BlockTarget, facts: GuardFacts): Text[] {
  const ips = facts.neighbors.filter((neighbor) => neighbor.mac === mac).map(({ ip }) => ip)
  return [
    text('block_mac_inbound'),
    text('block_mac_local'),
    ...(isLocallyAdministered(mac) ? [text('block_mac_private', { mac })] : []),
    ...(ips.length > 0 ? [text('block_mac_answers', { mac, ips: list(ips) })] : []),
  ]
}

function addressWarnings(target: BlockTarget, { targets }: GuardedBlock, facts: GuardFacts): Text[] {
  const cidr = targetCidr(target)
  if (!cidr) return []
  const inside = facts.neighbors.filter(({ ip }) => cidrContains(cidr, ip))
  const macs = new Set(inside.map(({ mac }) => mac))
  const isCovered = ({ ip, mac }: { ip: string; mac: string }) =>
    targets.some((one) => {
      const other = targetCidr(one)
      return other ? cidrContains(other, ip) : one.text === mac
    })
  const others = facts.neighbors.filter((one) => macs.has(one.mac) && !isCovered(one)).map(({ ip }) => ip)
  const name = target.text
  return [
    text(name.includes(':') ? 'block_address_ipv6' : 'block_address_ipv4', { target: name }),
    ...(others.length > 0 ? [text('block_address_others', { target: name, ips: list(others) })] : []),
    ...(cidrSize(cidr) > 1 ? [prefixWarning(name, [...new Set(inside.map(({ ip }) => ip))])] : []),
  ]
}

function prefixWarning(target: string, ips: string[]): Text {
  return ips.length > 0
    ? text('block_prefix_neighbors', { target, count: ips.length, ips: list(ips) })
    : text('block_prefix', { target })
}

/** The first few of them; an ellipsis stands for the rest. */
function list(items: readonly string[]): string[] {
  const distinct = [...new Set(items)]
  return [...distinct.slice(0, MAX_LISTED), ...(distinct.length > MAX_LISTED ? ['…'] : [])]
}
