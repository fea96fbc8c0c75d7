/**
 * Which devices are probably one, as known when it was looked at last: it is
 * worked out over all of them now and then, so that no list waits for it.
 */

import { DAY_MS, type Suggestion, suggestSameDevices } from '@netwatcher/shared'
import type { DeviceProfile, SameDeviceRepository } from '../storage/same-device-repository.js'

/** Who was not seen for longer has no new MAC that anybody would want to know of. */
const SEEN_WITHIN_MS = 30 * DAY_MS

export interface Twin {
  id: number
  earlierId: number
  suggestion: Suggestion
}

export class Twins {
  private found: Twin[] = []
  private readonly ids = new Map<number, number[]>()

  constructor(
    private readonly repository: SameDeviceRepository,
    private readonly nowMs: () => number,
  ) {}

  async refresh(): Promise<void> {
    const profiles = await this.repository.profiles(this.nowMs() - SEEN_WITHIN_MS)
    const found: Twin[] = []
    for (const siteId of new Set(profiles.map((profile) => profile.siteId))) {
      const own = profiles.filter((profile) => profile.siteId === siteId)
      found.push(...twinsOf(own, await this.repository.different(siteId)))
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

function twinsOf(profiles: readonly DeviceProfile[], different: ReadonlySet<string>): Twin[] {
  const byMac = new Map(profiles.map((profile) => [profile.mac, profile]))
  return suggestSameDevices(profiles).flatMap((suggestion) => {
    const later = byMac.get(suggestion.mac)
    const earlier = byMac.get(suggestion.earlierMac)
    if (!later || !earlier || isDecided(later, earlier, different)) return []
    return [{ id: later.id, earlierId: earlier.id, suggestion }]
  })
}

function isDecided(one: DeviceProfile, other: DeviceProfile, different: ReadonlySet<string>): boolean {
  return one.macs.some((mac) =>
    other.macs.some((theirs) => different.has(mac < theirs ? `${mac} ${theirs}` : `${theirs} ${mac}`)),
  )
}
