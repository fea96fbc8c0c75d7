/** Clues of one packet, before anybody has said whose they are. */

import type { ClueSource } from '@netwatcher/shared'

/** Where it stood, and what; an empty value is none. */
export type Clues = readonly (readonly [ClueSource, string])[]
