/**
 * Which devices are probably one, as known when it was looked at last: it is
 * worked out over all of them now and then, so that no list waits for it, and in
 * slices, so that nothing else does.
 */

import { setImmediate } from 'node:timers/promises'
import { DAY_MS, type Suggestion, suggestInSteps } from '@netwatcher/shared'
import type { DeviceProfile, SameDeviceRepository } from '../storage/same-device-repository.js'

/** Who was not seen for longer has no new MAC that anybody would want to know of. */
const SEEN_WITHIN_MS = 30 * DAY_MS
const SLICE_MS = 10

export interface Twin {
  id: number
  earlierId: number
  suggestion: Suggestion
}

export class Twins {
  private found: Twin[] = []
  private refreshed: Promise<void> = Promise.resolve()
  private readonly ids = new Map<number, number[]>()

  constructor(
    private readonly repository: SameDeviceRepository,
    private readonly nowMs: () => number,
  ) {}

  /** One after the other, so that what was decided before the latest call counts. */
  refresh(): Promise<void> {
    const next = this.refreshed.then(() => this.look())
    this.refreshed = next.catch(() => {})
    return next
  }

  private async look(): Promise<void> {
    const bySite = new Map<number, DeviceProfile[]>()
    for await (const profiles of this.repository.profiles(this.nowMs() - SEEN_WITHIN_MS)) {
      for (const profile of profiles) {
        const own = bySite.get(profile.siteId)
        if (own) own.push(profile)
        else bySite.set(profile.siteId, [profile])
      }
    }
    const found: Twin[] = []
    for (const [siteId, own] of bySite) {
      found.push(...(await twinsOf(own, await this.repository.different(siteId))))
    }
    this.found = found
    this.ids.clear()
    for (const { id, earlierId } of found) {
      this.ids.set(id, [...(this.ids.get(id) ?? []), earlierId])
      this.ids.set(earlierId, [...(this.ids.get(earlierId) ?? []), id])
    }
  }

  /** The surest first. */
  all(): readonly Twin[] {
    return [...this.found].sort((a, b) => b.suggestion.confidence - a.suggestion.confidence)
  }

  idsOf(id: number): number[] {
    return this.ids.get(id) ?? []
  }
}

async function twinsOf(profiles: readonly DeviceProfile[], different: ReadonlySet<string>): Promise<Twin[]> {
  const byMac = new Map(profiles.map((profile) => [profile.mac, profile]))
  const suggestions = await inSlices(suggestInSteps(profiles))
  return suggestions.flatMap((suggestion) => {
    const later = byMac.get(suggestion.mac)
    const earlier = byMac.get(suggestion.earlierMac)
    if (!later || !earlier || isDecided(later, earlier, different)) return []
    return [{ id: later.id, earlierId: earlier.id, suggestion }]
  })
}

/** Lets others have their turn every few milliseconds. */
async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let sinceMs = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - sinceMs < SLICE_MS) continue
    await setImmediate()
    sinceMs = performance.now()
  }
}

function isDecided(one: DeviceProfile, other: DeviceProfile, different: ReadonlySet<string>): boolean {
  return one.macs.some((mac) =>
    other.macs.some((theirs) => different.has(mac < theirs ? `${mac} ${theirs}` : `${theirs} ${mac}`)),
  )
}
