/**
 * Brings both families to the wanted blocks. The state of the tables is read
 * first, because the text depends on which of our jumps are there; each family
 * then takes one iptables-restore, and only if something is to be done. One
 * family comes after the other: both share the generation of the kernel's tables, so that
 * changing one while the other is being read has that start again (nf_tables_api.c).
 */

import { type IpFamily, NetWatcherError } from '@netwatcher/shared'
import type { IptablesRunner } from '../os/iptables.js'
import type { BlockRule } from './block.js'
import { FAMILIES, isAsWanted, parseTable, type RuleTexts, restoreText, type TableState } from './rules.js'

export class Enforcer {
  constructor(private readonly iptables: IptablesRunner) {}

  /** The texts that `apply` would have to be given now for these blocks. */
  async preview(blocks: readonly BlockRule[]): Promise<RuleTexts> {
    const [ipv4, ipv6] = await Promise.all(
      FAMILIES.map(async (family) => restoreText(blocks, family, await this.read(family))),
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

  /**
   * Makes the tables right for these blocks, of one family also where the other fails. True
   * when anything had to be changed.
   */
  async converge(blocks: readonly BlockRule[]): Promise<boolean> {
    let isChanged = false
    const errors: unknown[] = []
    for (const family of FAMILIES) {
      try {
        if (await this.convergeFamily(blocks, family)) isChanged = true
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
    return isChanged
  }

  private async convergeFamily(blocks: readonly BlockRule[], family: IpFamily): Promise<boolean> {
    const table = await this.read(family)
    if (isAsWanted(blocks, family, table)) return false
    await this.iptables.restore(family, restoreText(blocks, family, table))
    // Nobody looks again once there are no blocks, so what should be gone is seen to be.
    if (isAsWanted(blocks, family, await this.read(family))) return true
    const message = `The rules of IPv${family} are not what they were changed to.`
    throw new NetWatcherError('internal', 'IPTABLES_FAILED', message)
  }

  private async read(family: IpFamily): Promise<TableState> {
    return parseTable(await this.iptables.save(family))
  }
}
