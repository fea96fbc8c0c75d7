/**
 * Finds out whether the internet can be reached: from what comes to this machine
 * from beyond its gateway anyway, and by questions where nothing does. The
 * gateway is asked by ARP; beyond it the addresses that the owner has named by
 * echo, or else the resolvers of this machine. Nobody else is. IPv4 only.
 *
 * A resolver that is another machine of the network is not asked, as its silence
 * would be its own, nor one with a private address, which may be reached by
 * another way.
 */

import { BROADCAST_MAC, cidrContains, isLocalIp, makeCidr, SECOND_MS, ZERO_MAC } from '@netwatcher/shared'
import type { InterfaceFacts } from '../model/interface.js'
import { MAX_UPLINK_TARGETS, type Uplink } from '../model/uplink.js'
import { ARP_REQUEST, encodeArp } from '../wire/arp.js'
import { type Endpoints, encodeEchoRequest } from '../wire/encode-ip.js'
import { DNS_NS, encodeRootQuestion } from '../wire/encode-root-query.js'
import { ICMP_ECHO_REPLY } from '../wire/icmpv4.js'
import type { Packet, Payload } from '../wire/packet.js'
import { Begun } from './begun.js'
import { isForeignFrame, randomIdentifier, type ScannerDependencies } from './scan-context.js'
import { UplinkJudge } from './uplink.js'

export interface UplinkOptions {
  patienceMs: number
  /** Asked instead of the resolvers. */
  targets: readonly string[]
  /** Whose an address is; empty when that is not known. */
  holderOf(ip: string): string
  /** Frames that could not be read so far: while there are more, silence says nothing. */
  missedFrames(): number
  /** The state is another one. */
  onChange(): void
}

/** Rounds in the time of the patience. */
const ROUNDS = 4
const FIRST_ROUND_MS = SECOND_MS
const FIRST_EPHEMERAL_PORT = 49_152

interface Route {
  gateway: string
  ownIp: string
}

interface Question {
  ip: string
  isTarget: boolean
}

export class UplinkWatch {
  private readonly targets: readonly Question[]
  private judge: UplinkJudge
  private route: Route | null = null
  /** Who is asked now, and the identifier of the question. */
  private question: Question | null = null
  private questionId = 0
  private rounds = 0
  private missed = 0
  private cancelTimer = () => {}
  private readonly begun = new Begun()

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
    private readonly options: UplinkOptions,
  ) {
    this.targets = options.targets.map((ip) => ({ ip, isTarget: true }))
    this.judge = new UplinkJudge(options.patienceMs, dependencies.timers.nowMs())
  }

  start(): void {
    this.later(FIRST_ROUND_MS)
  }

  stop(): void {
    this.cancelTimer()
  }

  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
    const route = this.hasLink() ? routeOf(facts) : this.route
    if (route?.gateway === this.route?.gateway && route?.ownIp === this.route?.ownIp) return
    this.route = route
    this.judge = new UplinkJudge(this.options.patienceMs, this.dependencies.timers.nowMs())
  }

  /** Without a carrier an interface has no addresses (`os/interfaces.ts`), and its gateway is silent. */
  private hasLink(): boolean {
    return this.facts.addresses.length > 0
  }

  /** In capture time; null without an IPv4 gateway. */
  status(): Uplink | null {
    return this.route && this.judge.status(this.route.gateway)
  }

  observe(packet: Packet): void {
    const { route } = this
    if (!route) return
    const { payload, timeMs } = packet
    if (packet.ethernet.sourceMac === this.facts.mac) this.begun.note(payload)
    if (!isForeignFrame(packet, this.facts)) return
    if (payload.type === 'arp') {
      if (payload.arp.senderIp === route.gateway) this.judge.gatewayAnswered(timeMs)
      return
    }
    const ip = 'ip' in payload ? payload.ip : null
    if (ip === null || ip.destination !== route.ownIp) return
    if (ip.source === route.gateway) this.judge.gatewayAnswered(timeMs)
    const evidence = this.evidenceIn(payload, ip.source)
    if (evidence === null) return
    this.change(() => this.judge.beyondAnswered(evidence, timeMs))
  }

  /** What a packet to this machine shows of what is beyond the gateway. */
  private evidenceIn(payload: Payload, from: string): 'target' | 'resolver' | 'connection' | null {
    const { question, questionId } = this
    if (payload.type === 'icmpv4') {
      const { icmp } = payload
      const isReply = icmp.type === ICMP_ECHO_REPLY && icmp.identifier === questionId
      return isReply && question?.isTarget && question.ip === from ? 'target' : null
    }
    if (payload.type === 'dns') {
      const { source, message } = payload
      if (source !== 'dns' || !message.isResponse || message.responseCode !== 0) return null
      const isOurs = from === question?.ip && message.id === questionId
      if (isOurs) return message.answers.some(({ type }) => type === DNS_NS) ? 'resolver' : null
    }
    return this.isBeyond(from) && this.begun.isAnsweredBy(payload) ? 'connection' : null
  }

  /** A private address may lie behind another interface, a VPN for example. */
  private isBeyond(ip: string): boolean {
    return !ip.includes(':') && !ip.startsWith('127.') && !isLocalIp(ip) && !isInSubnet(this.facts, ip)
  }

  private later(afterMs: number): void {
    this.cancelTimer = this.dependencies.timers.after(afterMs, () => {
      this.look()
      this.later(this.options.patienceMs / ROUNDS)
    })
  }

  private look(): void {
    const nowMs = this.dependencies.timers.nowMs()
    const missed = this.options.missedFrames()
    if (missed !== this.missed) this.judge.wasBlind()
    this.missed = missed
    this.change(() => this.judge.judge(nowMs))
    const { route } = this
    if (route && !this.judge.heardSince(nowMs - this.options.patienceMs / ROUNDS)) this.ask(route)
  }

  private ask(route: Route): void {
    if (!this.hasLink()) {
      this.judge.asked('gateway', this.dependencies.timers.nowMs())
      return
    }
    try {
      this.askGateway(route)
      this.askBeyond(route)
    } catch {
      // The interface is going away: silence would be no evidence.
      this.judge.wasBlind()
    }
  }

  /** To itself alone; to all while it is not known, or does not answer that way. */
  private askGateway({ gateway, ownIp }: Route): void {
    const { mac } = this.facts
    const holder = this.options.holderOf(gateway)
    const isToAll = holder === '' || this.rounds % 2 === 1
    const question = encodeArp({
      destinationMac: isToAll ? BROADCAST_MAC : holder,
      sourceMac: mac,
      operation: ARP_REQUEST,
      senderMac: mac,
      senderIp: ownIp,
      targetMac: isToAll ? ZERO_MAC : holder,
      targetIp: gateway,
    })
    this.dependencies.sender.send(question)
    this.judge.asked('gateway', this.dependencies.timers.nowMs())
  }

  /** Each in turn, so that the silence of one alone says nothing. */
  private askBeyond({ gateway, ownIp }: Route): void {
    const asked = this.targets.length > 0 ? this.targets : this.resolvers(gateway)
    const question = asked[this.rounds++ % Math.max(1, asked.length)] ?? null
    const holder = this.options.holderOf(gateway)
    if (question === null || holder === '') return
    const { sender, random, timers } = this.dependencies
    this.question = question
    this.questionId = randomIdentifier(random)
    const ends: Endpoints = {
      ...{ sourceMac: this.facts.mac, destinationMac: holder },
      ...{ sourceIp: ownIp, destinationIp: question.ip },
    }
    const port = FIRST_EPHEMERAL_PORT + Math.floor(random() * (0x10000 - FIRST_EPHEMERAL_PORT))
    const frame = question.isTarget
      ? encodeEchoRequest(ends, { identifier: this.questionId, sequence: this.rounds & 0xffff })
      : encodeRootQuestion(ends, port, this.questionId)
    sender.send(frame)
    this.judge.asked('beyond', timers.nowMs())
  }

  private resolvers(gateway: string): Question[] {
    return this.facts.resolvers
      .filter((ip) => ip === gateway || this.isBeyond(ip))
      .slice(0, MAX_UPLINK_TARGETS)
      .map((ip) => ({ ip, isTarget: false }))
  }

  private change(action: () => void): void {
    const before = this.status()?.state
    action()
    if (this.status()?.state !== before) this.options.onChange()
  }
}

function routeOf(facts: InterfaceFacts): Route | null {
  const gateway = facts.gateways.find((ip) => !ip.includes(':'))
  const own = facts.addresses.find(
    ({ ip, prefixLength }) => gateway !== undefined && isIn(ip, prefixLength, gateway),
  )
  return gateway !== undefined && own && facts.mac !== '' ? { gateway, ownIp: own.ip } : null
}

function isInSubnet({ addresses }: InterfaceFacts, ip: string): boolean {
  return addresses.some((own) => isIn(own.ip, own.prefixLength, ip))
}

function isIn(ownIp: string, prefixLength: number, ip: string): boolean {
  const cidr = makeCidr(ownIp, prefixLength)
  return cidr !== null && cidrContains(cidr, ip)
}
