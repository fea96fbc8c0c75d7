/**
 * What this daemon can and may do, and otherwise why not: the configuration may
 * forbid it, or the process lacks the rights. It also starts without root, so
 * that everything that needs none can be developed and tried.
 */

import { isNoText, NO_TEXT, type Text, text } from '@netwatcher/shared'
import { sensorUsers } from './accounts.js'
import type { Config } from './config.js'
import type { Capability } from './model/capture.js'
import type { FirewallView } from './model/firewall.js'
import type { CommandRunner } from './os/command.js'
import {
  CAP_NET_RAW,
  CAP_SETGID,
  CAP_SETUID,
  effectiveCapabilities,
  hasCapability,
} from './os/process-status.js'
import type { UserIds } from './os/users.js'

/** Why each cannot be used; no text where it can. */
export interface Abilities {
  capture: Text
  arpScan: Text
  pingScan: Text
  activeVerification: Text
  wake: Text
  announce: Text
  portScan: Text
  sensorUsers: UserIds[]
}

export async function workOutAbilities(config: Config, run: CommandRunner): Promise<Abilities> {
  const capture = captureObstacle()
  const off = (isAllowed: boolean, setting: string) =>
    isAllowed ? NO_TEXT : text('switched_off', { setting })
  const arpScan = first(off(config.scan.enabled, 'scan.enabled'), capture)
  return {
    capture,
    arpScan,
    pingScan: first(arpScan, off(config.scan.ping, 'scan.ping')),
    activeVerification: first(
      off(config.detection.activeVerification, 'detection.active_verification'),
      capture,
    ),
    wake: first(off(config.scan.wake, 'scan.wake'), capture),
    announce: first(arpScan, off(config.scan.announce, 'scan.announce')),
    portScan: first(off(config.portscan.enabled, 'portscan.enabled'), await nmapObstacle(run)),
    sensorUsers: sensorUsers(config.capture.sensorUser),
  }
}

function first(...obstacles: Text[]): Text {
  return obstacles.find((one) => !isNoText(one)) ?? NO_TEXT
}

async function nmapObstacle(run: CommandRunner): Promise<Text> {
  const outcome = await run('nmap', ['--version'])
  return outcome.type === 'exited' && outcome.code === 0 ? NO_TEXT : text('nmap_missing')
}

function captureObstacle(): Text {
  const held = effectiveCapabilities()
  // Opening the capture, and giving everything up again afterwards.
  const isAble = [CAP_NET_RAW, CAP_SETUID, CAP_SETGID].every((bit) => hasCapability(held, bit))
  return isAble && process.getuid?.() === 0 ? NO_TEXT : text('capture_needs_root')
}

export function capabilities(abilities: Abilities, firewall: FirewallView): Capability[] {
  const one = (name: Capability['name'], detail: Text) => ({ name, isEnabled: isNoText(detail), detail })
  return [
    one('capture', abilities.capture),
    one('arp_scan', abilities.arpScan),
    one('ping_scan', abilities.pingScan),
    one('active_verification', abilities.activeVerification),
    one('wake', abilities.wake),
    one('announce', abilities.announce),
    { name: 'firewall', isEnabled: firewall.isEnabled, detail: firewall.detail },
    one('port_scan', abilities.portScan),
  ]
}
