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

/** Of the budget and of the disk; of the disk no more than so many bytes, where a tenth would be plenty. */
const SPARE_SHARE = 0.1
const MOST_SPARE_BYTES = 512 * MIB
/** That many times what a shortage begins below ends it, so that it does not come and go with each look. */
const ENDS_AT = 1.25

/** Null while there is room. What it was before ends only with a margin. */
export function shortageOf(room: Room, before: Shortage | null): Shortage | null {
  const { usedBytes, reusableBytes, budgetBytes, freeBytes } = room
  const isShort = (kind: Shortage, leftBytes: number, spareBytes: number) =>
    leftBytes < (kind === before ? ENDS_AT : 1) * spareBytes
  if (isShort('disk', freeBytes + reusableBytes, spareOfDisk(room))) return 'disk'
  return isShort('budget', budgetBytes - usedBytes, SPARE_SHARE * budgetBytes) ? 'budget' : null
}

export function shortageText(shortage: Shortage, { freeBytes, usedBytes, budgetBytes }: Room): Text {
  const mib = (bytes: number) => Math.floor(bytes / MIB)
  return shortage === 'disk'
    ? text('disk_nearly_full', { free_mib: mib(freeBytes) })
    : text('budget_nearly_full', { used_mib: mib(usedBytes), budget_mib: mib(budgetBytes) })
}

function spareOfDisk({ totalBytes }: Room): number {
  return Math.min(MOST_SPARE_BYTES, SPARE_SHARE * totalBytes)
}
