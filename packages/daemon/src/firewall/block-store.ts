/**
 * The blocks on disk, so that a restart of the daemon neither forgets a
 * confirmed block nor keeps it for ever. Written before rules come into force.
 * What is kept is the time that was left, and when: if the wall clock was set
 * back in between, a block can only last what was left of it, not longer.
 */

import { parseMac } from '@netwatcher/shared'
import { z } from 'zod'
import type { BlockState, StandingParts } from '../model/firewall.js'
import { STATE_LAYOUT } from '../model/state-layout.js'
import { jsonState, readState } from '../os/state-file.js'
import type { TextFile } from '../os/text-file.js'
import type { ActiveBlock, BlockRule } from './block.js'
import { checkQuarantine, checkSchedule } from './standing.js'
import { parseTargets } from './target.js'

export interface StoredBlock extends BlockRule, StandingParts {
  state: BlockState
  reason: string
  overrideMacs: string[]
  appliedMs: number
  lifetimeMs: number
  remainingMs: number
}

export interface LoadedBlocks {
  blocks: StoredBlock[]
  /** Why the file, or a block in it, could not be used and was set aside; empty when all is well. */
  damage: string
}

const VERSION = STATE_LAYOUT.blocks
const BLOCK_ID = /^[0-9a-f]{16}$/

const checkFile = jsonState(
  z.object({
    version: z.union([z.literal(1), z.literal(2), z.literal(VERSION)]),
    savedMs: z.number(),
    blocks: z.array(z.unknown()),
  }),
)

const target = z.object({ type: z.enum(['cidr', 'mac']), text: z.string() })

const schedule = z
  .object({
    slots: z.array(z.object({ weekday: z.number(), startMinute: z.number(), endMinute: z.number() })),
    exceptions: z.array(z.object({ fromMs: z.number(), untilMs: z.number(), isBlocked: z.boolean() })),
    timeZone: z.string(),
  })
  .transform(checkSchedule)

const quarantine = z
  .object({
    interfaces: z.array(z.string()),
    admittedMacs: z.array(z.string()),
    dnsServers: z.array(z.string()),
  })
  .transform(checkQuarantine)

/** As strict as for a caller. */
const storedBlock: z.ZodType<StoredBlock> = z
  .object({
    id: z.string().refine(isBlockId),
    targets: z.array(target),
    schedule: schedule.nullable(),
    quarantine: quarantine.nullable(),
    state: z.enum(['applied', 'confirmed', 'suspended', 'waiting']),
    reason: z.string(),
    overrideMacs: z.array(z.string().refine((text) => parseMac(text) === text)),
    appliedMs: z.number(),
    lifetimeMs: z.number(),
    remainingMs: z.number(),
  })
  .transform((block) => ({ ...block, targets: block.quarantine ? [] : parseTargets(block.targets) }))

const ONCE = { schedule: null, quarantine: null }

/** In version 2 nothing came back by itself, and in version 1 a block had one target and no overrides. */
const schemaOf: Record<1 | 2 | 3, z.ZodType<StoredBlock>> = {
  1: z
    .looseObject({ target: z.unknown() })
    .transform(({ target: only, ...rest }) =>
      storedBlock.parse({ ...rest, ...ONCE, targets: [only], overrideMacs: [] }),
    ),
  2: z.looseObject({}).transform((rest) => storedBlock.parse({ ...rest, ...ONCE })),
  3: storedBlock,
}

export class BlockStore {
  constructor(private readonly file: TextFile) {}

  save(blocks: readonly ActiveBlock[], now: { wallMs: number; monotonicMs: number }): void {
    const stored = blocks.map((block): StoredBlock => {
      const { id, targets, state, reason, overrideMacs, appliedMs, lifetimeMs, schedule, quarantine } = block
      const remainingMs = block.endsMs - now.monotonicMs
      return {
        id,
        targets,
        schedule,
        quarantine,
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

  /** With what is left of each now, which may be nothing. Sound blocks of a damaged file are kept. */
  load(wallMs: number): LoadedBlocks {
    let damage = ''
    const saved = readState(this.file, checkFile, (why) => {
      damage = why
    })
    if (!saved) return { blocks: [], damage }
    const elapsedMs = Math.max(0, wallMs - saved.savedMs)
    const blocks = saved.blocks.flatMap((one) => parseStored(schemaOf[saved.version], one) ?? [])
    const lost = saved.blocks.length - blocks.length
    if (lost > 0) {
      damage = `${lost} of its ${saved.blocks.length} blocks could not be read`
      this.file.setAside(damage)
    }
    return {
      blocks: blocks.map((block) => ({ ...block, remainingMs: block.remainingMs - elapsedMs })),
      damage,
    }
  }
}

export function isBlockId(text: string): boolean {
  return BLOCK_ID.test(text)
}

function parseStored(schema: z.ZodType<StoredBlock>, value: unknown): StoredBlock | null {
  try {
    return schema.parse(value)
  } catch {
    return null
  }
}
