/**
 * The detection engine of one interface: learns from every packet, shows it to
 * each detector, and keeps what they raise. It has no clock, timer or I/O.
 */

import { isGroupMac, SECOND_MS, type TableStatus } from '@netwatcher/shared'
import type { HostEvidence, NameSighting } from '../../model/host.js'
import type { Packet } from '../../wire/packet.js'
import { AddressProbeDetector } from '../bindings/address-probes.js'
import { ConflictDetector } from '../bindings/conflicts.js'
import { ForwardingHosts } from '../bindings/forwarding-hosts.js'
import { SenderMismatchDetector } from '../bindings/sender-mismatch.js'
import { NewDeviceDetector } from '../hosts/new-device.js'
import { type AddressRecord, BindingTable } from '../knowledge/binding-table.js'
import type { Claim } from '../knowledge/claim.js'
import { Learner } from '../knowledge/learner.js'
import { vlanId } from '../knowledge/views.js'
import { withAllowance } from '../scans/allowed-scanners.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { AlertBook } from './alert-book.js'
import type { BindingContext, BindingDetector } from './binding-context.js'
import type {
  DetectionEngine,
  DetectionOptions,
  DetectionOutput,
  HostSighting,
  InterfaceContext,
  ProbeRequest,
  ProbeResult,
} from './detection.js'
import type { BindingView, Detector, Finding } from './detector.js'
import { createDetectors } from './detectors.js'
import { DuplicateFilter } from './duplicates.js'
import { EvidenceRing } from './evidence-ring.js'
import { readSnapshot, writeSnapshot } from './snapshot.js'

/** Control frames kept for evidence: some minutes of a home LAN, about 1 MiB at most on average sizes. */
const RING_FRAMES = 2048
/** The same binding is reported again only after this. */
const SIGHTING_INTERVAL_MS = 30 * SECOND_MS
const MAX_SIGHTED = 16_384
/** Between two calls of `drain`; more than this is cut and comes again later. */
const MAX_OUTPUT = 4096
const MAX_BINDINGS = 8192

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
  readonly #sighted = new BoundedMap<number>(MAX_SIGHTED)
  readonly #options: DetectionOptions
  readonly #detectors: Detector[]
  readonly #book: AlertBook
  readonly #learner: Learner
  readonly #context: Context
  #hosts: HostSighting[] = []
  #names: NameSighting[] = []
  #probes: ProbeRequest[] = []
  /** Of these, what found no room before the next `drain`. */
  #refused = 0

  constructor(network: InterfaceContext, options: DetectionOptions, detectors: Detector[]) {
    this.#options = options
    this.#detectors = detectors
    this.#book = new AlertBook(network.ownMac, this.#ring)
    this.#learner = new Learner(this.#table, network)
    this.#bindingDetectors = [
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
      sightHost: (sighting) => this.#sightHost(sighting),
      sightName: (sighting) => this.#give(this.#names, sighting),
      probe: (request) => {
        if (this.#options.activeVerification) this.#give(this.#probes, request)
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
      if (speaksFor(learnt.records[i], mac)) context.sightHost(ip, mac, hostEvidence(evidence, ip))
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
      hosts: this.#hosts,
      names: this.#names,
      probes: this.#probes,
    }
    this.#hosts = []
    this.#names = []
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
      this.#sighted.status('sightings'),
      { table: 'detection_output', ...this.#output(), evicted: 0, refused: this.#refused },
      ...this.#learner.tables(),
      ...this.#forwarding.tables(),
      ...[...this.#bindingDetectors, ...this.#detectors].flatMap((detector) => detector.tables?.() ?? []),
    ]
  }

  #output() {
    const entries = this.#hosts.length + this.#names.length + this.#probes.length
    return { entries, capacity: 3 * MAX_OUTPUT }
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

  #sightHost(sighting: HostSighting): void {
    const key = `${sighting.vlan}|${sighting.ip}|${sighting.mac}|${sighting.evidence}`
    const lastMs = this.#sighted.get(key)
    if (lastMs !== undefined && sighting.seenMs - lastMs < SIGHTING_INTERVAL_MS) return
    if (this.#give(this.#hosts, sighting)) this.#sighted.set(key, sighting.seenMs)
  }

  /** Whether there was room for it. */
  #give<Item>(list: Item[], item: Item): boolean {
    const isRoom = list.length < MAX_OUTPUT
    if (isRoom) list.push(item)
    else this.#refused++
    return isRoom
  }
}

interface ContextParts {
  options: DetectionOptions
  table: BindingTable
  learner: Learner
  book: AlertBook
  ring: EvidenceRing
  forwarding: ForwardingHosts
  sightHost: (sighting: HostSighting) => void
  sightName: (sighting: NameSighting) => void
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
    const { ownMac } = this.network
    if (ownMac !== '' && actorOf(finding) === ownMac) return ''
    const shown = withAllowance(finding, this.options.allowedScanners, this.bindings)
    return this.book.raise({ vlan: vlanId(this.vlan), ...shown }, this.nowMs)
  }

  end(kind: Finding['kind'], claimer: string, ip: string): void {
    this.book.end(kind, claimer, ip)
  }

  sightHost(ip: string, mac: string, evidence: HostEvidence): void {
    if (!isGroupMac(mac))
      this.#parts.sightHost({ ip, mac, evidence, seenMs: this.nowMs, vlan: vlanId(this.vlan) })
  }

  sightName(sighting: NameSighting): void {
    this.#parts.sightName(sighting)
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
      isGateway: (ip) => this.learner.isGateway(this.vlan, ip),
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
