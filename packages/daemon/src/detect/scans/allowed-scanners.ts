/**
 * Hosts that the owner allows to scan (a monitor, an inventory, a colleague).
 * What they do is told as a note that says so, never hidden: the list is in a
 * file that only root can write, and both address and MAC can be forged.
 */

import { type AlertKind, text } from '@netwatcher/shared'
import type { AllowedScanner } from '../../model/host.js'
import type { BindingView, Finding } from '../engine/detector.js'
import { reason } from '../engine/finding.js'

/** What scanners do and nothing else: whoever may scan may not spoof or flood. */
const SCANS: ReadonlySet<AlertKind> = new Set(['arp_scan', 'decoy_touched', 'host_sweep', 'port_scan'])

/** The finding as it stands, or as a note where its suspect is allowed to scan. */
export function withAllowance(
  finding: Finding,
  allowed: readonly AllowedScanner[],
  bindings: BindingView,
): Finding {
  const suspect = finding.parties.find(({ role }) => role === 'suspect')
  if (!SCANS.has(finding.kind) || !suspect) return finding
  const scanner = allowed.find((one) => isScanner(one, suspect, bindings))
  if (!scanner) return finding
  const who = [scanner.mac, scanner.ip].filter((part) => part !== '')
  return {
    ...finding,
    severity: 'info',
    reasonsAgainst: [...finding.reasonsAgainst, reason('allowed_scanner', { who })],
    advice: text('advice_allowed_scanner'),
  }
}

/** Each part that is given must fit; a scan that names no address is of whoever holds it. */
function isScanner(
  { ip, mac }: AllowedScanner,
  suspect: { ip: string; mac: string },
  bindings: BindingView,
): boolean {
  const hasIp =
    ip === '' || suspect.ip === ip || (suspect.ip === '' && bindings.owner(ip)?.mac === suspect.mac)
  return hasIp && (mac === '' || suspect.mac === mac)
}
