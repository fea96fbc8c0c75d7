/**
 * What a person should know before applying a block. A block on a machine that
 * is not the gateway does much less than people expect, and saying so here is
 * better than a false feeling of safety.
 */

import { cidrContains, cidrSize, isLocallyAdministered } from '@netwatcher/shared'
import type { BlockTarget } from '../model/firewall.js'
import { targetCidr } from './block.js'
import type { GuardFacts } from './guard.js'

const MAX_LISTED = 5

export function blockWarnings(target: BlockTarget, facts: GuardFacts): string[] {
  return [
    scopeWarning(target, facts),
    ...(target.type === 'mac' ? macWarnings : addressWarnings)(target, facts),
  ]
}

function scopeWarning({ text }: BlockTarget, facts: GuardFacts): string {
  return facts.isForwarding
    ? `This stops traffic between ${text} and this machine, and what this machine forwards. Devices on the same switch still reach each other directly.`
    : `This stops traffic between ${text} and this machine only. This machine is not a gateway, so ${text} keeps its internet access and still reaches other devices.`
}

function macWarnings({ text }: BlockTarget, facts: GuardFacts): string[] {
  const ips = facts.neighbors.filter(({ mac }) => mac === text).map(({ ip }) => ip)
  return [
    'What comes from this MAC is dropped, whatever address it uses; packets to the device are still sent.',
    'A MAC is seen on the local network only: behind another router the device is not recognised.',
    ...(isLocallyAdministered(text)
      ? ['This MAC is a private (random) one: the device may change it and get round the block.']
      : []),
    ...(ips.length > 0 ? [`It answers for ${list(ips)}.`] : []),
  ]
}

function addressWarnings(target: BlockTarget, facts: GuardFacts): string[] {
  const cidr = targetCidr(target)
  if (!cidr) return []
  const inside = facts.neighbors.filter(({ ip }) => cidrContains(cidr, ip))
  const macs = new Set(inside.map(({ mac }) => mac))
  const others = facts.neighbors.filter(({ ip, mac }) => macs.has(mac) && !cidrContains(cidr, ip))
  const otherFamily = target.text.includes(':') ? 'IPv4' : 'IPv6'
  return [
    `Only ${target.text} is blocked: a device keeps its other addresses, ${otherFamily} among them, and can take a new one. Block its MAC to cover them all.`,
    ...(others.length > 0
      ? [`Not blocked, but seen at the same MAC: ${list(others.map(({ ip }) => ip))}.`]
      : []),
    ...(cidrSize(cidr) > 1
      ? [
          inside.length > 0
            ? `The prefix covers ${inside.length} known neighbours: ${list(inside.map(({ ip }) => ip))}.`
            : 'The prefix covers more than one address.',
        ]
      : []),
  ]
}

function list(items: string[]): string {
  const rest = items.length - MAX_LISTED
  return items.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
