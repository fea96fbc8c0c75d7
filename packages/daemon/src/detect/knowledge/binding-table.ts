/**
 * Who claims which address, and what each MAC does, per VLAN. Fixed capacity:
 * stations that have been here for a while survive floods of invented ones.
 * The table only records; weighing conflicting claims is the detectors' work.
 */

import { isGroupMac, MINUTE_MS, type TableStatus, ZERO_MAC } from '@netwatcher/shared'
import type { FrameReference } from '../engine/detector.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { beat } from '../tables/cadence.js'
import { addFew, removeFew } from '../tables/few-strings.js'
import {
  addFrame,
  addRecipient,
  type Claim,
  DEFEND_INTERVAL_MS,
  isStrong,
  isSubstantial,
  newClaim,
  type ObservedClaim,
} from './claim.js'
import { OTHER_ANSWERS_WINDOW_MS } from './request-book.js'

const MAX_ADDRESSES = 16_384
const MAX_MACS = 16_384
/** Claims per address: a conflict has two; more than three in a minute is an attack anyway. */
const MAX_CLAIMS = 8
/** Addresses per MAC: routers that proxy and servers with many aliases go beyond it, which loses nothing but detail. */
const MAX_OWNED = 64
/** Seen again after this long, an entry is a real station and not one of a flood. */
const PROVEN_AFTER_MS = MINUTE_MS
/**
 * A bond that balances tells its clients the MACs to use right after an ARP
 * request of its own (Linux bonding.txt, balance-alb): such replies are no cadence.
 */
const AFTER_OWN_REQUEST_MS = 3000

export interface AddressRecord {
  vlan: string
  readonly ip: string
  claims: Claim[]
  /** The claim that is believed. */
  owner: Claim | null
  /** The last reply that nobody was seen to ask for. */
  lastUnasked: { claim: Claim; toMac: string; atMs: number } | null
  /** MACs that claimed it recently, with the time, to notice a flood of claimants. */
  recentClaimers: { mac: string; atMs: number }[]
}

export interface MacRecord {
  vlan: string
  readonly mac: string
  firstMs: number
  lastMs: number
  frames: number
  /** Frames as Ethernet source that are not statements about addresses. */
  otherFrames: number
  owned: string[]
  /** All addresses that it has claimed, rightly or not. */
  claimed: string[]
  /** Since when it forwards: RA, DHCP router option, or sources off this LAN. */
  routerSinceMs: number | null
  /** A few source addresses off this LAN that it delivered, and when last. */
  offLanSources: string[]
  lastOffLanMs: number
  /** When, and from which MAC, it took over the delivery of a remote address. */
  tookUplinkMs: number
  tookUplinkFrom: string
  isDhcpServer: boolean
  /** Virtual addresses that it has advertised; `*` when the protocol does not name them. */
  fhrpAddresses: string[]
  /** Owned by others, yet carried as IP source by this MAC. */
  relayed: string[]
  lastRelayedMs: number
}

export class BindingTable {
  readonly #addresses = new BoundedMap<AddressRecord>(MAX_ADDRESSES)
  readonly #macs = new BoundedMap<MacRecord>(MAX_MACS)
  #droppedClaims = 0
  #own: { mac: string; ips: readonly string[] } = { mac: '', ips: [] }

  tables(): TableStatus[] {
    const claims = { table: 'claims', entries: 0, capacity: 0, evicted: this.#droppedClaims, refused: 0 }
    return [this.#addresses.status('bindings'), this.#macs.status('stations'), claims]
  }

  address(vlan: string, ip: string): AddressRecord | undefined {
    return this.#addresses.peek(`${vlan}|${ip}`)
  }

  mac(vlan: string, mac: string): MacRecord | undefined {
    return this.#macs.peek(`${vlan}|${mac}`)
  }

  addresses(): IterableIterator<AddressRecord> {
    return this.#addresses.values()
  }

  /** Notes a frame from this source; null for addresses that no station can have. */
  seeMac(vlan: string, mac: string, nowMs: number, isStatement: boolean): MacRecord | null {
    if (mac === ZERO_MAC || isGroupMac(mac)) return null
    const record = this.ensureMac(vlan, mac, nowMs)
    record.lastMs = Math.max(record.lastMs, nowMs)
    record.frames++
    if (!isStatement) record.otherFrames++
    if (nowMs - record.firstMs >= PROVEN_AFTER_MS) this.#macs.prove(`${vlan}|${mac}`)
    return record
  }

  ensureMac(vlan: string, mac: string, nowMs: number): MacRecord {
    const key = `${vlan}|${mac}`
    const known = this.#macs.get(key)
    if (known) return known
    const record = newMacRecord(vlan, mac, nowMs)
    this.#macs.set(key, record)
    return record
  }

  /** Records a claim and gives the address's record with it. */
  learn(vlan: string, observed: ObservedClaim, nowMs: number, frame: () => FrameReference): AddressRecord {
    const record = this.#ensureAddress(vlan, observed.ip)
    const claim = this.#ensureClaim(record, observed.mac, nowMs)
    noteConduct(record, claim, observed, nowMs, frame)
    if (nowMs - claim.firstMs >= PROVEN_AFTER_MS) this.#addresses.prove(`${vlan}|${observed.ip}`)
    if (record.owner === null && isSubstantial(claim)) this.setOwner(record, claim)
    return record
  }

  /** A binding of an earlier run: believed until somebody else claims the address. */
  restore(vlan: string, ip: string, mac: string, firstMs: number, lastMs: number): void {
    const record = this.#ensureAddress(vlan, ip)
    if (record.claims.length > 0) return
    const claim = { ...newClaim(ip, mac, firstMs), lastMs }
    // It was saved because it was strong.
    claim.counts.solicited = 1
    record.claims.push(claim)
    const station = this.ensureMac(vlan, mac, firstMs)
    station.frames++
    addFew(station.claimed, ip, MAX_OWNED)
    this.setOwner(record, claim)
    this.#addresses.prove(`${vlan}|${ip}`)
    this.#macs.prove(`${vlan}|${mac}`)
  }

  /** Frames with these tags were of the untagged network all along. */
  untag(tagged: string): void {
    for (const station of [...this.#macs.values()].filter(({ vlan }) => vlan === tagged)) {
      this.#macs.delete(`${tagged}|${station.mac}`)
      const known = this.mac('', station.mac)
      if (known) mergeStation(known, station)
      else this.#macs.set(`|${station.mac}`, Object.assign(station, { vlan: '' }))
    }
    for (const record of [...this.#addresses.values()].filter(({ vlan }) => vlan === tagged)) {
      this.#addresses.delete(`${tagged}|${record.ip}`)
      const known = this.address('', record.ip)
      if (known) this.#mergeAddress(known, record)
      else this.#addresses.set(`|${record.ip}`, Object.assign(record, { vlan: '' }))
    }
  }

  #mergeAddress(known: AddressRecord, { claims, owner }: AddressRecord): void {
    for (const claim of claims) {
      if (known.claims.some(({ mac }) => mac === claim.mac)) continue
      if (known.claims.length >= MAX_CLAIMS) this.#dropWeakest(known)
      known.claims.push(claim)
    }
    const isFirst = owner !== null && (known.owner === null || owner.firstMs < known.owner.firstMs)
    const first = isFirst && known.claims.find(({ mac }) => mac === owner.mac)
    if (first) this.setOwner(known, first)
  }

  /** The addresses of this machine: its own from now on, and no longer those that it had before. */
  setOwn(mac: string, ips: readonly string[], nowMs: number): void {
    for (const ip of this.#own.ips)
      if (mac !== this.#own.mac || !ips.includes(ip)) this.#release(ip, this.#own.mac)
    this.#own = { mac, ips: mac === '' ? [] : [...ips] }
    for (const ip of this.#own.ips) this.#declareOwn(ip, mac, nowMs)
  }

  #declareOwn(ip: string, mac: string, nowMs: number): void {
    const record = this.#ensureAddress('', ip)
    const claim = this.#ensureClaim(record, mac, nowMs)
    claim.isOwn = true
    if (record.owner === claim) return
    for (const other of record.claims) other.isRetired = true
    this.setOwner(record, claim)
    this.#addresses.prove(`|${ip}`)
    this.#macs.prove(`|${mac}`)
  }

  /** Whoever speaks for the address next may be believed. */
  #release(ip: string, mac: string): void {
    const record = this.address('', ip)
    const claim = record?.claims.find((candidate) => candidate.mac === mac)
    if (!record || !claim) return
    claim.isOwn = false
    claim.isRetired = true
    if (record.owner !== claim) return
    record.owner = null
    const station = this.mac('', mac)
    if (station) removeFew(station.owned, ip)
  }

  setOwner(record: AddressRecord, claim: Claim): void {
    const previous = record.owner && this.mac(record.vlan, record.owner.mac)
    if (previous) removeFew(previous.owned, record.ip)
    record.owner = claim
    claim.isRetired = false
    claim.wasOwner = true
    const owned = this.mac(record.vlan, claim.mac)?.owned
    if (owned) addFew(owned, record.ip, MAX_OWNED)
  }

  #ensureAddress(vlan: string, ip: string): AddressRecord {
    const key = `${vlan}|${ip}`
    const known = this.#addresses.get(key)
    if (known) return known
    const record: AddressRecord = {
      vlan,
      ip,
      claims: [],
      owner: null,
      lastUnasked: null,
      recentClaimers: [],
    }
    this.#addresses.set(key, record)
    return record
  }

  #dropWeakest(record: AddressRecord): void {
    const weakest = weakestClaim(record)
    record.claims = record.claims.filter((claim) => claim !== weakest)
    this.#droppedClaims++
  }

  #ensureClaim(record: AddressRecord, mac: string, nowMs: number): Claim {
    const known = record.claims.find((claim) => claim.mac === mac)
    if (known) return known
    if (record.claims.length >= MAX_CLAIMS) this.#dropWeakest(record)
    const claim = newClaim(record.ip, mac, nowMs)
    record.claims.push(claim)
    const { claimed } = this.ensureMac(record.vlan, mac, nowMs)
    addFew(claimed, record.ip, MAX_OWNED)
    return claim
  }
}

/** Of those that are not believed: a mere statement before what a station does, the longest unheard first. */
function weakestClaim({ claims, owner }: AddressRecord): Claim | undefined {
  const byStrength = (a: Claim, b: Claim) => Number(isStrong(a)) - Number(isStrong(b)) || a.lastMs - b.lastMs
  return claims.filter((claim) => claim !== owner).sort(byStrength)[0]
}

function mergeStation(known: MacRecord, other: MacRecord): void {
  known.firstMs = Math.min(known.firstMs, other.firstMs)
  known.frames += other.frames
  known.otherFrames += other.otherFrames
  for (const ip of other.owned) addFew(known.owned, ip, MAX_OWNED)
  for (const ip of other.claimed) addFew(known.claimed, ip, MAX_OWNED)
  for (const ip of other.fhrpAddresses) addFew(known.fhrpAddresses, ip, MAX_OWNED)
  known.routerSinceMs ??= other.routerSinceMs
  known.isDhcpServer ||= other.isDhcpServer
}

function newMacRecord(vlan: string, mac: string, nowMs: number): MacRecord {
  return {
    vlan,
    mac,
    firstMs: nowMs,
    lastMs: nowMs,
    frames: 0,
    otherFrames: 0,
    owned: [],
    claimed: [],
    routerSinceMs: null,
    offLanSources: [],
    lastOffLanMs: Number.NEGATIVE_INFINITY,
    tookUplinkMs: Number.NEGATIVE_INFINITY,
    tookUplinkFrom: '',
    isDhcpServer: false,
    fhrpAddresses: [],
    relayed: [],
    lastRelayedMs: Number.NEGATIVE_INFINITY,
  }
}

function noteConduct(
  record: AddressRecord,
  claim: Claim,
  observed: ObservedClaim,
  nowMs: number,
  frame: () => FrameReference,
): void {
  const { evidence, recipient } = observed
  claim.lastMs = Math.max(claim.lastMs, nowMs)
  claim.counts[evidence]++
  if (evidence === 'ip_source') {
    // A unicast packet may have been carried by somebody else; one to all is sent by its own source.
    if (recipient === null) {
      claim.groupPackets++
      claim.lastGroupMs = nowMs
    }
    if (recipient === null || record.owner === claim) noteAlive(record, claim, nowMs, frame)
    return
  }
  if (evidence === 'dhcp') {
    claim.lastLeaseMs = nowMs
    addFrame(claim, 'dhcp', frame())
    return
  }
  const isForeign = observed.frameMac !== observed.mac
  claim.statements++
  addFrame(claim, isForeign ? 'mismatch' : evidence, frame())
  if (isForeign) claim.mismatches++
  if (isForeign) noteWithdrawal(record, observed.frameMac, frame)
  // A frame from elsewhere that repeats what the station says itself: a clean-up, a proxy. Not its conduct.
  if (isForeign && claim.statements > claim.mismatches) return
  if (observed.contradictsTarget) claim.contradictions++
  noteClaimer(record, claim.mac, nowMs)
  if (evidence === 'gratuitous') {
    claim.lastAnnouncedMs = nowMs
    claim.announcements = beat(claim.announcements, nowMs)
    if (claim.announcedSinceMs === Number.NEGATIVE_INFINITY) claim.announcedSinceMs = nowMs
  }
  if (evidence === 'request' && recipient === null) {
    claim.lastAskedMs = nowMs
    claim.questions++
  }
  const isUse =
    evidence === 'solicited' || (evidence === 'request' && (recipient === null || record.owner === claim))
  if (!isForeign && isUse) noteAlive(record, claim, nowMs, frame)
  if (recipient !== null) notePrivate(record, claim, observed, recipient, nowMs, frame)
}

/** Who claimed the address says that another has it: poisoning tools do so when they stop. */
function noteWithdrawal(record: AddressRecord, frameMac: string, frame: () => FrameReference): void {
  const other = record.claims.find((claim) => claim.mac === frameMac && claim.recipients.length > 0)
  if (!other) return
  other.withdrawals++
  addFrame(other, 'withdrawn', frame())
}

/** Frames are kept only while somebody else claims the address too: alive is what nearly every frame shows. */
function noteAlive(record: AddressRecord, claim: Claim, nowMs: number, frame: () => FrameReference): void {
  if (nowMs - claim.lastAliveMs > DEFEND_INTERVAL_MS) claim.resumedMs = nowMs
  claim.lastAliveMs = Math.max(claim.lastAliveMs, nowMs)
  if (record.claims.length > 1) addFrame(claim, 'alive', frame())
}

/** Sent to one host only. A reply that nobody asked for, or a question whose sender field is the message. */
function notePrivate(
  record: AddressRecord,
  claim: Claim,
  { evidence, wasAsked }: ObservedClaim,
  recipient: { ip: string; mac: string },
  nowMs: number,
  frame: () => FrameReference,
): void {
  // Neighbour unreachability detection asks hosts that have learnt the address by asking for it.
  const isQuestion = evidence === 'request' && record.owner !== claim && !wasAsked
  const isReply = evidence === 'unsolicited' && !answersUnseen(record, claim, recipient.mac, nowMs)
  if (isReply) claim.unasked++
  else if (isQuestion) claim.privateQuestions++
  else return
  if (claim.firstUnaskedMs === Number.NEGATIVE_INFINITY) claim.firstUnaskedMs = nowMs
  addRecipient(claim, recipient)
  addFrame(claim, 'unasked', frame())
  const { owner } = record
  const followsOwner = owner !== null && owner !== claim && nowMs - owner.lastAskedMs <= AFTER_OWN_REQUEST_MS
  if (evidence === 'unsolicited' && !followsOwner) claim.cadence = beat(claim.cadence, nowMs)
}

/**
 * Two stations that tell the same host the same address within a moment answer
 * a question that was not captured: then neither speaks unasked.
 */
function answersUnseen(record: AddressRecord, claim: Claim, toMac: string, nowMs: number): boolean {
  const last = record.lastUnasked
  record.lastUnasked = { claim, toMac, atMs: nowMs }
  if (!last || last.claim === claim || last.toMac !== toMac) return false
  if (nowMs - last.atMs > OTHER_ANSWERS_WINDOW_MS) return false
  last.claim.unasked = Math.max(0, last.claim.unasked - 1)
  for (const answer of [last.claim, claim]) {
    answer.counts.solicited++
    answer.answeredTogether++
  }
  return true
}

function noteClaimer(record: AddressRecord, mac: string, nowMs: number): void {
  const isRecent = (claimer: { mac: string; atMs: number }) =>
    claimer.mac !== mac && nowMs - claimer.atMs <= MINUTE_MS
  record.recentClaimers = record.recentClaimers.filter(isRecent).slice(1 - 2 * MAX_CLAIMS)
  record.recentClaimers.push({ mac, atMs: nowMs })
}
