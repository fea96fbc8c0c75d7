/**
 * Names by reverse DNS for addresses that are shown: a few look-ups at a time,
 * each with a time-out, kept in a bounded memory together with the answer "no
 * name". What comes back is text from strangers and cleaned like all names.
 */

import { cleanName, isLinkLocalIp, isLoopbackIp, isMulticastIp, isUnspecifiedIp } from '@netwatcher/shared'
import { GenerationMap } from '../storage/generations.js'

export interface ReverseDnsOptions {
  concurrency: number
  timeoutMs: number
  /** How long a name, and the lack of one, is believed. */
  positiveMs: number
  negativeMs: number
  maxQueued: number
}

export const REVERSE_DNS_DEFAULTS: ReverseDnsOptions = {
  concurrency: 4,
  timeoutMs: 2_000,
  positiveMs: 24 * 3_600_000,
  negativeMs: 3_600_000,
  maxQueued: 2_000,
}

const REMEMBERED = 10_000
/** RFC 1035 section 2.3.4. */
const MAX_NAME = 255

interface Answer {
  name: string | null
  untilMs: number
}

export class ReverseDns {
  private readonly answers = new GenerationMap<string, Answer>(REMEMBERED)
  private readonly queue = new Set<string>()
  private readonly running = new Map<string, Promise<void>>()

  constructor(
    /** Names of an address; rejects when there are none. */
    private readonly lookUp: (ip: string) => Promise<string[]>,
    private readonly nowMs: () => number,
    private readonly options: ReverseDnsOptions = REVERSE_DNS_DEFAULTS,
  ) {}

  /** What is known; asks in the background for what is not. */
  nameOf(ip: string): string | null {
    const answer = this.answers.get(ip)
    if (answer === undefined || answer.untilMs <= this.nowMs()) this.request(ip)
    return answer?.name ?? null
  }

  /** Settles when everything asked for has been answered or has timed out. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values())
  }

  stop(): void {
    this.queue.clear()
  }

  private request(ip: string): void {
    if (!isWorthAsking(ip) || this.running.has(ip) || this.queue.size >= this.options.maxQueued) return
    this.queue.add(ip)
    this.pump()
  }

  private pump(): void {
    for (const ip of this.queue) {
      if (this.running.size >= this.options.concurrency) return
      this.queue.delete(ip)
      const job = this.resolve(ip).finally(() => {
        this.running.delete(ip)
        this.pump()
      })
      this.running.set(ip, job)
    }
  }

  private async resolve(ip: string): Promise<void> {
    const name = await this.ask(ip)
    const lifeMs = name === null ? this.options.negativeMs : this.options.positiveMs
    this.answers.set(ip, { name, untilMs: this.nowMs() + lifeMs })
  }

  private async ask(ip: string): Promise<string | null> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<string[]>((resolve) => {
      timer = setTimeout(() => resolve([]), this.options.timeoutMs)
    })
    try {
      const [name = ''] = await Promise.race([this.lookUp(ip), timeout])
      return cleanName(name, MAX_NAME)
    } catch {
      return null
    } finally {
      clearTimeout(timer)
    }
  }
}

function isWorthAsking(ip: string): boolean {
  return ip !== '' && !isMulticastIp(ip) && !isLoopbackIp(ip) && !isUnspecifiedIp(ip) && !isLinkLocalIp(ip)
}
