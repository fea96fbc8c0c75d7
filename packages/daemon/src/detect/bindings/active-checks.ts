/**
 * Active checks of a conflict: who is asked whether it is still there, and what its answer or silence means. Each
 * result is noted for the one that was asked: it says nothing about anybody else.
 */

import type { BindingContext } from '../engine/binding-context.js'
import type { ProbeResult } from '../engine/detection.js'
import type { Finding } from '../engine/detector.js'
import type { AddressRecord } from '../knowledge/binding-table.js'
import { DEFEND_INTERVAL_MS } from '../knowledge/claim.js'
import type { Facts } from './facts.js'

/**
 * Where a quiet holder has to be waited for, it is asked at once: its answer is
 * seen as a packet, and tells a theft from a change of hands without delay.
 */
export function askHolder({ record, claim, displaced, sinceMs }: Facts, context: BindingContext): void {
  if (displaced === null || record.vlan !== '' || claim.holderAskedMs >= sinceMs) return
  claim.holderAskedMs = context.nowMs
  const { isVirtual, own } = context.roles(displaced.mac)
  if (isVirtual || own) return
  const target = { ip: record.ip, mac: displaced.mac }
  context.probe({ method: 'unicast_who_has', target, alertId: '' })
}

/** The antidote test and the forwarding probe, for a claim that goes on every ten seconds; never towards virtual MACs. */
export function askBoth(finding: Finding, facts: Facts, context: BindingContext): void {
  const { record, claim, displaced } = facts
  const alert = context.book.find(finding.kind, finding.claimer, finding.ip)
  // Questions go out untagged.
  if (alert === null || record.vlan !== '') return
  // Of who has not claimed it since, nothing new is to be learnt; and a question is a moment in which a lie looks asked for.
  const isNews = claim.lastMs > claim.askedActivelyMs
  if (!isNews || claim.askedActivelyMs + DEFEND_INTERVAL_MS > context.nowMs) return
  claim.askedActivelyMs = context.nowMs
  for (const { mac } of displaced ? [displaced, claim] : [claim]) {
    if (context.roles(mac).isVirtual || context.roles(mac).own) continue
    const target = { ip: record.ip, mac }
    context.probe({ method: 'unicast_who_has', target, alertId: alert.id })
  }
  if (context.roles(claim.mac).isVirtual) return
  const target = { ip: record.ip, mac: claim.mac }
  context.probe({ method: 'forwarding_probe', target, alertId: alert.id })
}

export function noteResult(
  { method, target, result }: ProbeResult,
  record: AddressRecord,
  nowMs: number,
): void {
  const asked = record.claims.find(({ mac }) => mac === target.mac)
  if (!asked || method !== 'unicast_who_has') return
  if (result === 'silent') asked.silentMs = nowMs
  else asked.answeredMs = nowMs
}
