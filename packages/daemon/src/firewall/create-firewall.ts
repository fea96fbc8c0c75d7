/** Puts the firewall together on the real machine. */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { CommandRunner } from '../os/command.js'
import { createIptables } from '../os/iptables.js'
import type { Logger } from '../os/log.js'
import { openTextFile } from '../os/text-file.js'
import { AuditLog } from './audit-log.js'
import type { FirewallView } from './block.js'
import { BlockStore } from './block-store.js'
import { systemClock } from './clock.js'
import { Firewall } from './firewall.js'
import { createGuardFacts } from './guard-facts.js'

export interface FirewallOptions {
  /** From the configuration. */
  isAllowed: boolean
  /** Holds firewall.json and firewall-audit.jsonl; must exist. */
  stateDirectory: string
  /** The environment variable of that name, if there is one. */
  sshConnection: string | undefined
  runCommand: CommandRunner
  log: Logger
  onChange: (view: FirewallView) => void
}

export function createFirewall(options: FirewallOptions): Firewall {
  const { isAllowed, stateDirectory, sshConnection, runCommand, log, onChange } = options
  return new Firewall({
    isAllowed,
    iptables: createIptables(runCommand),
    guardFacts: createGuardFacts(runCommand, sshConnection),
    store: new BlockStore(openTextFile(join(stateDirectory, 'firewall.json'))),
    audit: new AuditLog(openTextFile(join(stateDirectory, 'firewall-audit.jsonl'))),
    clock: systemClock,
    randomBytes,
    log,
    onChange,
  })
}
