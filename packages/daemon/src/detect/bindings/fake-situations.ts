/** Situations for tests of what is said about a disputed address. */

import type { FakeTraffic } from '../engine/fake-traffic.js'

export const STRANGER = '02:11:22:33:44:55'

export interface Situation {
  name: string
  /** Loud alerts in the end, as `kind/severity`. */
  loud: string[]
  /** Kinds that must be among all alerts. */
  kinds?: string[]
  act: (lan: FakeTraffic) => void
}

export function repeat(times: number, everyMs: number, lan: FakeTraffic, act: () => void): void {
  for (let i = 0; i < times; i++) {
    act()
    lan.wait(everyMs)
  }
}
