/**
 * All sensors: which interfaces have one, and what each is told of the machine.
 * The machine is looked at from time to time; a sensor follows its interface
 * through down and up, deletion, renaming and new addresses.
 */

import {
  type Cidr,
  isNoText,
  MIB,
  MINUTE_MS,
  makeCidr,
  NetWatcherError,
  SECOND_MS,
  type Text,
} from '@netwatcher/shared'
import type { Config } from '../config.js'
import type { CaptureStatus, LeftOutInterface, TimeSpan } from '../model/capture.js'
import type { Binding } from '../model/host.js'
import { type InterfaceFacts, type InterfaceInfo, NO_FACTS } from '../model/interface.js'
import type { Command, Report, SensorSettings } from '../model/sensor.js'
import type { KernelCounters } from '../os/kernel-counters.js'
import type { Logger } from '../os/log.js'
import type { UserIds } from '../os/users.js'
import type { Timers } from '../time/timers.js'
import { placeDecoys } from './decoy-places.js'
import { factsOf, type MachineView } from './interface-facts.js'
import type { OpenLink } from './sensor-link.js'
import { type LinkState, SensorSupervisor } from './supervisor.js'
import { type Choice, chooseInterfaces } from './watched-interfaces.js'

/** What the sensors need from the machine. */
export interface Machine {
  interfaces(): Promise<InterfaceInfo[]>
  isForwarding(): Promise<boolean>
  resolvers(): Promise<string[]>
  linkIndex(name: string): string
  kernelCounters(name: string): KernelCounters
  /** Mbit/s; null where it is not known. */
  linkSpeed(name: string): number | null
}

/** Where what the sensors say goes. */
export interface SensorSink {
  onReport(interfaceName: string, report: Report): void
  onState(status: CaptureStatus): void
  onLost(interfaceName: string, uncounted: TimeSpan | null): void
  /** No sensor can give up its rights here. */
  onUnsafe(sentence: string): void
  /** The interface is not watched any more. */
  onRemoved(interfaceName: string): void
}

export interface SensorsDependencies {
  config: Config
  daemonId: string
  /** Whom sensors become: each another one while there are enough. */
  users: readonly UserIds[]
  /** Why no sensor can be started; no text when they can. */
  obstacle: Text
  machine: Machine
  openLink: OpenLink
  pinned(): Binding[]
  learnt(interfaceName: string): Uint8Array
  timers: Timers
  wallMs(): number
  log: Logger
  sink: SensorSink
}

interface Watched {
  supervisor: SensorSupervisor
  facts: InterfaceFacts
  linkIndex: string
  user: UserIds | undefined
}

export class Sensors {
  private readonly watched = new Map<string, Watched>()
  /** Interfaces that somebody has stopped by hand. */
  private readonly stopped = new Set<string>()
  private leftOutInterfaces: LeftOutInterface[] = []
  private toldChoice = ''
  private unplacedDecoys = ''

  constructor(private readonly deps: SensorsDependencies) {}

  /** Looks at the machine and makes the sensors fit it. */
  async refresh(): Promise<void> {
    const { machine, config } = this.deps
    const [all, isForwarding, resolvers] = await Promise.all([
      machine.interfaces(),
      machine.isForwarding(),
      // A machine without any is watched all the same.
      config.internet.watch ? machine.resolvers().catch(() => []) : [],
    ])
    const byName = new Map(all.map((one) => [one.name, one]))
    const configured = config.capture.interfaces
    const choice = chooseInterfaces(configured, all)
    const leftOut = new Set(choice.leftOut.map(({ name }) => name))
    for (const name of choice.watched) if (!this.watched.has(name)) this.add(name)
    for (const [name, watched] of this.watched) {
      const isUnwanted = configured.length === 0 && (!byName.has(name) || leftOut.has(name))
      if (isUnwanted) this.remove(name, watched)
    }
    const decoys = placeDecoys(config.detection.decoys, this.names, all)
    this.tellUnplaced(decoys)
    this.tellChoice(choice)
    const counting = this.names.filter((name) => !this.stopped.has(name) && byName.get(name)?.isUp)
    const view = { all, watched: counting, isForwarding, resolvers }
    for (const [name, watched] of this.watched)
      this.update(name, watched, byName.get(name), { ...view, decoys: decoys.get(name) ?? [] })
  }

  private tellChoice({ leftOut }: Choice): void {
    const said = { watched: this.names.join(' '), leftOut: leftOut.map(({ name }) => name).join(' ') }
    this.leftOutInterfaces = leftOut
    if (said.leftOut === '' && this.toldChoice === '') return
    if (JSON.stringify(said) !== this.toldChoice) this.deps.log.info('Interfaces were chosen', said)
    this.toldChoice = JSON.stringify(said)
  }

  /** Ends sensors that hang. */
  check(): void {
    for (const { supervisor } of this.watched.values()) supervisor.check()
  }

  /** Starts one sensor, or all where the name is empty. Gives their interfaces. */
  start(interfaceName: string): string[] {
    const selected = this.select(interfaceName)
    for (const [name, { supervisor }] of selected) {
      this.stopped.delete(name)
      if (isNoText(this.deps.obstacle)) supervisor.start()
    }
    return selected.map(([name]) => name)
  }

  /** Gives the interfaces. */
  async stop(interfaceName: string): Promise<string[]> {
    const selected = this.select(interfaceName)
    for (const [name] of selected) this.stopped.add(name)
    await Promise.all(selected.map(([, { supervisor }]) => supervisor.stop()))
    return selected.map(([name]) => name)
  }

  get names(): string[] {
    return [...this.watched.keys()]
  }

  get leftOut(): LeftOutInterface[] {
    return this.leftOutInterfaces
  }

  facts(interfaceName: string): InterfaceFacts | null {
    return this.watched.get(interfaceName)?.facts ?? null
  }

  /** All networks that the watched interfaces are in. */
  subnets(): Cidr[] {
    const addresses = [...this.watched.values()].flatMap(({ facts }) => facts.addresses)
    return addresses.map(({ ip, prefixLength }) => makeCidr(ip, prefixLength)).filter((cidr) => cidr !== null)
  }

  statuses(): CaptureStatus[] {
    return [...this.watched.values()].map(({ supervisor }) => this.explain(supervisor.status()))
  }

  /** False when no sensor runs there. */
  send(interfaceName: string, command: Command): boolean {
    return this.watched.get(interfaceName)?.supervisor.send(command) ?? false
  }

  sendPinned(): void {
    const command: Command = { type: 'set_pinned', pinned: this.deps.pinned() }
    for (const name of this.names) this.send(name, command)
  }

  private tellUnplaced(places: ReadonlyMap<string, string[]>): void {
    const placed = [...places.values()].flat()
    const unplaced = this.deps.config.detection.decoys.filter((ip) => !placed.includes(ip)).join(' ')
    if (unplaced !== this.unplacedDecoys && unplaced !== '')
      this.deps.log.warn('Decoys that are in no watched network, or are taken by this machine or a router', {
        addresses: unplaced,
      })
    this.unplacedDecoys = unplaced
  }

  /** Says why nothing was ever started. */
  private explain(status: CaptureStatus): CaptureStatus {
    const { obstacle } = this.deps
    return isNoText(obstacle) ? status : { ...status, detail: obstacle }
  }

  private select(interfaceName: string): [string, Watched][] {
    if (interfaceName === '') return [...this.watched]
    const watched = this.watched.get(interfaceName)
    if (watched) return [[interfaceName, watched]]
    throw new NetWatcherError('not_found', 'INTERFACE_NOT_WATCHED', `${interfaceName} is not watched.`)
  }

  private add(name: string): void {
    const { openLink, machine, timers, wallMs, log, sink } = this.deps
    const supervisor = new SensorSupervisor({
      interfaceName: name,
      openLink,
      settings: () => this.settings(name),
      kernelCounters: () => machine.kernelCounters(name),
      linkSpeed: () => machine.linkSpeed(name),
      timers,
      wallMs,
      log,
      onReport: (report) => sink.onReport(name, report),
      onState: (status) => sink.onState(this.explain(status)),
      onLost: (uncounted) => sink.onLost(name, uncounted),
      onUnsafe: (sentence) => sink.onUnsafe(sentence),
    })
    this.watched.set(name, {
      supervisor,
      facts: NO_FACTS,
      linkIndex: machine.linkIndex(name),
      user: this.leastUsedUser(),
    })
    if (isNoText(this.deps.obstacle) && !this.stopped.has(name)) supervisor.start()
  }

  private leastUsedUser(): UserIds | undefined {
    const taken = [...this.watched.values()].map(({ user }) => user)
    const uses = (user: UserIds) => taken.filter((one) => one === user).length
    return [...this.deps.users].sort((a, b) => uses(a) - uses(b))[0]
  }

  private remove(name: string, { supervisor }: Watched): void {
    this.watched.delete(name)
    void supervisor.stop().then(() => this.deps.sink.onRemoved(name))
  }

  private update(name: string, watched: Watched, info: InterfaceInfo | undefined, view: MachineView): void {
    const state: LinkState = !info ? 'gone' : info.isUp ? 'up' : 'down'
    const linkIndex = this.deps.machine.linkIndex(name)
    const isReplaced = linkIndex !== watched.linkIndex
    const facts = info ? factsOf(info, view) : watched.facts
    const haveFactsChanged = JSON.stringify(facts) !== JSON.stringify(watched.facts)
    watched.linkIndex = linkIndex
    watched.facts = facts
    if (haveFactsChanged) watched.supervisor.setFacts(facts)
    watched.supervisor.setLink(state, isReplaced)
  }

  private settings(name: string): SensorSettings {
    const { config, daemonId, pinned, learnt } = this.deps
    const { capture, detection, internet } = config
    return {
      daemonId,
      interface: name,
      facts: this.facts(name) ?? NO_FACTS,
      // The add-on refuses to become nobody in particular (0).
      uid: this.watched.get(name)?.user?.uid ?? 0,
      gid: this.watched.get(name)?.user?.gid ?? 0,
      ringBytes: capture.ringMib * MIB,
      promiscuous: capture.promiscuous,
      flowCapacity: capture.flowCapacity,
      bucketMs: capture.bucketSeconds * SECOND_MS,
      activeVerification: detection.activeVerification,
      periodicProbing: detection.periodicProbing,
      nameProbing: detection.nameProbing,
      uplinkPatienceMs: internet.watch ? internet.patienceSeconds * SECOND_MS : 0,
      uplinkTargets: internet.targets,
      probesPerMinute: detection.probesPerMinute,
      learningMs: detection.learningMinutes * MINUTE_MS,
      pinned: pinned(),
      allowedScanners: detection.allowedScanners,
      learnt: learnt(name),
    }
  }
}
