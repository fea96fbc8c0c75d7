/**
 * What a caller may ask for, read into types. iptables would take `010.0.0.1`
 * as 8.0.0.1, `0x0a000001` as an address, `a,b` as two rules, host names by
 * asking DNS, and `10.0.0.1/0` as everything. So the text is parsed to bytes
 * here, strictly, and only what is printed back from the bytes goes on.
 */

import {
  cidrContains,
  cidrContainsBytes,
  formatCidr,
  formatIp,
  invalidArgument,
  isGroupMac,
  parseCidr,
  parseMac,
  SECOND_MS,
  ZERO_MAC,
} from '@netwatcher/shared'
import type { BlockRequest, BlockTarget, StandingParts, TargetRequest } from '../model/firewall.js'
import { checkStanding, kindOf, MAX_POLICY_MS } from './standing.js'

export interface CheckedRequest extends StandingParts {
  targets: BlockTarget[]
  overrideMacs: string[]
  lifetimeMs: number
  confirmMs: number
  reason: string
}

const DEFAULT_CONFIRM_SECONDS = 60
const MIN_CONFIRM_SECONDS = 10
const MAX_CONFIRM_SECONDS = 600
const MIN_LIFETIME_SECONDS = 60
const MAX_LIFETIME_SECONDS = 604_800
const MAX_REASON_LENGTH = 200
/** Of one block: a device has several MACs, and as many addresses. */
export const MAX_TARGETS = 32
const WIDEST_IPV4_PREFIX = 24
const WIDEST_IPV6_PREFIX = 64

// Control, format (bidirectional overrides among them), lone surrogates, line and paragraph separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Ranges that are never a device, by the prefix that holds them. */
const SPECIAL_RANGES = [
  { prefix: '127.0.0.0/8', reason: 'TARGET_LOOPBACK', name: 'the loopback addresses' },
  { prefix: '::1/128', reason: 'TARGET_LOOPBACK', name: 'the loopback address' },
  { prefix: '0.0.0.0/8', reason: 'TARGET_UNSPECIFIED', name: 'the unspecified address' },
  { prefix: '::/128', reason: 'TARGET_UNSPECIFIED', name: 'the unspecified address' },
  { prefix: '224.0.0.0/4', reason: 'TARGET_MULTICAST', name: 'the multicast addresses' },
  { prefix: 'ff00::/8', reason: 'TARGET_MULTICAST', name: 'the multicast addresses' },
  { prefix: '255.255.255.255/32', reason: 'TARGET_BROADCAST', name: 'the broadcast address' },
  { prefix: '::ffff:0:0/96', reason: 'TARGET_IPV4_MAPPED', name: 'the IPv4-mapped addresses' },
].map((range) => ({ ...range, cidr: parseCidr(range.prefix) }))

/** Throws `invalid_argument` for everything that could never be blocked on any machine. */
export function checkRequest(request: BlockRequest): CheckedRequest {
  const confirmSeconds = request.confirmSeconds || DEFAULT_CONFIRM_SECONDS
  const standing = checkStanding(request)
  checkRange('LIFETIME_OUT_OF_RANGE', 'lifetime', request.lifetimeSeconds, [
    MIN_LIFETIME_SECONDS,
    kindOf(standing) ? MAX_POLICY_MS / SECOND_MS : MAX_LIFETIME_SECONDS,
  ])
  checkRange('CONFIRM_TIME_OUT_OF_RANGE', 'time to confirm', confirmSeconds, [
    MIN_CONFIRM_SECONDS,
    MAX_CONFIRM_SECONDS,
  ])
  return {
    ...standing,
    targets: standing.quarantine ? [] : parseTargets(request.targets),
    overrideMacs: parseOverrides(request.overrideMacs),
    lifetimeMs: request.lifetimeSeconds * SECOND_MS,
    confirmMs: confirmSeconds * SECOND_MS,
    reason: checkReason(request.reason),
  }
}

/** The canonical targets, each once; throws `invalid_argument` when one of them is not one. */
export function parseTargets(targets: BlockRequest['targets']): BlockTarget[] {
  if (targets.length > MAX_TARGETS) {
    throw invalidArgument('TOO_MANY_TARGETS', `A block may have ${MAX_TARGETS} targets at most.`)
  }
  if (targets.length === 0) parseTarget(null)
  const byText = new Map(targets.map((target) => parseTarget(target)).map((target) => [target.text, target]))
  return [...byText.values()]
}

function parseOverrides(macs: readonly string[]): string[] {
  if (macs.length > MAX_TARGETS) {
    throw invalidArgument('TOO_MANY_OVERRIDES', `At most ${MAX_TARGETS} MACs can be overridden.`)
  }
  return [...new Set(macs.map((mac) => parseMacTarget(mac).text))]
}

/** The canonical target; throws `invalid_argument` when the text is not one. */
export function parseTarget(target: TargetRequest | null): BlockTarget {
  if (!target) throw invalidArgument('TARGET_MISSING', 'Name an address, a CIDR or a MAC to block.')
  return target.type === 'mac' ? parseMacTarget(target.text) : parseCidrTarget(target.text)
}

function parseMacTarget(text: string): BlockTarget {
  const mac = parseMac(text)
  if (!mac) throw invalidArgument('TARGET_INVALID', 'This is not a MAC address like aa:bb:cc:dd:ee:ff.')
  if (mac === ZERO_MAC) throw invalidArgument('TARGET_ZERO_MAC', 'The all-zero MAC belongs to no device.')
  if (isGroupMac(mac)) {
    throw invalidArgument('TARGET_GROUP_MAC', `${mac} is a broadcast or multicast MAC, not one device.`)
  }
  return { type: 'mac', text: mac }
}

function parseCidrTarget(text: string): BlockTarget {
  const cidr = parseCidr(text)
  if (!cidr) throw notACidr(text)
  const isIpv4 = cidr.network.length === 4
  const widest = isIpv4 ? WIDEST_IPV4_PREFIX : WIDEST_IPV6_PREFIX
  if (cidr.prefixLength < widest) {
    throw invalidArgument(
      'TARGET_TOO_WIDE',
      `${formatCidr(cidr)} is too wide: a block may cover a /${widest} at most.`,
    )
  }
  for (const range of SPECIAL_RANGES) {
    const overlaps =
      range.cidr &&
      (cidrContainsBytes(range.cidr, cidr.network) || cidrContains(cidr, range.prefix.split('/')[0] ?? ''))
    if (overlaps) throw invalidArgument(range.reason, `${formatCidr(cidr)} covers ${range.name}.`)
  }
  const isOneAddress = cidr.prefixLength === cidr.network.length * 8
  return { type: 'cidr', text: isOneAddress ? formatIp(cidr.network) : formatCidr(cidr) }
}

function notACidr(text: string): Error {
  const network = parseCidr(text, { allowHostBits: true })
  return network
    ? invalidArgument(
        'TARGET_HOST_BITS',
        `This prefix has host bits set: write ${formatCidr(network)}, or the address alone.`,
      )
    : invalidArgument('TARGET_INVALID', 'This is not an IPv4 or IPv6 address or CIDR in plain notation.')
}

function checkRange(reason: string, name: string, seconds: number, [min, max]: [number, number]): void {
  if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return
  throw invalidArgument(reason, `The ${name} must be ${min} to ${max} whole seconds.`)
}

function checkReason(reason: string): string {
  if (reason.length > MAX_REASON_LENGTH) {
    throw invalidArgument('REASON_TOO_LONG', `The reason may have ${MAX_REASON_LENGTH} characters at most.`)
  }
  if (UNPRINTABLE.test(reason)) {
    throw invalidArgument('REASON_UNPRINTABLE', 'The reason holds characters that cannot be printed.')
  }
  return reason.trim()
}
