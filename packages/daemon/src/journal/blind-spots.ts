/**
 * What callers have done that makes detection see less: a capture that was
 * stopped, a router that was pinned to another MAC than the one that has held
 * its address. Each is a critical alert of the daemon's own for as long as it
 * lasts, said again every hour, here and in the system log, whatever a caller
 * has acknowledged in between.
 */

import { HOUR_MS, NO_TEXT, type Party, render, type Text, text } from '@netwatcher/shared'
import type { StoredAlert } from '../model/alert.js'
import type { Binding } from '../model/host.js'
import type { Logger } from '../os/log.js'

/** An address that routes, and the interface that it was found on. */
export interface WatchedRouter {
  interface: string
  ip: string
}

export interface BlindSpotsDependencies {
  /** Pinned by call; what the configuration pins is root's. */
  pinned(): readonly Binding[]
  routers(): readonly WatchedRouter[]
  /** Who has held the address longest; null when nobody is known. */
  holder(ip: string): string | null
  raise(alert: StoredAlert): void
  /** 32 hexadecimal digits that nobody can foresee, so that no sensor can speak of the alert. */
  newId(): string
  /** Wall clock. */
  nowMs(): number
  log: Logger
}

interface BlindSpot {
  key: string
  interface: string
  ip: string
  parties: Party[]
  expected: Text
  seen: Text
  advice: Text
}

const SAID_AGAIN_MS = HOUR_MS

export class BlindSpots {
  readonly #stopped = new Set<string>()
  readonly #raised = new Map<string, StoredAlert>()

  constructor(private readonly deps: BlindSpotsDependencies) {}

  stopped(interfaces: readonly string[]): void {
    for (const name of interfaces) this.#stopped.add(name)
    this.look()
  }

  started(interfaces: readonly string[]): void {
    for (const name of interfaces) this.#stopped.delete(name)
    this.look()
  }

  /** To be called after each change, and from time to time. */
  look(): void {
    const spots = [...[...this.#stopped].map(stoppedCapture), ...this.#contradictedPins()]
    for (const spot of spots) this.#say(spot)
    const lasting = new Set(spots.map(({ key }) => key))
    for (const [key, alert] of this.#raised) {
      if (lasting.has(key)) continue
      this.#raised.delete(key)
      this.deps.raise({ ...alert, state: 'ended' })
    }
  }

  #say(spot: BlindSpot): void {
    const nowMs = this.deps.nowMs()
    const before = this.#raised.get(spot.key)
    if (before && Math.abs(nowMs - before.lastSeenMs) < SAID_AGAIN_MS) return
    const alert = before
      ? { ...before, lastSeenMs: nowMs, count: before.count + 1 }
      : this.#newAlert(spot, nowMs)
    this.#raised.set(spot.key, alert)
    this.deps.log.warn('Detection sees less', { interface: alert.interface, seen: render(alert.seen, 'en') })
    this.deps.raise(alert)
  }

  #newAlert({ key: _, ...spot }: BlindSpot, nowMs: number): StoredAlert {
    return {
      ...spot,
      id: this.deps.newId(),
      kind: 'watch_stopped',
      severity: 'critical',
      state: 'active',
      vlan: 0,
      reasonsFor: [],
      reasonsAgainst: [],
      verifications: [],
      firstSeenMs: nowMs,
      lastSeenMs: nowMs,
      count: 1,
      evidenceBytes: 0,
    }
  }

  #contradictedPins(): BlindSpot[] {
    const routers = this.deps.routers()
    return this.deps.pinned().flatMap((binding) => {
      const router = routers.find(({ ip }) => ip === binding.ip)
      const holder = this.deps.holder(binding.ip)
      if (!router || holder === null || holder === binding.mac) return []
      return [contradictedPin(binding, holder, router.interface)]
    })
  }
}

function stoppedCapture(name: string): BlindSpot {
  return {
    key: `stopped ${name}`,
    interface: name,
    ip: '',
    parties: [],
    expected: NO_TEXT,
    seen: text('capture_stopped_by_call', { interface: name }),
    advice: text('advice_start_capture', { interface: name }),
  }
}

function contradictedPin({ ip, mac }: Binding, holder: string, interfaceName: string): BlindSpot {
  return {
    key: `pinned ${ip} ${mac}`,
    interface: interfaceName,
    ip,
    parties: [
      { role: 'suspect', mac, ip, certainty: 'possible' },
      { role: 'holder', mac: holder, ip, certainty: 'likely' },
    ],
    expected: text('router_held_by', { ip, mac: holder }),
    seen: text('router_pinned_to', { ip, mac }),
    advice: text('advice_check_pin', { ip, mac }),
  }
}
