/** The firewall as the API shows it: its texts as sentences in the language of whoever asks. */

import { type Language, render } from '@netwatcher/shared'
import type { AuditResponse, FirewallBlock, FirewallResponse } from '../contract/firewall.js'
import type { AuditEntry, Block, FirewallState } from '../daemon/types.js'

export function firewallView(
  { daemon, state }: { daemon: string; state: FirewallState },
  language: Language,
): FirewallResponse {
  const blocks = state.blocks.map((block) => blockView(block, language))
  return { daemon, ...state, detail: render(state.detail, language), blocks }
}

export function blockView(block: Block, language: Language): FirewallBlock {
  return { ...block, suspended: render(block.suspended, language) }
}

export function auditView(entries: readonly AuditEntry[], language: Language): AuditResponse {
  return { entries: entries.map((entry) => ({ ...entry, detail: render(entry.detail, language) })) }
}
