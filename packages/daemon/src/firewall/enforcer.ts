/**
 * Brings both families to the wanted blocks. The state of the tables is read
 * first, because the text depends on which of our jumps are there; each family
 * then takes one iptables-restore, and only if something is to be done.
 */

import type { IpFamily } from '@netwatcher/shared'
import type { IptablesRunner } from '../os/iptables.js'
import type { BlockRule } from './block.js'
import { FAMILIES, isAsWanted, parseTable, type RuleTexts, restoreText } from './rules.js'

export class Enforcer {
  constructor(private readonly iptables: IptablesRunner) {}

  /** The texts that `apply` would have to be given now for these blocks. */
  async preview(blocks: readonly BlockRule[]): Promise<RuleTexts> {
    const [ipv4, ipv6] = await Promise.all(
      FAMILIES.map(async (family) =>
        restoreText(blocks, family, parseTable(await this.iptables.save(family))),
      ),
    )
    return { 4: ipv4 ?? '', 6: ipv6 ?? '' }
  }

  /** Applies texts that have been shown. When a family fails, both go back to `previous`. */
  async apply(texts: RuleTexts, previous: readonly BlockRule[]): Promise<void> {
    try {
      for (const family of FAMILIES) await this.iptables.restore(family, texts[family])
    } catch (error) {
      // The caller has to converge again later anyway; the first error tells more.
      await this.converge(previous).catch(() => false)
      throw error
    }
  }

  /** Makes the tables right for these blocks. True when anything had to be changed. */
  async converge(blocks: readonly BlockRule[]): Promise<boolean> {
    const outcomes = await Promise.allSettled(FAMILIES.map((family) => this.convergeFamily(blocks, family)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)
  }

  private async convergeFamily(blocks: readonly BlockRule[], family: IpFamily): Promise<boolean> {
    const table = parseTable(await this.iptables.save(family))
    if (isAsWanted(blocks, family, table)) return false
    await this.iptables.restore(family, restoreText(blocks, family, table))
    return true
  }
}
