/**
 * Whether room for the database is about to run out, as a pure judgement: its
 * own budget or the disk's free space. Told and acted on before anything has to
 * be refused.
 */

import { MIB, type Text, text } from '@netwatcher/shared'

export interface Room {
  usedBytes: number
  /** Within the file, without its growing. */
  reusableBytes: number
  budgetBytes: number
  freeBytes: number
  totalBytes: number
}

export type Shortage = 'disk' | 'budget'

/** Of the budget; what is used beyond it is nearly all. */
const NEARLY_ALL = 0.9
/** Of the disk, or that many bytes where a tenth would be plenty. */
const SPARE_SHARE = 0.1
const MOST_SPARE_BYTES = 512 * MIB

/** Null while there is room. */
export function shortageOf(room: Room): Shortage | null {
  const { usedBytes, reusableBytes, budgetBytes, freeBytes } = room
  if (freeBytes + reusableBytes < spareBytes(room)) return 'disk'
  return usedBytes > NEARLY_ALL * budgetBytes ? 'budget' : null
}

export function shortageText(shortage: Shortage, { freeBytes, usedBytes, budgetBytes }: Room): Text {
  const mib = (bytes: number) => Math.floor(bytes / MIB)
  return shortage === 'disk'
    ? text('disk_nearly_full', { free_mib: mib(freeBytes) })
    : text('budget_nearly_full', { used_mib: mib(usedBytes), budget_mib: mib(budgetBytes) })
}

function spareBytes({ totalBytes }: Room): number {
  return Math.min(MOST_SPARE_BYTES, SPARE_SHARE * totalBytes)
}
