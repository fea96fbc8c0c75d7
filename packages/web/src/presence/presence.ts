/**
 * Whether a device is there, from when it was last seen and from how well the
 * sensor was watching since. Silence only counts while somebody listened: a
 * stopped sensor, a lost daemon or a scan that found nobody never turns
 * devices offline.
 */

import { MINUTE_MS } from '@netwatcher/shared'
import type { Presence } from '../contract/devices.js'

export interface Sighting {
  presence: Presence
  lastSeenMs: number
  /** Finished scans in a row that found others but not this one. */
  missedScans: number
  isSelf: boolean
}

/** Since when the sensor of its interface has been watching without a break; null when it is not. */
export interface Watch {
  sinceMs: number
}

/** Phones doze between beacons of life; five minutes of silence are ordinary. */
export const IDLE_AFTER_MS = 5 * MINUTE_MS
/** ARP caches are refreshed well within this by anything that is awake. */
export const OFFLINE_AFTER_MS = 30 * MINUTE_MS
/** One missed scan is a lost frame; two are an absence. */
const OFFLINE_AFTER_SCANS = 2

export function nextPresence(device: Sighting, watch: Watch | null, nowMs: number): Presence {
  const sinceSeenMs = nowMs - device.lastSeenMs
  if (watch === null) {
    // Blind: what was known fades to "unknown", but absence that was established stays.
    if (device.presence === 'offline') return 'offline'
    return sinceSeenMs < IDLE_AFTER_MS ? device.presence : 'unknown'
  }
  if (device.isSelf) return 'online'
  if (device.missedScans >= OFFLINE_AFTER_SCANS) return 'offline'
  const watchedSilenceMs = nowMs - Math.max(device.lastSeenMs, watch.sinceMs)
  if (watchedSilenceMs >= OFFLINE_AFTER_MS) return 'offline'
  if (device.lastSeenMs < watch.sinceMs) {
    // Not seen since the sensor began to watch: too early to say.
    if (sinceSeenMs < IDLE_AFTER_MS) return device.presence
    return device.presence === 'offline' ? 'offline' : 'unknown'
  }
  return watchedSilenceMs >= IDLE_AFTER_MS ? 'idle' : 'online'
}
