/**
 * Asks LLMNR, NetBIOS and mDNS for a name that nobody can have, because it was
 * made up just now: whoever gives it an address answers for names that are not
 * its own. Once a minute, and at once when somebody is suspected of it; poison
 * goes to the asker alone, so elsewhere it would not even be seen.
 */

import { cidrLast, isLinkLocalIp, MINUTE_MS, makeCidr, SECOND_MS } from '@netwatcher/shared'
import type { ProbeRequest, ProbeResult } from '../detect/engine/detection.js'
import { nameAnswers } from '../detect/names/name-answers.js'
import type { InterfaceAddress, InterfaceFacts } from '../model/interface.js'
import { encodeNameQuestion, type NameProtocol } from '../wire/encode-name-query.js'
import type { Packet } from '../wire/packet.js'
import type { ProbeBudget } from './probe-budget.js'
import { isForeignFrame, type ScannerDependencies } from './scan-context.js'

export interface NameProberOptions {
  /** Shared with the other active checks. */
  budget: ProbeBudget
  onResult: (result: ProbeResult) => void
}

const PROTOCOLS: readonly NameProtocol[] = ['llmnr', 'mdns', 'nbns']
const EVERY_MS = MINUTE_MS
/** mDNS answers within 0.5 s (RFC 6762 section 6), LLMNR within 1 s (RFC 4795 section 7). */
const LISTEN_MS = 3 * SECOND_MS
/** Browsers on this machine ask for random names of 7 to 15 letters too, to find out about DNS that answers everything. */
const NAME_LETTERS = { least: 10, most: 15 }
const FIRST_EPHEMERAL_PORT = 49_152
const MAX_REQUESTS = 16
/** Answers to one name: more poisoners than that are not told one by one. */
const MAX_ANSWERERS = 16

interface Round {
  readonly name: string
  readonly answerers: Set<string>
  /** On suspicion: who is waited for. */
  readonly requests: ProbeRequest[]
  readonly cancelTimer: () => void
}

export class NameProber {
  private sent = 0
  private invented = ''
  private round: Round | null = null
  private cancelPeriodicTimer = () => {}

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
    private readonly options: NameProberOptions,
  ) {}

  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
  }

  /** Frames sent so far. */
  get framesSent(): number {
    return this.sent
  }

  /** Whether it is the last name that was made up, which whoever answers for it is not called. */
  hasInvented(name: string): boolean {
    return this.invented !== '' && name.toLowerCase() === this.invented
  }

  startPeriodic(): void {
    this.cancelPeriodicTimer = this.dependencies.timers.after(EVERY_MS, () => {
      this.begin([])
      this.startPeriodic()
    })
  }

  /** False when it cannot be asked now: no result will follow. */
  request(request: ProbeRequest): boolean {
    if (!this.round) return this.begin([request])
    if (this.round.requests.length >= MAX_REQUESTS || this.round.answerers.has(request.target.mac))
      return false
    this.round.requests.push(request)
    return true
  }

  /** Without a suspicion; gives the frames that were sent, none where it cannot be asked now. */
  askNow(): number {
    const before = this.sent
    this.begin([])
    return this.sent - before
  }

  observe(packet: Packet): void {
    const { round } = this
    const { payload, ethernet } = packet
    if (!round || payload.type !== 'dns' || !payload.message.isResponse) return
    if (!isForeignFrame(packet, this.facts)) return
    const answer = nameAnswers(packet).find(({ name }) => name === round.name)
    const mac = ethernet.sourceMac
    if (!answer || round.answerers.has(mac) || round.answerers.size >= MAX_ANSWERERS) return
    round.answerers.add(mac)
    const found = { target: { ip: answer.ip, mac }, result: 'answered', atMs: packet.timeMs } as const
    const asked = round.requests.filter(({ target }) => target.mac === mac)
    for (const { alertId } of asked.length > 0 ? asked : [{ alertId: '' }])
      this.options.onResult({ method: 'name_probe', alertId, ...found })
  }

  stop(): void {
    this.cancelPeriodicTimer()
    this.round?.cancelTimer()
    this.round = null
  }

  private begin(requests: ProbeRequest[]): boolean {
    const own = this.facts.addresses.find(({ ip }) => !ip.includes(':') && !isLinkLocalIp(ip))
    const nowMs = this.dependencies.timers.nowMs()
    if (this.round || !own || this.facts.mac === '') return false
    if (this.options.budget.leftAt(nowMs) < PROTOCOLS.length) return false
    const name = this.inventName()
    this.invented = name
    const cancelTimer = this.dependencies.timers.after(LISTEN_MS, () => this.end())
    this.round = { name, answerers: new Set(), requests: [...requests], cancelTimer }
    this.ask(name, own)
    return true
  }

  private ask(name: string, own: InterfaceAddress): void {
    const { sender, timers, random } = this.dependencies
    const subnet = makeCidr(own.ip, own.prefixLength)
    const question = {
      name,
      id: Math.floor(random() * 0x10000),
      sourceMac: this.facts.mac,
      sourceIp: own.ip,
      sourcePort: FIRST_EPHEMERAL_PORT + Math.floor(random() * (0x10000 - FIRST_EPHEMERAL_PORT)),
      subnetBroadcastIp: subnet ? cidrLast(subnet) : '',
    }
    try {
      for (const protocol of PROTOCOLS) {
        this.options.budget.spend(timers.nowMs())
        sender.send(encodeNameQuestion({ ...question, protocol }))
        this.sent++
      }
    } catch {
      // The interface is going away. Silence would be no evidence, so there is no result.
      this.round?.requests.splice(0)
    }
  }

  private end(): void {
    const { round } = this
    this.round = null
    const atMs = this.dependencies.timers.nowMs()
    for (const request of round?.requests ?? [])
      if (!round?.answerers.has(request.target.mac))
        this.options.onResult({ ...request, result: 'silent', atMs })
  }

  private inventName(): string {
    const { random } = this.dependencies
    const { least, most } = NAME_LETTERS
    const length = least + Math.floor(random() * (most - least + 1))
    return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
  }
}
