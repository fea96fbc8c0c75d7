/**
 * The composition root of netwatcherd: makes every part, ties them together,
 * starts them in order and stops them in the opposite order.
 */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { MIB, SECOND_MS } from '@netwatcher/shared'
import { type Abilities, capabilities, workOutAbilities } from './abilities.js'
import type { Config } from './config.js'
import { encodeEvent, encodeGap } from './convert/event.js'
import { AuditLog } from './firewall/audit-log.js'
import { BlockStore } from './firewall/block-store.js'
import { systemClock } from './firewall/clock.js'
import { Firewall } from './firewall/firewall.js'
import { createGuardFacts } from './firewall/guard-facts.js'
import { AlertStore } from './journal/alert-store.js'
import { Journal } from './journal/journal.js'
import { Notices } from './journal/notices.js'
import { PinnedBindings } from './journal/pinned-bindings.js'
import { Recorder } from './journal/recorder.js'
import { runCommand } from './os/command.js'
import { ControlSocket } from './os/control-socket.js'
import { readDaemonId } from './os/daemon-id.js'
import { takeInstanceLock } from './os/instance-lock.js'
import { listInterfaces } from './os/interfaces.js'
import { createIptables } from './os/iptables.js'
import { readKernelCounters } from './os/kernel-counters.js'
import { linkIndex } from './os/link-watch.js'
import type { Logger } from './os/log.js'
import { readNeighborTable } from './os/neighbor-table.js'
import { isForwarding } from './os/routes.js'
import { createServiceManager } from './os/sd-notify.js'
import { spawnSensor } from './os/spawn-sensor.js'
import { openStateDirectory, type SetAside } from './os/state-directory.js'
import { textFile } from './os/text-file.js'
import { findUser } from './os/users.js'
import { PortScanner } from './portscan/port-scanner.js'
import { PROFILES } from './portscan/profiles.js'
import { createAlertService } from './rpc/alert-service.js'
import { createCaptureService } from './rpc/capture-service.js'
import { createDaemonService } from './rpc/daemon-service.js'
import { createDiscoveryService } from './rpc/discovery-service.js'
import { createEventService } from './rpc/event-service.js'
import { createFirewallService } from './rpc/firewall-service.js'
import { Handlers } from './rpc/handlers.js'
import { createPortScanService } from './rpc/portscan-service.js'
import { createRpcServer } from './rpc/server.js'
import { LearntStore } from './sensor/learnt-store.js'
import { Neighbors } from './sensor/neighbors.js'
import { ProbeMeter } from './sensor/probe-meter.js'
import { Scans } from './sensor/scans.js'
import { openSensorLink } from './sensor/sensor-link.js'
import { Sensors } from './sensor/sensors.js'
import { systemTimers } from './time/timers.js'
import { Undo } from './undo.js'
import { watchMachine } from './watch-machine.js'

export interface DaemonOptions {
  config: Config
  version: string
  env: NodeJS.ProcessEnv
  log: Logger
}

const ALERT_LIMITS = { count: 1000, alertBytes: 16 * MIB, evidenceBytes: 64 * MIB }
const STOP_TIMEOUT_MS = 3 * SECOND_MS

/** Gives what stops the daemon again. Throws when it cannot start, and has then left nothing behind. */
export async function startDaemon(options: DaemonOptions): Promise<() => Promise<void>> {
  const started = new Undo(STOP_TIMEOUT_MS, options.log)
  try {
    await start(options, started)
    return () => started.run()
  } catch (error) {
    await started.run()
    throw error
  }
}

async function start({ config, version, env, log }: DaemonOptions, started: Undo): Promise<void> {
  const startedMs = Date.now()
  const notices = new Notices()
  const openState = (...names: string[]) =>
    openStateDirectory(join(config.state.directory, ...names), (one) => tellSetAside(one, notices, log))
  const files = openState()
  started.add(takeInstanceLock(config.state.directory))
  const serviceManager = createServiceManager(env, log)
  const daemonId = readDaemonId(files)
  const abilities = await workOutAbilities(config, runCommand)
  const handlers = new Handlers(log)
  const neighborTable = () => readNeighborTable(runCommand)

  const journal = new Journal(randomBytes(16).toString('hex'), config.journal.bytes, {
    encodeEvent: (position, atMs, payload) => encodeEvent(position, atMs, payload, daemonId),
    encodeGap,
    nowMs: Date.now,
  })
  const alerts = new AlertStore(openState('alerts'), ALERT_LIMITS, log)
  const pinned = new PinnedBindings(config.detection.pinned, files)
  const learnt = new LearntStore(openState('learnt'), log)
  const neighbors = new Neighbors()
  const probes = new ProbeMeter()
  const recorder = new Recorder({
    journal,
    alerts,
    neighbors,
    facts: (name) => sensors.facts(name),
    status: (name) => sensors.statuses().find((status) => status.interface === name) ?? null,
    nowMs: () => systemTimers.nowMs(),
  })
  const scans = new Scans({
    maxAddresses: config.scan.maxAddresses,
    obstacle: abilities.arpScan,
    facts: (name) => sensors.facts(name),
    send: (name, command) => sensors.send(name, command),
    neighborTable,
    nowMs: Date.now,
  })
  const sensors: Sensors = new Sensors({
    config,
    daemonId,
    user: abilities.sensorUser,
    obstacle: abilities.capture,
    machine: {
      interfaces: () => listInterfaces(),
      isForwarding: () => isForwarding(),
      linkIndex,
      kernelCounters: (name) => readKernelCounters(name),
    },
    openLink: (events) => openSensorLink(spawnSensor, systemTimers, log, events),
    pinned: () => pinned.list(),
    learnt: (name) => learnt.read(name),
    timers: systemTimers,
    wallMs: Date.now,
    log,
    sink: {
      onReport: (name, report) => {
        if (report.type === 'scan') scans.onStep(name, report.scanId, report.step)
        else if (report.type === 'learnt') learnt.write(name, report.snapshot)
        else recorder.record(name, report)
        if (report.type === 'status') probes.note(name, report.counters.probesSent, systemTimers.nowMs())
      },
      onState: (status) => recorder.recordState(status),
      onLost: (name) => {
        scans.onLost(name)
        recorder.endAlerts(name)
        probes.forget(name)
      },
      onRemoved: (name) => neighbors.forget(name),
    },
  })
  const firewall = new Firewall({
    isAllowed: config.firewall.enabled,
    iptables: createIptables(runCommand),
    guardFacts: createGuardFacts(runCommand, env.SSH_CONNECTION),
    store: new BlockStore(textFile(files, 'firewall-blocks.json')),
    audit: new AuditLog(textFile(files, 'firewall-audit.jsonl')),
    clock: systemClock,
    randomBytes,
    log,
    onChange: (state) => void journal.append({ kind: 'firewall', state }),
  })

  const portScanner = new PortScanner({
    run: runCommand,
    program: 'nmap',
    profiles: PROFILES,
    obstacle: abilities.portScan,
    isRoot: process.getuid?.() === 0,
    user: findUser('nobody'),
    watchedSubnets: () => sensors.subnets(),
  })

  const server = createRpcServer([
    createDaemonService({
      handlers,
      version,
      daemonId,
      startedMs,
      statuses: () => sensors.statuses(),
      capabilities: () => capabilities(abilities, firewall.view()),
      journal: () => journal.status(),
      unacknowledgedAlerts: () => alerts.unacknowledged,
      probeBudgetPerMinute: config.detection.activeVerification ? config.detection.probesPerMinute : 0,
      probesLastMinute: () => probes.lastMinute(systemTimers.nowMs()),
    }),
    createDiscoveryService({
      handlers,
      daemonId,
      scans,
      watchedNames: () => sensors.names,
      facts: (name) => sensors.facts(name),
      interfaces: () => listInterfaces(),
      neighbors: (name) => neighbors.list(name),
      neighborTable,
      found: (name, host) => recorder.found(name, host),
      onScanned: (name, summary, hosts) => recorder.recordScan(name, summary, hosts),
      pingObstacle: abilities.pingScan,
      nowMs: Date.now,
    }),
    createCaptureService({ handlers, daemonId, sensors, obstacle: abilities.capture }),
    createEventService({ handlers, journal, alerts }),
    createAlertService({ handlers, daemonId, alerts, pinned, onPinned: () => sensors.sendPinned() }),
    createFirewallService({ handlers, firewall }),
    createPortScanService({ handlers, scanner: portScanner }),
  ])
  const { path, group } = config.socket
  const socket = new ControlSocket({ path, group, onConnection: (one) => server.accept(one) }, log)

  pinned.load()
  recorder.replay(alerts.load())
  started.add(() => server.close())
  await firewall.start()
  started.add(() => firewall.stop())
  await socket.listen()
  started.add(() => socket.close())
  // Side by side, so that slow sensors leave time for the rules.
  started.add(async () => void (await Promise.all([sensors.stop(''), firewall.stop()])))
  await sensors.refresh()
  started.add(watchMachine(sensors, socket, log))
  logStart(log, { version, socket: path, interfaces: sensors.names.join(' ') }, abilities)
  serviceManager.ready(`Watching ${sensors.names.join(', ') || 'no interface'}`)
  serviceManager.startWatchdog()
  started.add(() => serviceManager.stop())
  started.add(() => serviceManager.stopping())
}

function logStart(log: Logger, fields: Record<string, string>, abilities: Abilities): void {
  log.info('Started', fields)
  if (abilities.capture !== '') log.warn(abilities.capture)
}

function tellSetAside({ path, file, why }: SetAside, notices: Notices, log: Logger): void {
  log.error('A damaged file was set aside', { file, why, path })
  notices.add({ text: { rule: 'state_file_damaged', params: { file, path } }, atMs: Date.now() })
}
