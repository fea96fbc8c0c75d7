/**
 * ARP sweeps: one station asks for many addresses that nobody was known to
 * have. What matters is the number of different addresses, not the rate, so
 * that a scan of one address per second shows as well as arp-scan's 500.
 */

import { MINUTE_MS, SECOND_MS, text, ZERO_MAC } from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FindingReason, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

/**
 * Different unknown addresses asked for. A host that looks for a free address asks for at most
 * ten (RFC 5227 MAX_CONFLICTS); applications ask for neighbours that exist. nmap asks for 256 in
 * 2 s, arp-scan in 1 s, a loop of arping for 60 in a minute.
 */
const QUICK = { windowMs: MINUTE_MS, unknown: 25 }
/** One address in ten seconds, and nmap -T1, which waits for 15. */
const SLOW = { windowMs: 15 * MINUTE_MS, unknown: 40 }
/** Of known hosts too, when asked for this fast: no application talks to so many neighbours at once. */
const BURST = { windowMs: 2 * SECOND_MS, asked: 60 }
/** A DHCP server asks for the address that it is about to offer at once after the DISCOVER (RFC 2131 section 2.2). */
const OFFER_CHECK_MS = 50
/** An unanswered question is repeated twice, 1 s apart (arp(7): retrans_time_ms, mcast_solicit). */
const RETRY_MS = 5 * SECOND_MS
/** Whoever asks for hosts that are there looks after them; a sweep asks for whatever there could be. */
const SILENT_SHARE = 0.3
/** A router has an address in each subnet that it serves, and asks with it (RFC 1812 section 3.3.2). */
const SUBNETS_OF_A_ROUTER = 2
/** It asks for whom traffic comes, in no order; of a sweep nearly every question is for the next address. */
const SWEEP_ORDER_SHARE = 0.5
const MAX_SENDER_IPS = 8
const MAX_SENDERS = 1024
const MAX_TARGETS = 256
const EVIDENCE_FRAMES = 5

interface Sender {
  quick: DistinctWindow
  slow: DistinctWindow
  burst: DistinctWindow
  /** Asked for because a DHCP server checks an address. */
  checked: DistinctWindow
  /** Those that answered. */
  answered: DistinctWindow
  /** The addresses that it asks with. */
  ips: Set<string>
  lastTarget: string
  questions: number
  /** Of these, for the address after the one before. */
  inOrder: number
  frames: FrameReference[]
  throttle: Throttle
}

export function createArpScanDetector(): Detector {
  const senders = new BoundedMap<Sender>(MAX_SENDERS)
  let discoverMs = Number.NEGATIVE_INFINITY
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type === 'dhcpv4' && payload.dhcp.messageType === 'discover') discoverMs = context.nowMs
      observe(senders, packet, context.nowMs - discoverMs <= OFFER_CHECK_MS, context)
    },
  }
}

function observe(
  senders: BoundedMap<Sender>,
  packet: Packet,
  isOfferCheck: boolean,
  context: DetectorContext,
): void {
  const { payload, ethernet } = packet
  if (payload.type !== 'arp') return
  const { senderIp, targetIp, senderMac } = payload.arp
  if (payload.arp.operation === ARP_REPLY) {
    const asker = ethernet.isCooked ? payload.arp.targetMac : ethernet.destinationMac
    senders.peek(`${context.vlan}|${asker}`)?.answered.add(senderIp, context.nowMs)
  }
  if (payload.arp.operation !== ARP_REQUEST || senderIp === targetIp) return
  const mac = ethernet.sourceMac === ZERO_MAC ? senderMac : ethernet.sourceMac
  const key = `${context.vlan}|${mac}`
  const sender = senders.get(key) ?? newSender()
  senders.set(key, sender)
  const { nowMs } = context
  noteQuestion(sender, senderIp, targetIp)
  if (isOfferCheck) sender.checked.add(targetIp, nowMs)
  const isUnknown = isUnknownTarget(context, sender, targetIp)
  const quick = isUnknown ? sender.quick.add(targetIp, nowMs) : sender.quick.size(nowMs)
  const slow = isUnknown ? sender.slow.add(targetIp, nowMs) : sender.slow.size(nowMs)
  const burst = sender.burst.add(targetIp, nowMs)
  const isNear = quick > QUICK.unknown - EVIDENCE_FRAMES || slow > SLOW.unknown - EVIDENCE_FRAMES
  if (isNear && sender.frames.length < EVIDENCE_FRAMES) sender.frames.push(context.frame())
  const isScan = quick >= QUICK.unknown || slow >= SLOW.unknown || burst >= BURST.asked
  if (!isScan || !sender.throttle.isDue(nowMs)) return
  sender.frames.push(context.frame())
  raise(mac, sender, Math.max(quick, slow, burst), targetIp, context)
  sender.frames = []
}

function noteQuestion(sender: Sender, senderIp: string, targetIp: string): void {
  if (sender.ips.size < MAX_SENDER_IPS) sender.ips.add(senderIp)
  if (sender.lastTarget === targetIp) return
  sender.questions++
  if (isNext(sender.lastTarget, targetIp)) sender.inOrder++
  sender.lastTarget = targetIp
}

function isNext(before: string, ip: string): boolean {
  return subnetOf(before) === subnetOf(ip) && lastOctet(ip) === lastOctet(before) + 1
}

/** The 24 leading bits: two of a router's addresses that differ in these are hardly in one subnet. */
function subnetOf(ip: string): string {
  return ip.slice(0, ip.lastIndexOf('.'))
}

function lastOctet(ip: string): number {
  return Number(ip.slice(ip.lastIndexOf('.') + 1))
}

function newSender(): Sender {
  return {
    quick: new DistinctWindow(QUICK.windowMs, MAX_TARGETS),
    slow: new DistinctWindow(SLOW.windowMs, MAX_TARGETS),
    burst: new DistinctWindow(BURST.windowMs, MAX_TARGETS),
    checked: new DistinctWindow(RETRY_MS, MAX_TARGETS),
    answered: new DistinctWindow(SLOW.windowMs, MAX_TARGETS),
    ips: new Set(),
    lastTarget: '',
    questions: 0,
    inOrder: 0,
    frames: [],
    throttle: new Throttle(SECOND_MS),
  }
}

/** A target that the scan itself has brought to light stays counted as unknown. */
function isUnknownTarget(context: DetectorContext, sender: Sender, ip: string): boolean {
  if (sender.quick.has(ip) || sender.slow.has(ip)) return true
  return !sender.checked.has(ip) && context.bindings.owner(ip) === null
}

function raise(
  mac: string,
  sender: Sender,
  count: number,
  lastTarget: string,
  context: DetectorContext,
): void {
  const against = benignCauses(mac, sender, context)
  context.raise(
    finding({
      kind: 'arp_scan',
      severity: against.length > 0 ? 'info' : 'warning',
      parties: [suspect(mac, against.length > 0 ? 'possible' : 'likely')],
      expected: text('expected_few_neighbours'),
      seen: text('seen_arp_scan', { mac, count, ip: lastTarget }),
      reasonsFor: [reason('many_unknown_targets', { count }, sender.frames)],
      reasonsAgainst: against,
      advice: text('advice_arp_scan'),
    }),
  )
}

/** Stations that ask for many addresses because of their task. */
function benignCauses(mac: string, sender: Sender, context: DetectorContext): FindingReason[] {
  const roles = context.roles(mac)
  const benign: FindingReason[] = []
  const asked = [...sender.slow.values()]
  const answered = asked.filter((ip) => sender.answered.has(ip)).length
  const isBurst = sender.burst.size(context.nowMs) >= BURST.asked
  if (!isBurst && asked.length - answered < asked.length * SILENT_SHARE)
    benign.push(reason('targets_exist', { answered, count: asked.length }))
  if (roles.router || servesSubnets(mac, sender, context)) benign.push(reason('router'))
  if (roles.dhcpServer) benign.push(reason('dhcp_ping_check'))
  return benign
}

/** Asks in turn with addresses of several subnets, all of them its own, and not one target after the other. */
function servesSubnets(mac: string, { ips, questions, inOrder }: Sender, context: DetectorContext): boolean {
  const own = [...ips].filter((ip) => context.bindings.owner(ip)?.mac === mac)
  return new Set(own.map(subnetOf)).size >= SUBNETS_OF_A_ROUTER && inOrder < questions * SWEEP_ORDER_SHARE
}
