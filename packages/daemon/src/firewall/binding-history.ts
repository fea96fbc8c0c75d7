/**
 * Which MACs were seen for the addresses that must not be blocked, since when
 * and until when. The kernel's neighbour table forgets who held an address the
 * moment somebody else claims it; this does not, and it outlives a restart.
 * Bounded: the claim that was held longest never gives way to a flood.
 */

import { DAY_MS, errorMessage, MINUTE_MS, parseIp, parseMac } from '@netwatcher/shared'
import { z } from 'zod'
import type { Logger } from '../os/log.js'
import { jsonState, readState } from '../os/state-file.js'
import type { TextFile } from '../os/text-file.js'
import type { Claim } from './guard.js'
import { longestHeld } from './protected-macs.js'

export interface Sighting {
  ip: string
  mac: string
  /** Wall clock. */
  seenMs: number
}

type Held = Omit<Claim, 'isDisputed'>

export const MAX_ADDRESSES = 64
export const MAX_CLAIMS = 16
const KEPT_MS = DAY_MS
/** Two that were both seen within this claim the address at the same time. */
const DISPUTE_MS = 10 * MINUTE_MS
const SAVE_MS = MINUTE_MS
const VERSION = 1

const checkFile = jsonState(
  z.object({
    version: z.literal(VERSION),
    claims: z
      .array(
        z
          .object({
            ip: z.string().refine((text) => parseIp(text) === text),
            mac: z.string().refine((text) => parseMac(text) === text),
            firstMs: z.number(),
            lastMs: z.number(),
          })
          .refine(({ firstMs, lastMs }) => firstMs <= lastMs),
      )
      .max(MAX_ADDRESSES * MAX_CLAIMS),
  }),
)

export class BindingHistory {
  /** By address. */
  readonly #claims = new Map<string, Held[]>()
  #savedMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly file: TextFile,
    private readonly nowMs: () => number,
    private readonly log: Logger,
  ) {}

  /** A damaged file is set aside. */
  load(): void {
    for (const claim of readState(this.file, checkFile)?.claims ?? []) this.#put(claim)
  }

  /**
   * Those that are to be kept in mind, the most important first: the ones that were
   * named longest ago give way, and of too many the last.
   */
  watch(ips: readonly string[]): void {
    for (const ip of ips.toReversed()) {
      const claims = this.#claims.get(ip) ?? []
      this.#claims.delete(ip)
      this.#claims.set(ip, claims)
    }
    for (const oldest of this.#claims.keys()) {
      if (this.#claims.size <= MAX_ADDRESSES) break
      this.#claims.delete(oldest)
    }
  }

  /** Sightings of other addresses are left out. */
  note(sightings: readonly Sighting[]): void {
    const ours = sightings.filter(({ ip, mac }) => mac !== '' && this.#claims.has(ip))
    for (const { ip, mac, seenMs } of ours) this.#put({ ip, mac, firstMs: seenMs, lastMs: seenMs })
    if (ours.length > 0 && Math.abs(this.nowMs() - this.#savedMs) >= SAVE_MS) this.save()
  }

  /** Who was seen for the address within a day. */
  bindingsOf(ip: string): Claim[] {
    const nowMs = this.nowMs()
    const claims = this.#fresh(this.#claims.get(ip) ?? [])
    const current = claims.filter(({ lastMs }) => nowMs - lastMs <= DISPUTE_MS)
    const isDisputed = (claim: Held) => current.length > 1 && current.includes(claim)
    return claims.map((claim) => ({ ...claim, isDisputed: isDisputed(claim) }))
  }

  save(): void {
    this.#savedMs = this.nowMs()
    const claims = [...this.#claims.values()].flatMap((one) => this.#fresh(one))
    try {
      this.file.replace(`${JSON.stringify({ version: VERSION, claims })}\n`)
    } catch (error) {
      this.log.error('The history of protected addresses could not be kept', { error: errorMessage(error) })
    }
  }

  #put({ ip, mac, firstMs, lastMs }: Held): void {
    const claims = this.#fresh(this.#claims.get(ip) ?? [])
    const known = claims.find((claim) => claim.mac === mac)
    const others = claims.filter((claim) => claim !== known)
    const first = Math.min(firstMs, known?.firstMs ?? firstMs)
    const merged = { ip, mac, firstMs: first, lastMs: Math.max(lastMs, known?.lastMs ?? lastMs) }
    const crowded = [...others, merged]
    if (crowded.length > MAX_CLAIMS) crowded.splice(crowded.indexOf(weakest(crowded)), 1)
    this.#claims.set(ip, crowded)
  }

  /** The last that is known stays, however long the machine was switched off or far the clock was set. */
  #fresh(claims: readonly Held[]): Held[] {
    const nowMs = this.nowMs()
    const fresh = claims.filter(({ lastMs }) => nowMs - lastMs <= KEPT_MS)
    const last = longestHeld(claims)
    return fresh.length > 0 || !last ? fresh : [last]
  }
}

/** The one that was held shortest; of several, the newest. */
function weakest(claims: readonly Held[]): Held {
  const [first, ...rest] = claims
  if (!first) throw new Error('unreachable: there is one too many')
  const heldMs = ({ firstMs, lastMs }: Held) => lastMs - firstMs
  return rest.reduce((weak, one) => {
    const isWeaker =
      heldMs(one) < heldMs(weak) || (heldMs(one) === heldMs(weak) && one.firstMs > weak.firstMs)
    return isWeaker ? one : weak
  }, first)
}
