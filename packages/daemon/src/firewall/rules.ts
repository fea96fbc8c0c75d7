/**
 * From the wanted blocks to the text for iptables-restore(8), and from the text
 * of iptables-save(8) to what is there. Pure: no rule is ever built anywhere
 * else, and nothing in it is free text.
 *
 * Two chains are enough for blocks: NETWATCHER-FROM sees what comes from somebody
 * (hooked into INPUT and FORWARD, the only places where a source MAC is known), and
 * NETWATCHER-TO what goes to somebody (OUTPUT and FORWARD). A quarantine has a third,
 * NETWATCHER-NEW, for what its links have forwarded: a list of who is let through, and
 * one rule for all others, however many come. The jumps come first in their chains,
 * or a rule before them could accept what is blocked. The text is for `--noflush`:
 * a chain that is declared is emptied and filled again, all others stay as they are.
 */

import { formatCidr, type IpFamily } from '@netwatcher/shared'
import type { BlockTarget, Quarantine } from '../model/firewall.js'
import { type BlockRule, targetCidr } from './block.js'

export const FROM_CHAIN = 'NETWATCHER-FROM'
export const TO_CHAIN = 'NETWATCHER-TO'
export const NEW_CHAIN = 'NETWATCHER-NEW'

export const FAMILIES: readonly IpFamily[] = [4, 6]

export type RuleTexts = Record<IpFamily, string>

const CHAINS = [FROM_CHAIN, TO_CHAIN, NEW_CHAIN]
const BLOCK_JUMPS = [
  { chain: 'INPUT', match: '', to: FROM_CHAIN },
  { chain: 'FORWARD', match: '', to: FROM_CHAIN },
  { chain: 'FORWARD', match: '', to: TO_CHAIN },
  { chain: 'OUTPUT', match: '', to: TO_CHAIN },
]
type Jump = (typeof BLOCK_JUMPS)[number]

const APPEND_LINE = /^-A (\S+) /
const JUMP_LINE = new RegExp(`^-A \\S+ (?:.* )?-[jg] (?:${CHAINS.join('|')})$`)

/** What the filter table of one family holds that concerns us. */
export interface TableState {
  ownChains: string[]
  /** Every rule that leads into our chains, whoever made it. */
  jumps: string[]
  /** All rules, in order, by chain. */
  rulesOf: ReadonlyMap<string, readonly string[]>
}

/** Parses the output of iptables-save or ip6tables-save for the filter table. */
export function parseTable(saved: string): TableState {
  const lines = saved.split('\n')
  const rulesOf = new Map<string, string[]>()
  for (const line of lines) {
    const chain = APPEND_LINE.exec(line)?.[1]
    if (chain === undefined) continue
    const rules = rulesOf.get(chain)
    if (rules) rules.push(line)
    else rulesOf.set(chain, [line])
  }
  return {
    ownChains: CHAINS.filter((chain) => lines.some((line) => line.startsWith(`:${chain} `))),
    jumps: lines.filter((line) => JUMP_LINE.test(line)),
    rulesOf,
  }
}

/** The rules of one block in one family, as iptables-save prints them. */
export function blockRules({ id, targets, quarantine }: BlockRule, family: IpFamily): string[] {
  const comment = `-m comment --comment "nw:${id}"`
  return [
    ...targets.flatMap((target) => targetRules(target, family, `${comment} -j DROP`)),
    ...(quarantine ? quarantineRules(quarantine, family, comment) : []),
  ]
}

/** Names are asked for while one waits to be admitted: pages then say why there is nothing else. */
function quarantineRules(
  { admittedMacs, dnsServers }: Quarantine,
  family: IpFamily,
  comment: string,
): string[] {
  const servers = dnsServers.filter((ip) => ip.includes(':') === (family === 6))
  const dns = (ip: string, protocol: string) =>
    `-A ${NEW_CHAIN} -d ${ip}/${family === 4 ? 32 : 128} -p ${protocol} -m ${protocol} --dport 53 ${comment} -j RETURN`
  return [
    ...admittedMacs.map((mac) => `-A ${NEW_CHAIN} -m mac --mac-source ${mac} ${comment} -j RETURN`),
    ...servers.flatMap((ip) => [dns(ip, 'udp'), dns(ip, 'tcp')]),
    `-A ${NEW_CHAIN} ${comment} -j DROP`,
  ]
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
  const wanted = wantedChains(blocks)
  const jumps = wantedJumps(blocks)
  const mustMoveJumps = jumps.length === 0 || !areJumpsRight(jumps, table)
  // Without blocks the chains are declared, too: what is not there could not be removed.
  const declared = CHAINS.filter(
    (chain) => wanted.includes(chain) || table.ownChains.includes(chain) || isEmptied(chain, blocks),
  )
  return [
    '*filter',
    ...declared.map((chain) => `:${chain} - [0:0]`),
    ...(mustMoveJumps ? table.jumps.map((line) => line.replace('-A', '-D')) : []),
    ...(mustMoveJumps ? insertLines(jumps) : []),
    ...wantedRules(blocks, family),
    ...declared.filter((chain) => !wanted.includes(chain)).map((chain) => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n')
}

/** True when nothing has to be done for the wanted blocks to be in force. */
export function isAsWanted(blocks: readonly BlockRule[], family: IpFamily, table: TableState): boolean {
  const chains = wantedChains(blocks)
  if (chains.join() !== table.ownChains.join()) return false
  const wanted = wantedRules(blocks, family)
  const rules = CHAINS.flatMap((chain) => table.rulesOf.get(chain) ?? [])
  return (
    areJumpsRight(wantedJumps(blocks), table) &&
    rules.length === wanted.length &&
    // Some versions print MAC addresses in capitals.
    wanted.every((line, i) => line.toLowerCase() === rules[i]?.toLowerCase())
  )
}

function isEmptied(chain: string, blocks: readonly BlockRule[]): boolean {
  return blocks.length === 0 && chain !== NEW_CHAIN
}

function wantedChains(blocks: readonly BlockRule[]): string[] {
  const isOfBlocks = blocks.length > 0
  const isOfNew = blocks.some(({ quarantine }) => quarantine)
  return CHAINS.filter((chain) => (chain === NEW_CHAIN ? isOfNew : isOfBlocks))
}

function wantedJumps(blocks: readonly BlockRule[]): Jump[] {
  if (blocks.length === 0) return []
  const links = blocks.flatMap(({ quarantine }) => quarantine?.interfaces ?? [])
  return [...BLOCK_JUMPS, ...links.map((name) => ({ chain: 'FORWARD', match: `-i ${name} `, to: NEW_CHAIN }))]
}

/** They are ours, each once, and in front. */
function areJumpsRight(jumps: readonly Jump[], { jumps: present, rulesOf }: TableState): boolean {
  return (
    present.length === jumps.length &&
    placed(jumps).every(
      ({ chain, position, rule }) => rulesOf.get(chain)?.[position - 1] === `-A ${chain} ${rule}`,
    )
  )
}

function insertLines(jumps: readonly Jump[]): string[] {
  return placed(jumps).map(({ chain, position, rule }) => `-I ${chain} ${position} ${rule}`)
}

/** Counted from 1 in each chain. */
function placed(jumps: readonly Jump[]): { chain: string; position: number; rule: string }[] {
  return jumps.map(({ chain, match, to }, i) => {
    const before = jumps.slice(0, i).filter((jump) => jump.chain === chain)
    return { chain, position: before.length + 1, rule: `${match}-j ${to}` }
  })
}

/** In the order of iptables-save: chain by chain, each block in the order it was made. */
function wantedRules(blocks: readonly BlockRule[], family: IpFamily): string[] {
  const rules = blocks.flatMap((block) => blockRules(block, family))
  return CHAINS.flatMap((chain) => rules.filter((line) => line.startsWith(`-A ${chain} `)))
}
