/** The firewall as the API shows it: its texts with their sentences in the language of whoever asks. */

import { type Language, render, type Text } from '@netwatcher/shared'
import type { AuditEntry, Block, BlockPlan, FirewallState } from '../daemon/types.js'
import type { AuditResponse, FirewallBlock, FirewallResponse, PlanResponse, WordedText } from './contract.js'

export function firewallView(state: FirewallState, language: Language): FirewallResponse {
  const { isEnabled, backend, detail, blocks } = state
  return {
    isEnabled,
    backend,
    detail: worded(detail, language),
    blocks: blocks.map((block) => blockView(block, language)),
  }
}

export function blockView(block: Block, language: Language): FirewallBlock {
  return { ...block, suspended: worded(block.suspended, language) }
}

export function planView(plan: BlockPlan, language: Language): PlanResponse {
  return { ...plan, warnings: plan.warnings.map((warning) => worded(warning, language)) }
}

export function auditView(entries: readonly AuditEntry[], language: Language): AuditResponse {
  return { entries: entries.map((entry) => ({ ...entry, detail: worded(entry.detail, language) })) }
}

function worded(text: Text, language: Language): WordedText {
  return { rule: text.rule, params: text.params, text: render(text, language) }
}
