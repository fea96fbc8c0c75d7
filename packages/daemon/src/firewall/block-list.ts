/**
 * The wanted blocks, in memory and on file alike. A block is written to the
 * file before it counts, but it is taken out even if the disk refuses.
 */

import { invalidArgument, NetWatcherError } from '@netwatcher/shared'
import type { BlockView } from '../model/firewall.js'
import type { ActiveBlock } from './block.js'
import { type BlockStore, isBlockId } from './block-store.js'
import type { FirewallClock } from './clock.js'
import { allBlockRules } from './rules.js'

export const MAX_BLOCKS = 256

export class BlockList {
  #blocks: readonly ActiveBlock[] = []

  constructor(
    private readonly store: BlockStore,
    private readonly clock: FirewallClock,
  ) {}

  get all(): readonly ActiveBlock[] {
    return this.#blocks
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

  /** True when the file could be written too. */
  remove(gone: readonly ActiveBlock[]): boolean {
    this.#blocks = this.#blocks.filter((block) => !gone.includes(block))
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

  /** Throws when the target is blocked already, or there are too many blocks. */
  checkRoom(targetText: string): void {
    if (this.#blocks.some((block) => block.target.text === targetText)) {
      throw new NetWatcherError('already_exists', 'ALREADY_BLOCKED', `${targetText} is blocked already.`)
    }
    if (this.#blocks.length < MAX_BLOCKS) return
    const message = `There are ${MAX_BLOCKS} blocks in force, and no more are possible.`
    throw new NetWatcherError('resource_exhausted', 'TOO_MANY_BLOCKS', message)
  }

  view(block: ActiveBlock): BlockView {
    const { id, target, state, reason, appliedMs } = block
    const toWallMs = this.clock.wallMs() - this.clock.monotonicMs()
    const confirmByMs = Math.round(block.confirmByMs + toWallMs)
    const expiresMs = Math.round(block.endsMs + toWallMs)
    return { id, target, state, reason, appliedMs, confirmByMs, expiresMs, rules: allBlockRules(block) }
  }

  #save(blocks: readonly ActiveBlock[]): void {
    this.store.save(blocks, { wallMs: this.clock.wallMs(), monotonicMs: this.clock.monotonicMs() })
  }
}
