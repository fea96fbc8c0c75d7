/**
 * The detection engine of one interface: learns from every packet, shows it to
 * each detector, and keeps what they raise. It has no clock, timer or I/O.
 */

import { isGroupMac, type Party, type TableStatus, ZERO_MAC } from '@netwatcher/shared'
import type { HelloCounts } from '../../model/capture.js'
import type { Clue, HostEvidence, NameSighting } from '../../model/host.js'
import type { Packet } from '../../wire/packet.js'
import { AddressProbeDetector } from '../bindings/address-probes.js'
import { AnswersForAllDetector } from '../bindings/answers-for-all.js'
import { ConflictDetector } from '../bindings/conflicts.js'
import { ForwardingHosts } from '../bindings/forwarding-hosts.js'
import { SenderMismatchDetector } from '../bindings/sender-mismatch.js'
import { NewDeviceDetector } from '../hosts/new-device.js'
import { type AddressRecord, BindingTable } from '../knowledge/binding-table.js'
import { type Claim, onlyAnswers } from '../knowledge/claim.js'
import { Learner } from '../knowledge/learner.js'
import { vlanId } from '../knowledge/views.js'
import { withAllowance } from '../scans/allowed-scanners.js'
import { AlertBook } from './alert-book.js'
import type { BindingContext, BindingDetector } from './binding-context.js'
import {
  type DetectionEngine,
  type DetectionOptions,
  type DetectionOutput,
  type HostSighting,
  type InterfaceContext,
  isOwnMac,
  type ProbeRequest,
  type ProbeResult,
} from './detection.js'
import type { BindingView, ClaimEvidence, Detector, Finding } from './detector.js'
import { createDetectors } from './detectors.js'
import { DuplicateFilter } from './duplicates.js'
import { EvidenceRing } from './evidence-ring.js'
import { isPeer } from './peers.js'
import { Sightings } from './sightings.js'
import { readSnapshot, writeSnapshot } from './snapshot.js'

/** Control frames kept for evidence: some minutes of a home LAN, about 1 MiB at most on average sizes. */
const RING_FRAMES = 2048
/** Between two calls of `drain`; more than this is cut and comes again later. */
const MAX_PROBES = 4096
const MAX_BINDINGS = 8192
/** Of one station, which are shown for its answers alone. */
const FEW_ADDRESSES = 4

export function createDetectionEngine(network: InterfaceContext, options: DetectionOptions): DetectionEngine {
  return new Engine(network, options, createDetectors())
}

class Engine implements DetectionEngine {
  learningUntilMs = 0
  readonly #table = new BindingTable()
  readonly #ring = new EvidenceRing(RING_FRAMES)
  readonly #duplicates = new DuplicateFilter()
  readonly #conflicts = new ConflictDetector()
  readonly #newDevices = new NewDeviceDetector()
  readonly #forwarding = new ForwardingHosts()
  readonly #bindingDetectors: BindingDetector[]
  readonly #sightings = new Sightings()
  readonly #options: DetectionOptions
  readonly #detectors: Detector[]
  readonly #book: AlertBook
  readonly #learner: Learner
  readonly #context: Context
  #probes: ProbeRequest[] = []
  /** Of these, what found no room before the next `drain`. */
  #refusedProbes = 0

  constructor(network: InterfaceContext, options: DetectionOptions, detectors: Detector[]) {
    this.#options = options
    this.#detectors = detectors
    this.#book = new AlertBook(network.ownMac, this.#ring)
    this.#learner = new Learner(this.#table, network)
    this.#bindingDetectors = [
      // Before conflicts are weighed, which it explains.
      new AnswersForAllDetector(),
      this.#conflicts,
      new SenderMismatchDetector(),
      new AddressProbeDetector(),
      this.#newDevices,
    ]
    this.#context = new Context(network, this.#parts())
    this.#table.setOwn(network.ownMac, network.ownIps, this.#context.nowMs)
  }

  #parts(): ContextParts {
    return {
      options: this.#options,
      table: this.#table,
      learner: this.#learner,
      book: this.#book,
      ring: this.#ring,
      forwarding: this.#forwarding,
      sightings: this.#sightings,
      probe: (request) => {
        if (!this.#options.activeVerification) return
        if (this.#probes.length < MAX_PROBES) this.#probes.push(request)
        else this.#refusedProbes++
      },
    }
  }

  observe(packet: Packet): void {
    if (this.learningUntilMs === 0) this.learningUntilMs = packet.timeMs + this.#options.learningMs
    if (this.#duplicates.isDuplicate(packet)) return
    const context = this.#context
    this.#ring.begin(packet)
    const learnt = this.#learner.learn(packet, () => this.#ring.keep())
    context.begin(packet.timeMs, learnt.vlan, packet.timeMs < this.learningUntilMs)
    for (const [i, { ip, mac, evidence }] of learnt.observed.claims.entries())
      if (speaksFor(learnt.records[i], mac) && !this.#isAnsweredForAll(learnt.records[i], mac, evidence))
        context.sightHost(ip, mac, hostEvidence(evidence, ip))
    this.#sightPeer(packet)
    if (!isOwnMac(context.network, packet.ethernet.sourceMac))
      this.#sightings.addSender(packet, vlanId(learnt.vlan), packet.timeMs)
    for (const detector of this.#bindingDetectors) detector.observe(packet, learnt, context)
    for (const detector of this.#detectors) detector.observe(packet, context)
    this.#ring.begin(null)
  }

  tick(nowMs: number): void {
    const context = this.#context
    context.begin(nowMs, '', nowMs < this.learningUntilMs)
    for (const question of this.#learner.requests.closed(nowMs)) this.#learner.noteAnswers(question)
    for (const detector of this.#bindingDetectors) detector.tick?.(context)
    for (const detector of this.#detectors) detector.tick?.(context)
    this.#sightings.tick(nowMs)
    this.#book.tick(nowMs)
  }

  verified(result: ProbeResult): void {
    const context = this.#context
    context.begin(Math.max(result.atMs, context.nowMs), '', context.learning)
    const { method, target, atMs } = result
    this.#book.verified(result.alertId, {
      method,
      target,
      result: result.result,
      atMs,
    })
    this.#forwarding.verified(result, context)
    this.#conflicts.verified(result, context)
    for (const detector of this.#detectors) detector.verified?.(result, context)
  }

  setContext(network: InterfaceContext): void {
    this.#learner.setNetwork(network)
    this.#context.setNetwork(network)
    this.#table.setOwn(network.ownMac, network.ownIps, this.#context.nowMs)
  }

  drain(options?: { isLast: boolean }): DetectionOutput {
    const output: DetectionOutput = {
      // In the end no repeat has to wait for the next report.
      alerts: this.#book.drain(options?.isLast ? Number.POSITIVE_INFINITY : this.#context.nowMs),
      ...this.#sightings.take(options),
      probes: this.#probes,
    }
    this.#probes = []
    return output
  }

  bindings(): HostSighting[] {
    const hosts: HostSighting[] = []
    for (const { vlan, ip, owner } of this.#table.addresses()) {
      if (hosts.length >= MAX_BINDINGS) break
      if (!owner) continue
      const { mac, lastMs } = owner
      hosts.push({ ip, mac, evidence: bestEvidence(owner), seenMs: lastMs, vlan: vlanId(vlan) })
    }
    return hosts
  }

  tables(): TableStatus[] {
    return [
      ...this.#table.tables(),
      this.#ring.table(),
      ...this.#book.tables(),
      ...this.#sightings.tables(),
      {
        table: 'detection_probes',
        entries: this.#probes.length,
        capacity: MAX_PROBES,
        evicted: 0,
        refused: this.#refusedProbes,
      },
      ...this.#learner.tables(),
      ...this.#forwarding.tables(),
      ...[...this.#bindingDetectors, ...this.#detectors].flatMap((detector) => detector.tables?.() ?? []),
    ]
  }

  hellos(): HelloCounts {
    const all = this.#detectors.flatMap((detector) => detector.hellos?.() ?? [])
    const sum = (kind: keyof HelloCounts) => all.reduce((total, counts) => total + counts[kind], 0)
    return { named: sum('named'), veiled: sum('veiled'), split: sum('split'), unnamed: sum('unnamed') }
  }

  snapshot(toWallMs: (timeMs: number) => number): Uint8Array {
    return writeSnapshot(this.#table, toWallMs)
  }

  restore(snapshot: Uint8Array, nowMs: number): void {
    for (const { vlan, ip, mac, firstMs, lastMs } of readSnapshot(snapshot, nowMs)) {
      this.#table.restore(vlan, ip, mac, firstMs, lastMs)
      this.#newDevices.know(vlan, mac)
    }
  }

  /** Who answers for many addresses may do so for all: those that it does not use besides are no hosts. */
  #isAnsweredForAll(record: AddressRecord | undefined, mac: string, evidence: ClaimEvidence): boolean {
    if (!record || evidence !== 'solicited') return false
    const station = this.#table.mac(record.vlan, mac)
    if (!station || station.claimed.length <= FEW_ADDRESSES) return false
    const claim = record.claims.find((one) => one.mac === mac)
    const isUsed = claim !== undefined && !onlyAnswers(claim)
    return !isUsed && !this.#learner.isGateway(record.vlan, record.ip)
  }

  /** On a link without MACs (tunnels), the address is all that a host has. */
  #sightPeer({ ethernet, payload }: Packet): void {
    if (!ethernet.isCooked || ethernet.sourceMac !== ZERO_MAC || !('ip' in payload) || !payload.ip) return
    const { source } = payload.ip
    if (isPeer(this.#context.network, source)) this.#context.sightHost(source, '', 'ip_source')
  }
}

interface ContextParts {
  options: DetectionOptions
  table: BindingTable
  learner: Learner
  book: AlertBook
  ring: EvidenceRing
  forwarding: ForwardingHosts
  sightings: Sightings
  probe: (request: ProbeRequest) => void
}

/** One object for the life of the engine: its time and VLAN are those of the packet at hand. */
class Context implements BindingContext {
  nowMs = 0
  vlan = ''
  learning = true
  network: InterfaceContext
  readonly options: DetectionOptions
  readonly table: BindingTable
  readonly learner: Learner
  readonly book: AlertBook
  readonly bindings: BindingView
  readonly #parts: ContextParts

  constructor(network: InterfaceContext, parts: ContextParts) {
    this.network = network
    this.options = parts.options
    this.table = parts.table
    this.learner = parts.learner
    this.book = parts.book
    this.#parts = parts
    this.bindings = this.#view()
  }

  begin(nowMs: number, vlan: string, learning: boolean): void {
    this.nowMs = nowMs
    this.vlan = vlan
    this.learning = learning
  }

  setNetwork(network: InterfaceContext): void {
    this.network = network
  }

  roles(mac: string) {
    return this.learner.roles(this.vlan, mac)
  }

  isForwarder(mac: string): boolean {
    return this.#parts.forwarding.has(mac)
  }

  frame(): number {
    return this.#parts.ring.keep()
  }

  /** What this machine itself does is evidence like any other, but nothing to warn its owner of. */
  raise(finding: Finding): string {
    if (isOwnMac(this.network, actorOf(finding))) return ''
    const isAccused = ({ role, mac }: Party) => role === 'suspect' && isOwnMac(this.network, mac)
    const parties = finding.parties.filter((party) => !isAccused(party))
    const shown = withAllowance({ ...finding, parties }, this.options.allowedScanners, this.bindings)
    return this.book.raise({ vlan: vlanId(this.vlan), ...shown }, this.nowMs)
  }

  end(kind: Finding['kind'], claimer: string, ip: string): void {
    this.book.end(kind, claimer, ip)
  }

  sightHost(ip: string, mac: string, evidence: HostEvidence): void {
    if (!isGroupMac(mac))
      this.#parts.sightings.addHost({ ip, mac, evidence, seenMs: this.nowMs, vlan: vlanId(this.vlan) })
  }

  sightName(sighting: NameSighting): void {
    this.#parts.sightings.addName(sighting)
  }

  sightClue(clue: Omit<Clue, 'vlan'>): void {
    this.#parts.sightings.addClue({ ...clue, vlan: vlanId(this.vlan) })
  }

  probe(request: ProbeRequest): void {
    this.#parts.probe(request)
  }

  #view(): BindingView {
    const find = (ip: string): AddressRecord | undefined => this.table.address(this.vlan, ip)
    return {
      claims: (ip) => find(ip)?.claims ?? [],
      owner: (ip) => find(ip)?.owner ?? null,
      owned: (mac) => this.table.mac(this.vlan, mac)?.owned ?? [],
      seen: (mac) => this.table.mac(this.vlan, mac) ?? null,
      isEdge: (ip) => this.learner.prefixes.isEdge(ip),
      isGateway: (ip) => this.learner.isGateway(this.vlan, ip),
      isIpv4Gateway: (mac) => this.learner.isIpv4Gateway(this.vlan, mac),
    }
  }
}

/** Whose conduct it is about, else whose name the alert has. */
function actorOf({ parties, claimer }: Finding): string {
  return parties.find(({ role }) => role === 'suspect')?.mac ?? claimer
}

const HOST_EVIDENCE = {
  dhcp: 'dhcp',
  solicited: 'arp_solicited',
  request: 'arp_request',
  ip_source: 'ip_source',
  gratuitous: 'arp_gratuitous',
  unsolicited: 'arp_unsolicited',
} as const

/** The believed owner of an address, or as long as nobody is: the only one that has used it. */
function speaksFor(record: AddressRecord | null | undefined, mac: string): boolean {
  if (!record) return false
  return record.owner ? record.owner.mac === mac : record.claims.length === 1
}

function hostEvidence(evidence: keyof typeof HOST_EVIDENCE, ip: string): HostEvidence {
  const isNeighborDiscovery = ip.includes(':') && evidence !== 'ip_source' && evidence !== 'dhcp'
  return isNeighborDiscovery ? 'nd' : HOST_EVIDENCE[evidence]
}

function bestEvidence(claim: Claim): HostEvidence {
  const order = ['dhcp', 'solicited', 'request', 'ip_source', 'gratuitous'] as const
  return hostEvidence(order.find((evidence) => claim.counts[evidence] > 0) ?? 'unsolicited', claim.ip)
}
