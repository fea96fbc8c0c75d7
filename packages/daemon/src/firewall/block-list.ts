/**
 * The wanted blocks, in memory and on file alike. A block is written to the
 * file before it counts, but it is taken out even if the disk refuses.
 */

import { invalidArgument, NetWatcherError } from '@netwatcher/shared'
import type { BlockView } from '../model/firewall.js'
import { type ActiveBlock, type BlockRule, isInForce, targetTexts } from './block.js'
import { type BlockStore, isBlockId } from './block-store.js'
import type { FirewallClock } from './clock.js'
import { allBlockRules } from './rules.js'

export const MAX_BLOCKS = 256
/** Of all blocks together: each is two rules that packets have to pass. */
const MAX_BLOCKED_TARGETS = 1024

export class BlockList {
  #blocks: readonly ActiveBlock[] = []

  constructor(
    private readonly store: BlockStore,
    private readonly clock: FirewallClock,
  ) {}

  get all(): readonly ActiveBlock[] {
    return this.#blocks
  }

  /** Those that have rules. */
  get inForce(): ActiveBlock[] {
    return this.#blocks.filter(isInForce)
  }

  /** Throws, and has changed nothing, when the file cannot be written. */
  replace(blocks: readonly ActiveBlock[]): void {
    try {
      this.#save(blocks)
    } catch (cause) {
      const message = 'The state directory cannot be written, so nothing was changed.'
      throw new NetWatcherError('unavailable', 'STATE_NOT_SAVED', message, { cause })
    }
    this.#blocks = blocks
  }

  /** For what must not wait for the disk. True when the file could be written too. */
  settle(blocks: readonly ActiveBlock[]): boolean {
    this.#blocks = blocks
    try {
      this.#save(this.#blocks)
      return true
    } catch {
      return false
    }
  }

  find(id: string): ActiveBlock {
    if (!isBlockId(id)) throw invalidArgument('BLOCK_ID_INVALID', 'A block id has 16 hexadecimal digits.')
    const block = this.#blocks.find((one) => one.id === id)
    if (block && block.endsMs > this.clock.monotonicMs()) return block
    throw new NetWatcherError('not_found', 'BLOCK_UNKNOWN', 'No block in force has this id.')
  }

  /** Throws when a target is blocked already, or there are too many blocks. */
  checkRoom({ targets, quarantine }: Pick<BlockRule, 'targets' | 'quarantine'>): void {
    if (quarantine && this.#blocks.some((block) => block.quarantine)) {
      const message = 'There is a quarantine already: end it first.'
      throw new NetWatcherError('already_exists', 'ALREADY_BLOCKED', message)
    }
    const blocked = new Set(this.#blocks.flatMap(targetTexts))
    const again = targets.find(({ text }) => blocked.has(text))
    if (again)
      throw new NetWatcherError('already_exists', 'ALREADY_BLOCKED', `${again.text} is blocked already.`)
    if (blocked.size + targets.length > MAX_BLOCKED_TARGETS) {
      const message = `${blocked.size} addresses and devices are blocked, and ${MAX_BLOCKED_TARGETS} are possible.`
      throw new NetWatcherError('resource_exhausted', 'TOO_MANY_TARGETS', message)
    }
    if (this.#blocks.length < MAX_BLOCKS) return
    const message = `There are ${MAX_BLOCKS} blocks in force, and no more are possible.`
    throw new NetWatcherError('resource_exhausted', 'TOO_MANY_BLOCKS', message)
  }

  view(block: ActiveBlock): BlockView {
    const { id, targets, state, reason, suspended, appliedMs, schedule, quarantine } = block
    const rules = isInForce(block) ? allBlockRules(block) : []
    const toWallMs = this.clock.wallMs() - this.clock.monotonicMs()
    const confirmByMs = Math.round(block.confirmByMs + toWallMs)
    const expiresMs = Math.round(block.endsMs + toWallMs)
    const times = { appliedMs, confirmByMs, expiresMs }
    return { id, targets, state, reason, suspended, schedule, quarantine, rules, ...times }
  }

  #save(blocks: readonly ActiveBlock[]): void {
    this.store.save(blocks, { wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() })
  }
}
