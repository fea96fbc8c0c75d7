/** The state of the firewall to its message. */

import type { FirewallState } from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { BLOCK_STATE } from '@netwatcher/shared/names'
import type { BlockView, FirewallView } from '../model/firewall.js'
import { wholeNumber } from './numbers.js'

export function toBlock(block: BlockView): FirewallState['blocks'][number] {
  return {
    id: block.id,
    target: { $case: block.target.type, value: block.target.text },
    state: BLOCK_STATE[block.state],
    appliedMs: wholeNumber(block.appliedMs),
    confirmByMs: wholeNumber(block.confirmByMs),
    expiresMs: wholeNumber(block.expiresMs),
    reason: block.reason,
    rules: [...block.rules],
  }
}

export function toFirewallState(view: FirewallView): FirewallState {
  return { ...view, blocks: view.blocks.map(toBlock) }
}
