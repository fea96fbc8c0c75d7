/**
 * What one MAC has said about one address, and how: the conduct that a verdict
 * weighs. Times are milliseconds since 1970-01-01 UTC; minus infinity is never.
 */

import { SECOND_MS } from '@netwatcher/shared'
import type { ClaimEvidence, ClaimView, FrameReference } from '../engine/detector.js'
import type { Cadence } from '../tables/cadence.js'

/** RFC 5227 section 1.1, DEFEND_INTERVAL: an owner who announces sooner than this after a claim defends itself. */
export const DEFEND_INTERVAL_MS = 10 * SECOND_MS
/** keepalived sends its second burst of gratuitous ARP 5 s after a take-over (vrrp_garp_master_delay); twice that is no burst. */
const TAKEOVER_BURST_MS = 10 * SECOND_MS
/** One packet may be a stray; this many show that the address is in use. */
export const USED_PACKETS = 3
/** Victims remembered per claim: enough to name them and to see both sides of a pair. */
const MAX_RECIPIENTS = 8
const MAX_FRAMES = 4

/** One statement read from one frame. */
export interface ObservedClaim {
  ip: string
  mac: string
  evidence: ClaimEvidence
  /** Source MAC of the frame that carried it. */
  frameMac: string
  /** The one host that it was sent to, for frames to a unicast MAC; null when all could hear. */
  recipient: { ip: string; mac: string } | null
  /**
   * Counts only for who already holds the address: an advertisement without the Override flag, as proxies
   * send, and hosts in answer to a question to them alone (RFC 4861 section 7.2.4).
   */
  displacesNobody?: boolean
  /** The reply's target fields contradict each other: an address and a MAC of somebody else. */
  contradictsTarget: boolean
  /** The one host that it was sent to had asked for the address before and was answered by this MAC. */
  wasAsked: boolean
}

export interface Claim extends ClaimView {
  lastMs: number
  readonly counts: Record<ClaimEvidence, number>
  /** Last sign that this MAC uses the address: not a mere statement that it does. */
  lastAliveMs: number
  /** First such sign after an absence of at least DEFEND_INTERVAL. */
  resumedMs: number
  /** Last question to all with this address as its sender. */
  lastAskedMs: number
  /** Questions to all with this address as their sender. */
  questions: number
  lastAnnouncedMs: number
  /** First announcement of the present conflict. */
  announcedSinceMs: number
  /** Frames of this MAC that gave the address back to another. */
  withdrawals: number
  lastLeaseMs: number
  /** IP packets to all with this source: nobody forwards those. */
  groupPackets: number
  lastGroupMs: number
  /** Sent to one host only, unasked, and the rhythm of it. */
  unasked: number
  /** Questions to one host with this address as their sender, from a MAC that is not its holder. */
  privateQuestions: number
  firstUnaskedMs: number
  cadence: Cadence | null
  /** The rhythm of its announcements. */
  announcements: Cadence | null
  recipients: { ip: string; mac: string }[]
  /** Statements carried by a frame from another MAC, and all of ARP or ND. */
  mismatches: number
  statements: number
  contradictions: number
  /** Questions that only this MAC answered, and that others answered too. */
  answeredAlone: number
  /** When the last question was put that only this MAC answered. */
  lastAloneMs: number
  answeredTogether: number
  /** Start of the conflict in which this MAC is the newcomer; null when there is none. */
  conflictMs: number | null
  /** The machine that watches has this address: known from its configuration, not from frames. */
  isOwn: boolean
  /** It was the believed holder at some time. */
  wasOwner: boolean
  /** When an active check of this MAC last found it silent, and when it last answered one. */
  silentMs: number
  answeredMs: number
  /** When the previous holder was asked whether it is still there, before there was anything to say. */
  holderAskedMs: number
  askedActivelyMs: number
  /** The last verdict that was reported, so that only a change is. */
  verdict: string
  /** It handed the address over; its claim is history. */
  isRetired: boolean
  frames: Partial<Record<ClaimEvidence | 'mismatch' | 'unasked' | 'alive' | 'withdrawn', FrameReference[]>>
}

export function newClaim(ip: string, mac: string, nowMs: number): Claim {
  return {
    ip,
    mac,
    firstMs: nowMs,
    lastMs: nowMs,
    counts: { dhcp: 0, solicited: 0, request: 0, ip_source: 0, gratuitous: 0, unsolicited: 0 },
    lastAliveMs: Number.NEGATIVE_INFINITY,
    resumedMs: Number.NEGATIVE_INFINITY,
    lastAskedMs: Number.NEGATIVE_INFINITY,
    questions: 0,
    lastAnnouncedMs: Number.NEGATIVE_INFINITY,
    announcedSinceMs: Number.NEGATIVE_INFINITY,
    withdrawals: 0,
    lastLeaseMs: Number.NEGATIVE_INFINITY,
    groupPackets: 0,
    lastGroupMs: Number.NEGATIVE_INFINITY,
    unasked: 0,
    privateQuestions: 0,
    firstUnaskedMs: Number.NEGATIVE_INFINITY,
    cadence: null,
    announcements: null,
    recipients: [],
    mismatches: 0,
    statements: 0,
    contradictions: 0,
    answeredAlone: 0,
    lastAloneMs: Number.NEGATIVE_INFINITY,
    answeredTogether: 0,
    conflictMs: null,
    isOwn: false,
    wasOwner: false,
    silentMs: Number.NEGATIVE_INFINITY,
    answeredMs: Number.NEGATIVE_INFINITY,
    holderAskedMs: Number.NEGATIVE_INFINITY,
    askedActivelyMs: Number.NEGATIVE_INFINITY,
    verdict: '',
    isRetired: false,
    frames: {},
  }
}

export function addFrame(claim: Claim, kind: keyof Claim['frames'], frame: FrameReference): void {
  const frames = claim.frames[kind] ?? []
  // The first is kept: it shows how it began.
  if (frames.length >= MAX_FRAMES) frames.splice(1, 1)
  if (frame >= 0 && frames[frames.length - 1] !== frame) frames.push(frame)
  claim.frames[kind] = frames
}

export function addRecipient(claim: Claim, recipient: { ip: string; mac: string }): void {
  if (claim.recipients.some((known) => known.mac === recipient.mac && known.ip === recipient.ip)) return
  if (claim.recipients.length >= MAX_RECIPIENTS) claim.recipients.shift()
  claim.recipients.push(recipient)
}

/** Rests on what only a station that uses the address does, as far as passive watching can tell. */
export function isStrong(claim: Claim): boolean {
  if (claim.isOwn) return true
  return claim.groupPackets + claim.questions + claim.counts.solicited + claim.counts.dhcp > 0
}

/** Enough to be believed as long as nobody else claims the address. */
export function isSubstantial(claim: Claim): boolean {
  return isStrong(claim) || claim.counts.gratuitous > 0 || sendsItsPackets(claim)
}

/** Says that it has the address, and sends packets with it; whoever relays for its victims does both, too. */
export function sendsItsPackets({ statements, mismatches, counts }: Claim): boolean {
  return statements > mismatches && counts.ip_source >= USED_PACKETS
}

/** What it announced before the conflict began is no part of it. */
export function openConflict(claim: Claim, nowMs: number): void {
  claim.isRetired = false
  if (claim.conflictMs !== null) return
  claim.conflictMs = nowMs
  claim.announcedSinceMs = claim.lastAnnouncedMs === nowMs ? nowMs : Number.NEGATIVE_INFINITY
}

/** Forgets the conduct of a conflict that is over: what comes later is weighed anew. */
export function closeConflict(claim: Claim): void {
  claim.conflictMs = null
  claim.unasked = 0
  claim.privateQuestions = 0
  claim.firstUnaskedMs = Number.NEGATIVE_INFINITY
  claim.announcedSinceMs = Number.NEGATIVE_INFINITY
  claim.withdrawals = 0
  claim.cadence = null
  claim.announcements = null
  claim.recipients = []
  claim.contradictions = 0
  claim.verdict = ''
}

/** Longer than a take-over needs. */
export function announcesLong({ announcedSinceMs, lastAnnouncedMs }: Claim): boolean {
  return (
    announcedSinceMs !== Number.NEGATIVE_INFINITY && lastAnnouncedMs - announcedSinceMs >= TAKEOVER_BURST_MS
  )
}
