/**
 * Asks devices what they are: all of them by SSDP and mDNS, and then for each
 * type of service that was named, since only its instances have the texts that
 * tell a maker and a model. Answers are read as what devices say unasked
 * (`detect/clues`); where a description lies is never fetched. A round has a
 * bounded number of frames, sent one after the other.
 */

import { isLinkLocalIp, SECOND_MS } from '@netwatcher/shared'
import type { AnnounceKindName } from '@netwatcher/shared/names'
import type { Clue } from '../model/host.js'
import type { InterfaceFacts } from '../model/interface.js'
import { DNS_PTR } from '../wire/dns.js'
import {
  type Asker,
  encodeServiceQuestions,
  encodeSsdpSearch,
  SERVICE_ENUMERATION,
  SSDP_ALL,
} from '../wire/encode-announce-query.js'
import type { Packet } from '../wire/packet.js'
import { isForeignFrame, type ScannerDependencies } from './scan-context.js'

/** Devices answer an enumeration within half a second (RFC 6762 section 6). */
const LISTEN_MS = SECOND_MS
const PAUSE_MS = SECOND_MS / 4
/** 64 types in 8 messages; what is beyond is asked for by nobody. */
const MOST_TYPES = 64
const TYPES_PER_MESSAGE = 8
const SERVICE_TYPE = /^_[a-z0-9-]{1,15}\._(?:tcp|udp)\.local$/
const FIRST_EPHEMERAL_PORT = 49_152

interface Round {
  asker: Asker
  /** Of services that somebody has named. */
  types: Set<string>
  sent: number
  onDone: (sent: number) => void
  cancelTimer: () => void
}

export class Announcer {
  private round: Round | null = null
  /** Types asked for in the last round: no interest of a program of this machine. */
  private asked = new Set<string>()

  constructor(
    private readonly dependencies: ScannerDependencies,
    private facts: InterfaceFacts,
  ) {}

  setFacts(facts: InterfaceFacts): void {
    this.facts = facts
  }

  /** Says how many frames were sent once all of them are; at once that none is, where it cannot ask now. */
  announce(kinds: readonly AnnounceKindName[], onDone: (sent: number) => void): void {
    const ip = this.facts.addresses
      .map((one) => one.ip)
      .find((one) => !one.includes(':') && !isLinkLocalIp(one))
    const { mac } = this.facts
    if (this.round || ip === undefined || mac === '') {
      onDone(0)
      return
    }
    const round: Round = { asker: { mac, ip }, types: new Set(), sent: 0, onDone, cancelTimer: () => {} }
    this.asked = new Set()
    this.round = round
    if (kinds.includes('ssdp')) this.send(round, encodeSsdpSearch(round.asker, this.choosePort()))
    if (!kinds.includes('mdns')) this.end()
    else {
      this.send(round, encodeServiceQuestions(round.asker, [SERVICE_ENUMERATION]))
      this.later(round, LISTEN_MS)
    }
  }

  observe(packet: Packet): void {
    const { round } = this
    const { payload } = packet
    if (!round || payload.type !== 'dns' || payload.source !== 'mdns' || !payload.message.isResponse) return
    if (!isForeignFrame(packet, this.facts)) return
    for (const { name, type, data } of payload.message.answers) {
      const service = data.toLowerCase()
      const isNamed =
        type === DNS_PTR && name.toLowerCase() === SERVICE_ENUMERATION && SERVICE_TYPE.test(service)
      if (isNamed && round.types.size < MOST_TYPES) round.types.add(service)
    }
  }

  /** A question of ours would look like the interest of a program of this machine. */
  isOwnQuestion({ mac, source, value }: Clue): boolean {
    if (mac !== this.facts.mac) return false
    return source === 'mdns_asked' ? this.asked.has(value) : source === 'ssdp_asked' && value === SSDP_ALL
  }

  stop(): void {
    this.end()
  }

  private choosePort(): number {
    return FIRST_EPHEMERAL_PORT + Math.floor(this.dependencies.random() * (0x10000 - FIRST_EPHEMERAL_PORT))
  }

  private later(round: Round, afterMs: number): void {
    if (this.round === round) {
      round.cancelTimer = this.dependencies.timers.after(afterMs, () => this.askTypes(round))
    }
  }

  private askTypes(round: Round): void {
    const types = [...round.types]
      .filter((type) => !this.asked.has(withoutLocal(type)))
      .slice(0, TYPES_PER_MESSAGE)
    if (types.length === 0) {
      this.end()
      return
    }
    for (const type of types) this.asked.add(withoutLocal(type))
    this.send(round, encodeServiceQuestions(round.asker, types))
    this.later(round, PAUSE_MS)
  }

  /** An interface that is going away ends the round. */
  private send(round: Round, frame: Uint8Array): void {
    if (this.round !== round) return
    try {
      this.dependencies.sender.send(frame)
      round.sent++
    } catch {
      this.end()
    }
  }

  private end(): void {
    const { round } = this
    this.round = null
    round?.cancelTimer()
    round?.onDone(round.sent)
  }
}

function withoutLocal(type: string): string {
  return type.replace(/\.local$/, '')
}
