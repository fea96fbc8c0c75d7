/**
 * The blocks on disk, so that a restart of the daemon neither forgets a
 * confirmed block nor keeps it for ever. Written before rules come into force.
 * What is kept is the time that was left, and when: if the wall clock was set
 * back in between, a block can only last what was left of it, not longer.
 */

import type { TextFile } from '../os/text-file.js'
import type { ActiveBlock, BlockRule } from './block.js'
import { parseTarget } from './target.js'

export interface StoredBlock extends BlockRule {
  state: ActiveBlock['state']
  reason: string
  appliedMs: number
  lifetimeMs: number
  remainingMs: number
}

const VERSION = 1
const BLOCK_ID = /^[0-9a-f]{16}$/

export class BlockStore {
  constructor(private readonly file: TextFile) {}

  save(blocks: readonly ActiveBlock[], now: { wallMs: number; monotonicMs: number }): void {
    const stored = blocks.map(({ id, target, state, reason, appliedMs, lifetimeMs, endsMs }): StoredBlock => {
      return { id, target, state, reason, appliedMs, lifetimeMs, remainingMs: endsMs - now.monotonicMs }
    })
    this.file.replace(
      `${JSON.stringify({ version: VERSION, savedMs: now.wallMs, blocks: stored }, null, 2)}\n`,
    )
  }

  /** With what is left of each now, which may be nothing. Null when nothing was ever saved. */
  load(wallMs: number): StoredBlock[] | null {
    const text = this.file.read()
    if (text === null) return null
    const saved = parseJson(text)
    if (!isRecord(saved) || saved.version !== VERSION || !Array.isArray(saved.blocks)) return []
    const elapsedMs = Math.max(0, wallMs - (typeof saved.savedMs === 'number' ? saved.savedMs : 0))
    return saved.blocks.flatMap((value) => {
      const block = parseStored(value)
      return block ? [{ ...block, remainingMs: block.remainingMs - elapsedMs }] : []
    })
  }
}

export function isBlockId(text: string): boolean {
  return BLOCK_ID.test(text)
}

/** As strict as for a caller: what is damaged is dropped, and its rules with it. */
function parseStored(value: unknown): StoredBlock | null {
  if (!isRecord(value) || !isRecord(value.target)) return null
  const { id, target, state, reason, appliedMs, lifetimeMs, remainingMs } = value
  if (typeof id !== 'string' || !isBlockId(id) || typeof reason !== 'string') return null
  if (state !== 'applied' && state !== 'confirmed') return null
  if (typeof appliedMs !== 'number' || typeof lifetimeMs !== 'number' || typeof remainingMs !== 'number') {
    return null
  }
  if ((target.type !== 'cidr' && target.type !== 'mac') || typeof target.text !== 'string') return null
  try {
    const parsed = parseTarget({ type: target.type, text: target.text })
    return { id, target: parsed, state, reason, appliedMs, lifetimeMs, remainingMs }
  } catch {
    return null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
