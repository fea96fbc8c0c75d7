/**
 * From the wanted blocks to the text for iptables-restore(8), and from the text
 * of iptables-save(8) to what is there. Pure: no rule is ever built anywhere
 * else, and nothing in it is free text.
 *
 * Two chains are enough: NETWATCHER-FROM sees what comes from somebody (hooked
 * into INPUT and FORWARD, the only places where a source MAC is known), and
 * NETWATCHER-TO what goes to somebody (OUTPUT and FORWARD). The jumps come
 * first in their chains, or a rule before them could accept what is blocked.
 * The text is for `--noflush`: a chain that is declared is emptied and filled
 * again, all other chains stay as they are.
 */

import { formatCidr, type IpFamily } from '@netwatcher/shared'
import type { BlockTarget } from '../model/firewall.js'
import { type BlockRule, targetCidr } from './block.js'

export const FROM_CHAIN = 'NETWATCHER-FROM'
export const TO_CHAIN = 'NETWATCHER-TO'

export const FAMILIES: readonly IpFamily[] = [4, 6]

export type RuleTexts = Record<IpFamily, string>

const CHAINS = [FROM_CHAIN, TO_CHAIN]
const JUMPS = [
  { chain: 'INPUT', position: 1, to: FROM_CHAIN },
  { chain: 'FORWARD', position: 1, to: FROM_CHAIN },
  { chain: 'FORWARD', position: 2, to: TO_CHAIN },
  { chain: 'OUTPUT', position: 1, to: TO_CHAIN },
]
const APPEND_LINE = /^-A (\S+) /
const JUMP_LINE = new RegExp(`^-A \\S+ (?:.* )?-[jg] (?:${CHAINS.join('|')})$`)

/** What the filter table of one family holds that concerns us. */
export interface TableState {
  hasOwnChains: boolean
  /** Every rule that leads into our chains, whoever made it. */
  jumps: string[]
  /** The jumps are ours, each once, and in front. */
  areJumpsRight: boolean
  /** The rules in our chains, in order. */
  rules: string[]
}

/** Parses the output of iptables-save or ip6tables-save for the filter table. */
export function parseTable(saved: string): TableState {
  const lines = saved.split('\n')
  const jumps = lines.filter((line) => JUMP_LINE.test(line))
  const isJumpRight = ({ chain, position, to }: (typeof JUMPS)[number]) =>
    lines.filter((line) => line.startsWith(`-A ${chain} `))[position - 1] === `-A ${chain} -j ${to}`
  return {
    hasOwnChains: lines.some((line) => CHAINS.some((chain) => line.startsWith(`:${chain} `))),
    jumps,
    areJumpsRight: jumps.length === JUMPS.length && JUMPS.every(isJumpRight),
    rules: lines.filter((line) => CHAINS.includes(APPEND_LINE.exec(line)?.[1] ?? '')),
  }
}

/** The rules of one block in one family, as iptables-save prints them. */
export function blockRules({ id, targets }: BlockRule, family: IpFamily): string[] {
  return targets.flatMap((target) => targetRules(target, family, `-m comment --comment "nw:${id}" -j DROP`))
}

function targetRules(target: BlockTarget, family: IpFamily, end: string): string[] {
  if (target.type === 'mac') return [`-A ${FROM_CHAIN} -m mac --mac-source ${target.text} ${end}`]
  const cidr = targetCidr(target)
  if (!cidr || cidr.network.length !== (family === 4 ? 4 : 16)) return []
  const text = formatCidr(cidr)
  return [`-A ${FROM_CHAIN} -s ${text} ${end}`, `-A ${TO_CHAIN} -d ${text} ${end}`]
}

/** The rules of one block in both families, each line once. */
export function allBlockRules(block: BlockRule): string[] {
  return [...new Set(FAMILIES.flatMap((family) => blockRules(block, family)))]
}

/** The complete text that brings a table from what is there to the wanted blocks. */
export function restoreText(blocks: readonly BlockRule[], family: IpFamily, table: TableState): string {
  const isNeeded = blocks.length > 0
  const mustMoveJumps = !isNeeded || !table.areJumpsRight
  return [
    '*filter',
    ...CHAINS.map((chain) => `:${chain} - [0:0]`),
    ...(mustMoveJumps ? table.jumps.map((line) => line.replace('-A', '-D')) : []),
    ...(isNeeded && mustMoveJumps ? JUMPS.map((jump) => insertLine(jump)) : []),
    ...wantedRules(blocks, family),
    ...(isNeeded ? [] : CHAINS.map((chain) => `-X ${chain}`)),
    'COMMIT',
    '',
  ].join('\n')
}

/** True when nothing has to be done for the wanted blocks to be in force. */
export function isAsWanted(blocks: readonly BlockRule[], family: IpFamily, table: TableState): boolean {
  if (blocks.length === 0) return !table.hasOwnChains
  const wanted = wantedRules(blocks, family)
  return (
    table.areJumpsRight &&
    table.rules.length === wanted.length &&
    // Some versions print MAC addresses in capitals.
    wanted.every((line, i) => line.toLowerCase() === table.rules[i]?.toLowerCase())
  )
}

/** In the order of iptables-save: chain by chain, each block in the order it was made. */
function wantedRules(blocks: readonly BlockRule[], family: IpFamily): string[] {
  const rules = blocks.flatMap((block) => blockRules(block, family))
  return CHAINS.flatMap((chain) => rules.filter((line) => line.startsWith(`-A ${chain} `)))
}

function insertLine({ chain, position, to }: (typeof JUMPS)[number]): string {
  return `-I ${chain} ${position} -j ${to}`
}
