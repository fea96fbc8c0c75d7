/**
 * The blocks on disk, so that a restart of the daemon neither forgets a
 * confirmed block nor keeps it for ever. Written before rules come into force.
 * What is kept is the time that was left, and when: if the wall clock was set
 * back in between, a block can only last what was left of it, not longer.
 */

import { parseMac } from '@netwatcher/shared'
import type { BlockState } from '../model/firewall.js'
import type { TextFile } from '../os/text-file.js'
import type { ActiveBlock, BlockRule } from './block.js'
import { parseTargets } from './target.js'

export interface StoredBlock extends BlockRule {
  state: BlockState
  reason: string
  overrideMacs: string[]
  appliedMs: number
  lifetimeMs: number
  remainingMs: number
}

const VERSION = 2
const BLOCK_ID = /^[0-9a-f]{16}$/
const STATES: readonly unknown[] = ['applied', 'confirmed', 'suspended'] satisfies BlockState[]

export class BlockStore {
  constructor(private readonly file: TextFile) {}

  save(blocks: readonly ActiveBlock[], now: { wallMs: number; monotonicMs: number }): void {
    const stored = blocks.map((block): StoredBlock => {
      const { id, targets, state, reason, overrideMacs, appliedMs, lifetimeMs } = block
      const remainingMs = block.endsMs - now.monotonicMs
      return {
        id,
        targets,
        state,
        reason,
        overrideMacs: [...overrideMacs],
        appliedMs,
        lifetimeMs,
        remainingMs,
      }
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
    if (!isRecord(saved) || !Array.isArray(saved.blocks)) return []
    const migrate = MIGRATIONS.get(saved.version)
    if (!migrate) return []
    const elapsedMs = Math.max(0, wallMs - (typeof saved.savedMs === 'number' ? saved.savedMs : 0))
    return saved.blocks.flatMap((value) => {
      const block = isRecord(value) ? parseStored(migrate(value)) : null
      return block ? [{ ...block, remainingMs: block.remainingMs - elapsedMs }] : []
    })
  }
}

export function isBlockId(text: string): boolean {
  return BLOCK_ID.test(text)
}

/** To the newest form; in version 1 a block had one target and no overrides. */
const MIGRATIONS = new Map<unknown, (block: Record<string, unknown>) => Record<string, unknown>>([
  [1, (block) => ({ ...block, targets: [block.target], overrideMacs: [] })],
  [VERSION, (block) => block],
])

/** As strict as for a caller: what is damaged is dropped, and its rules with it. */
function parseStored(value: Record<string, unknown>): StoredBlock | null {
  const { id, targets, state, reason, overrideMacs, appliedMs, lifetimeMs, remainingMs } = value
  if (typeof id !== 'string' || !isBlockId(id) || typeof reason !== 'string') return null
  if (!isState(state) || !Array.isArray(targets) || !targets.every(isTarget)) return null
  if (!Array.isArray(overrideMacs) || !overrideMacs.every((mac) => parseMac(String(mac)) === mac)) return null
  if (typeof appliedMs !== 'number' || typeof lifetimeMs !== 'number' || typeof remainingMs !== 'number') {
    return null
  }
  try {
    const parsed = parseTargets(targets)
    return { id, targets: parsed, state, reason, overrideMacs, appliedMs, lifetimeMs, remainingMs }
  } catch {
    return null
  }
}

function isState(value: unknown): value is BlockState {
  return STATES.includes(value)
}

function isTarget(value: unknown): value is { type: 'cidr' | 'mac'; text: string } {
  return isRecord(value) && (value.type === 'cidr' || value.type === 'mac') && typeof value.text === 'string'
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
