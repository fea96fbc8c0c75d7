/** Who is what to a finding, said shortly. */

import type { Certainty, Party } from '@netwatcher/shared'

/** Whose conduct it is about. Address or MAC may be empty, not both. */
export function suspect(mac: string, certainty: Certainty, ip = ''): Party {
  return { role: 'suspect', mac, ip, certainty }
}

/** Who held it first, or rightfully. */
export function holder(mac: string, certainty: Certainty, ip = ''): Party {
  return { role: 'holder', mac, ip, certainty }
}

/** Who was told the lie, was scanned, or loses traffic. */
export function affected(mac: string, certainty: Certainty, ip = ''): Party {
  return { role: 'affected', mac, ip, certainty }
}
