/**
 * What this daemon can and may do, and otherwise why not: the configuration may
 * forbid it, or the process lacks the rights. It also starts without root, so
 * that everything that needs none can be developed and tried.
 */

import type { Config } from './config.js'
import type { FirewallView } from './model/firewall.js'
import type { CommandRunner } from './os/command.js'
import {
  CAP_NET_RAW,
  CAP_SETGID,
  CAP_SETUID,
  effectiveCapabilities,
  hasCapability,
} from './os/process-status.js'
import { findUser, type UserIds } from './os/users.js'
import type { Capability } from './rpc/daemon-service.js'

/** Why each cannot be used; empty where it can. */
export interface Abilities {
  capture: string
  arpScan: string
  pingScan: string
  activeVerification: string
  portScan: string
  sensorUsers: UserIds[]
}

/** As many as interfaces are watched unless more are named; systemd/sysusers.conf makes them. */
const SENSOR_USERS = 16
const NOBODY: UserIds = { name: 'nobody', uid: 65_534, gid: 65_534 }

export async function workOutAbilities(config: Config, run: CommandRunner): Promise<Abilities> {
  const capture = captureObstacle()
  const off = (isAllowed: boolean, setting: string) =>
    isAllowed ? '' : `Switched off in the configuration of netwatcherd (${setting}).`
  const arpScan = off(config.scan.enabled, 'scan.enabled') || capture
  return {
    capture,
    arpScan,
    pingScan: arpScan || off(config.scan.ping, 'scan.ping'),
    activeVerification: off(config.detection.activeVerification, 'detection.active_verification') || capture,
    portScan: off(config.portscan.enabled, 'portscan.enabled') || (await nmapObstacle(run)),
    sensorUsers: sensorUsers(config.capture.sensorUser),
  }
}

/** NAME-0 and so on, so that sensors cannot touch each other; where there are none, one for all. */
function sensorUsers(name: string): UserIds[] {
  const own = Array.from({ length: SENSOR_USERS }, (_, i) => findUser(`${name}-${i}`))
  const found = own.filter((user) => user !== null)
  return found.length > 0 ? found : [findUser(name) ?? findUser('nobody') ?? NOBODY]
}

async function nmapObstacle(run: CommandRunner): Promise<string> {
  const outcome = await run('nmap', ['--version'])
  return outcome.type === 'exited' && outcome.code === 0 ? '' : 'nmap is not installed.'
}

function captureObstacle(): string {
  const held = effectiveCapabilities()
  // Opening the capture, and giving everything up again afterwards.
  const isAble = [CAP_NET_RAW, CAP_SETUID, CAP_SETGID].every((bit) => hasCapability(held, bit))
  return isAble && process.getuid?.() === 0 ? '' : 'Capture needs root: netwatcherd was started without it.'
}

export function capabilities(abilities: Abilities, firewall: FirewallView): Capability[] {
  const one = (name: Capability['name'], detail: string) => ({ name, isEnabled: detail === '', detail })
  return [
    one('capture', abilities.capture),
    one('arp_scan', abilities.arpScan),
    one('ping_scan', abilities.pingScan),
    one('active_verification', abilities.activeVerification),
    { name: 'firewall', isEnabled: firewall.isEnabled, detail: firewall.detail },
    one('port_scan', abilities.portScan),
  ]
}
