/**
 * What speaks for one MAC that has claimed a disputed address: redundancy, leases, several cards in one host, a
 * shared address that moves. Weights as in judge.ts.
 */

import { MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import type { AddressRecord, BindingTable } from '../knowledge/binding-table.js'
import { announcesLong, type Claim } from '../knowledge/claim.js'
import type { Bench, Facts, WeighedReason } from './judge.js'

/** A request for an address counts as asking first for this long. */
const ASKED_FIRST_MS = MINUTE_MS
/** RFC 9568 section 6.1, Master_Down_Interval with its defaults, rounded up: by then a member has advertised. */
const MASTER_DOWN_MS = 4 * SECOND_MS
const NEVER = Number.NEGATIVE_INFINITY

export function innocentRules(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  facts: Facts,
  { learner, table, nowMs }: Bench,
): WeighedReason[] {
  const reasons: WeighedReason[] = []
  const add = (weight: number, rule: string, text: string, frames: number[] = []) =>
    reasons.push({ weight, rule, text, frames })
  const since = accused.disputedMs ?? accused.firstMs
  const isMember = sharesVirtualAddress(record, accused, rivals, table)
  const virtual = rivals.find(({ mac }) => learner.roles(record.vlan, mac).isVirtual)
  const mayBeMember = isMember || facts.otherAddress === null || nowMs - since < MASTER_DOWN_MS
  if (virtual && onlyAsks(accused) && mayBeMember) {
    const text = `${virtual.mac} is a virtual MAC: the machine behind it asks from its own, as ${accused.mac} does.`
    add(4, 'behind_virtual_mac', text, accused.frames.request)
  }
  if (isMember || learner.roles(record.vlan, accused.mac).isVirtual)
    add(4, 'fhrp_member', `${accused.mac} takes part in a redundancy protocol for ${record.ip}.`)
  if (accused.lastLeaseMs !== NEVER && rivals.every((rival) => rival.lastLeaseMs <= accused.lastLeaseMs))
    add(4, 'dhcp_lease', `A DHCP server has given ${record.ip} to ${accused.mac}.`, accused.frames.dhcp)
  if (facts.sharedAddress !== null) {
    const text = `Both MACs also answer for ${facts.sharedAddress}: one host with two interfaces.`
    add(4, 'symmetric_answers', text, accused.frames.solicited)
  }
  const accusedMac = table.mac(record.vlan, accused.mac)
  const routerSince = accusedMac?.routerSinceMs ?? null
  if (facts.isAnswersOnly && !facts.isGateway && routerSince !== null && routerSince < since)
    add(4, 'proxy_arp', `${accused.mac} is a router and only answers questions: proxy ARP (RFC 1027).`)
  if (learner.isOneWayView)
    add(2, 'one_way_view', 'No questions are in view here, so replies always seem unasked.')
  if (rivals.length > 0 && facts.otherAddress === null && accused.mismatches === 0 && !facts.areMany) {
    const text = `${accused.mac} holds no other address: a replaced card, a bond or a second host may do this.`
    add(1, 'no_other_address', text)
  }
  if (facts.sharer !== null && facts.aliveAfter === null && facts.unasked === 0) {
    const text = `${facts.sharer.mac} has an address of its own too: members of a cluster pass a shared one on.`
    add(1, 'shared_address', text)
  }
  if (accused.ownerSilentMs !== null && accused.ownerSilentMs >= since)
    add(1, 'owner_silent', 'The previous holder did not answer, asked alone and then with all.')
  const askedForMs = learner.askedForMs(record.vlan, record.ip, accused.mac)
  if (askedForMs !== null && askedForMs <= since && since - askedForMs <= ASKED_FIRST_MS)
    add(
      1,
      'asked_first',
      `${accused.mac} asked whether ${record.ip} is free before it took it (RFC 5227, DHCP).`,
    )
  if (
    facts.unasked === 0 &&
    facts.aliveAfter === null &&
    accused.announcedSinceMs !== NEVER &&
    !announcesLong(accused)
  )
    add(1, 'announced_takeover', 'It announced itself to all, and the previous holder has been silent since.')
  return reasons
}

/** keepalived with `use_vmac` asks its neighbours from the physical MAC, with the virtual address as the sender. */
function onlyAsks({ counts, mismatches }: Claim): boolean {
  return mismatches + counts.solicited + counts.unsolicited + counts.gratuitous === 0
}

/** Advertised by the accused itself, or the address belongs to a group in which both speak. */
function sharesVirtualAddress(
  record: AddressRecord,
  accused: Claim,
  rivals: Claim[],
  table: BindingTable,
): boolean {
  const advertised = (claim: Claim) => table.mac(record.vlan, claim.mac)?.fhrpAddresses
  const mine = advertised(accused)
  if (mine === undefined || mine.length === 0) return false
  return (
    mine.includes(record.ip) ||
    mine.includes('*') ||
    rivals.some((rival) => (advertised(rival)?.length ?? 0) > 0)
  )
}
