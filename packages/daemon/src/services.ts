/** The services of one control socket, from the parts of the daemon that answer. */

import { type Abilities, capabilities } from './abilities.js'
import type { Config } from './config.js'
import type { Discovery } from './discovery/discovery.js'
import type { Neighbors } from './discovery/neighbors.js'
import type { Way } from './doors.js'
import type { Firewall } from './firewall/firewall.js'
import type { AlertStore } from './journal/alert-store.js'
import type { AuditLog } from './journal/audit-log.js'
import type { BlindSpots } from './journal/blind-spots.js'
import type { Journal } from './journal/journal.js'
import type { Notices } from './journal/notices.js'
import type { PinnedBindings } from './journal/pinned-bindings.js'
import type { Audit } from './model/audit.js'
import type { PlacedStatus } from './model/capture.js'
import type { Logger } from './os/log.js'
import type { PortScanner } from './portscan/port-scanner.js'
import { createAlertService } from './rpc/alert-service.js'
import { createCaptureService } from './rpc/capture-service.js'
import { createDaemonService, type DaemonServiceDependencies } from './rpc/daemon-service.js'
import { createDiscoveryService } from './rpc/discovery-service.js'
import { createEventService } from './rpc/event-service.js'
import { createFirewallService } from './rpc/firewall-service.js'
import { Handlers } from './rpc/handlers.js'
import { createPortScanService } from './rpc/portscan-service.js'
import { createReflection } from './rpc/reflection.js'
import type { RpcService } from './rpc/service.js'
import type { Announces } from './sensor/announces.js'
import type { Drills } from './sensor/drills.js'
import type { ProbeMeter } from './sensor/probe-meter.js'
import type { Sensors } from './sensor/sensors.js'
import type { Wakes } from './sensor/wakes.js'
import { systemTimers } from './time/timers.js'

/** What the daemon is. */
interface ServiceFacts {
  config: Config
  configPath: string
  version: string
  log: Logger
  daemonId: string
  startedMs: number
  abilities: Abilities
  notices: Notices
}

/** What it keeps. */
interface ServedRecords {
  journal: Journal
  alerts: AlertStore
  pinned: PinnedBindings
  neighbors: Neighbors
  auditLog: AuditLog
  audit: Audit
  probes: ProbeMeter
}

/** What callers can ask for. */
export interface Verbs {
  sensors: Sensors
  statuses(): PlacedStatus[]
  blindSpots: BlindSpots
  discovery: Discovery
  firewall: Firewall
  portScanner: PortScanner
  drills: Drills
  wakes: Wakes
  announces: Announces
}

export function createServices(
  facts: ServiceFacts,
  records: ServedRecords,
  verbs: Verbs,
  via: Way,
): RpcService[] {
  const { abilities, daemonId, log, config } = facts
  const { journal, alerts, pinned, auditLog, audit } = records
  const { sensors, statuses, blindSpots, discovery, firewall, portScanner, drills, wakes, announces } = verbs
  const handlers = new Handlers(log)
  const changing = { handlers, audit, rights: config.group, via }
  const onPinned = () => {
    sensors.sendPinned()
    blindSpots.look()
  }
  return [
    createDaemonService(daemonFacts(facts, records, verbs, handlers)),
    createDiscoveryService({
      handlers,
      daemonId,
      discovery,
      maxScanAddresses: config.scan.maxAddresses,
      wakes,
      announces,
    }),
    createCaptureService({
      ...changing,
      daemonId,
      sensors,
      statuses,
      obstacle: abilities.capture,
      blindSpots,
    }),
    createEventService({ ...changing, journal, alerts }),
    createAlertService({ ...changing, daemonId, alerts, pinned, onPinned, drills, wallMs: Date.now }),
    createFirewallService({ handlers, firewall, audit: auditLog, via }),
    createPortScanService({ handlers, scanner: portScanner }),
    ...createReflection(handlers),
  ]
}

/** What the daemon says of itself. */
function daemonFacts(
  { version, daemonId, startedMs, abilities, config, configPath, notices }: ServiceFacts,
  { journal, alerts, pinned, neighbors, probes }: ServedRecords,
  { sensors, statuses, firewall }: Verbs,
  handlers: Handlers,
): DaemonServiceDependencies {
  const { activeVerification, probesPerMinute } = config.detection
  return {
    handlers,
    version,
    daemonId,
    startedMs,
    configPath,
    statuses,
    capabilities: () => capabilities(abilities, firewall.view()),
    journal: () => journal.status(),
    unacknowledgedAlerts: () => alerts.unacknowledged,
    probeBudgetPerMinute: activeVerification ? probesPerMinute : 0,
    probesLastMinute: () => probes.lastMinute(systemTimers.nowMs()),
    tables: () => [journal.table(), alerts.table(), neighbors.table(), pinned.table()],
    notices: () => notices.list(),
    leftOut: () => sensors.leftOut,
  }
}
