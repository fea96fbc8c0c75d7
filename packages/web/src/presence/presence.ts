/**
 * Whether a device is there, from when it was last seen and from how well the
 * sensor was watching since. Silence only counts while somebody listened: a
 * stopped sensor, a lost daemon or a scan that found nobody never turns
 * devices offline. How much silence is ordinary depends on the device.
 */

import { HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import type { Patience, Presence } from '../contract/devices.js'

export interface Sighting {
  presence: Presence
  lastSeenMs: number
  /** Finished scans in a row that found others but not this one. */
  missedScans: number
  isSelf: boolean
  patience: Patience
}

/** Since when the sensor of its interface has been watching without a break; null when it is not. */
export interface Watch {
  sinceMs: number
}

interface Limits {
  idleAfterMs: number
  offlineAfterMs: number
  /** One missed scan is a lost frame; two are an absence. Infinite: scans say nothing. */
  offlineAfterScans: number
}

/** Phones doze for minutes; ARP caches are refreshed within half an hour by anything that is awake. */
export const LIMITS: Record<Patience, Limits> = {
  always_on: { idleAfterMs: 2 * MINUTE_MS, offlineAfterMs: 5 * MINUTE_MS, offlineAfterScans: 2 },
  normal: { idleAfterMs: 5 * MINUTE_MS, offlineAfterMs: 30 * MINUTE_MS, offlineAfterScans: 2 },
  sleepy: {
    idleAfterMs: 15 * MINUTE_MS,
    offlineAfterMs: 6 * HOUR_MS,
    offlineAfterScans: Number.POSITIVE_INFINITY,
  },
}

export function nextPresence(device: Sighting, watch: Watch | null, nowMs: number): Presence {
  const { idleAfterMs, offlineAfterMs, offlineAfterScans } = LIMITS[device.patience]
  const sinceSeenMs = nowMs - device.lastSeenMs
  if (watch === null) {
    // Blind: what was known fades to "unknown", but absence that was established stays.
    if (device.presence === 'offline') return 'offline'
    return sinceSeenMs < idleAfterMs ? device.presence : 'unknown'
  }
  if (device.isSelf) return 'online'
  if (device.missedScans >= offlineAfterScans) return 'offline'
  const watchedSilenceMs = nowMs - Math.max(device.lastSeenMs, watch.sinceMs)
  if (watchedSilenceMs >= offlineAfterMs) return 'offline'
  if (device.lastSeenMs < watch.sinceMs) {
    // Not seen since the sensor began to watch: too early to say.
    if (sinceSeenMs < idleAfterMs) return device.presence
    return device.presence === 'offline' ? 'offline' : 'unknown'
  }
  return watchedSilenceMs >= idleAfterMs ? 'idle' : 'online'
}
