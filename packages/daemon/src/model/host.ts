/** Hosts and names as they were seen on an interface. */

import type { ClueSource, NameSource } from '@netwatcher/shared'
import type { EvidenceName } from '@netwatcher/shared/names'

export interface Binding {
  ip: string
  mac: string
}

/** A host that the owner allows to scan. Either may be empty, which is any; never both. */
export interface AllowedScanner {
  ip: string
  mac: string
}

/** How a host became known. */
export type Evidence = EvidenceName
/** Those of them that a frame on the wire can show. */
export type HostEvidence = Exclude<Evidence, 'neighbor_table' | 'own'>

/** A host as a sensor or the kernel knows it; `mac` or `ip` is empty when it is not known, never both. */
export interface HostSeen {
  ip: string
  mac: string
  evidence: Evidence
  seenMs: number
  /** VLAN identifier (IEEE 802.1Q), the outer one of two; 0 when untagged. */
  vlan: number
}

/** A host with where it was seen, and what the daemon itself knows of it. */
export interface HostFound extends HostSeen {
  interface: string
  isSelf: boolean
  isGateway: boolean
}

export interface NameSighting {
  ip: string
  mac: string
  name: string
  source: NameSource
}

/** What a device tells of its nature, as it stood there. */
export interface Clue {
  mac: string
  source: ClueSource
  value: string
  /** VLAN identifier (IEEE 802.1Q); 0 when untagged. */
  vlan: number
}
