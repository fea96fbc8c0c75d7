/**
 * The composition root of netwatcherd: makes every part, ties them together,
 * starts them in order and stops them in the opposite order.
 */

import { randomBytes } from 'node:crypto'
import { isNoText, MIB, MINUTE_MS, render, SECOND_MS } from '@netwatcher/shared'
import { type Abilities, workOutAbilities } from './abilities.js'
import type { Config } from './config.js'
import { encodeEvent, encodeGap } from './convert/event.js'
import { Discovery } from './discovery/discovery.js'
import { Neighbors } from './discovery/neighbors.js'
import { Scans } from './discovery/scans.js'
import { Segments } from './discovery/segments.js'
import { createDoors } from './doors.js'
import { BelievedClock, MACHINE_CLOCKS } from './firewall/believed-clock.js'
import { BindingHistory } from './firewall/binding-history.js'
import { BlockStore } from './firewall/block-store.js'
import { systemClock } from './firewall/clock.js'
import { Firewall } from './firewall/firewall.js'
import { createGuardFacts } from './firewall/guard-facts.js'
import { longestHeld } from './firewall/protected-macs.js'
import { allowedPolicies } from './firewall/standing.js'
import { AlertStore } from './journal/alert-store.js'
import { AuditLog } from './journal/audit-log.js'
import { AuditTrail } from './journal/audit-trail.js'
import { BlindSpots } from './journal/blind-spots.js'
import { Journal } from './journal/journal.js'
import { Notices } from './journal/notices.js'
import { PinnedBindings } from './journal/pinned-bindings.js'
import { Recorder } from './journal/recorder.js'
import { askNeighbor } from './os/ask-neighbor.js'
import { runCommand } from './os/command.js'
import { readDaemonId } from './os/daemon-id.js'
import { takeInstanceLock } from './os/instance-lock.js'
import { listInterfaces } from './os/interfaces.js'
import { createIptables } from './os/iptables.js'
import { readKernelCounters } from './os/kernel-counters.js'
import { readLinkSpeed } from './os/link-speed.js'
import { addressFingerprint, linkFingerprint, linkIndex } from './os/link-watch.js'
import type { Logger } from './os/log.js'
import { type Neighbor, readNeighborTable } from './os/neighbor-table.js'
import { watchRoutes } from './os/route-watch.js'
import { dnsServers, isForwarding } from './os/routes.js'
import { createServiceManager } from './os/sd-notify.js'
import { spawnSensor } from './os/spawn-sensor.js'
import type { FileStore } from './os/state-directory.js'
import { textFile } from './os/text-file.js'
import { findUser } from './os/users.js'
import { PortScanner } from './portscan/port-scanner.js'
import { PROFILES } from './portscan/profiles.js'
import { Announces } from './sensor/announces.js'
import type { AskedSensorsParts } from './sensor/asked-sensors.js'
import { Drills } from './sensor/drills.js'
import { LearntStore } from './sensor/learnt-store.js'
import { ProbeMeter } from './sensor/probe-meter.js'
import { openSensorLink } from './sensor/sensor-link.js'
import { type SensorSink, Sensors } from './sensor/sensors.js'
import { Wakes } from './sensor/wakes.js'
import { createServices, type Verbs } from './services.js'
import { singleFlight } from './single-flight.js'
import { stateOpener } from './state-opener.js'
import { stampState } from './state-stamp.js'
import { systemTimers } from './time/timers.js'
import { Undo } from './undo.js'
import { watchMachine } from './watch-machine.js'

export interface DaemonOptions {
  config: Config
  /** File that it comes from. */
  configPath: string
  version: string
  env: NodeJS.ProcessEnv
  log: Logger
  /** Called when going on would not be safe, with the reason; the daemon is to be stopped then. */
  onUnsafe(sentence: string): void
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

async function start(options: DaemonOptions, started: Undo): Promise<void> {
  const { config, version, env, log } = options
  const ground = await lay(options, started)
  const records = keepRecords(ground)
  const { sensors, scans, recorder, segments, wakes, announces } = createSensing(ground, records)
  const firewall = createFirewall(ground, records, sensors)
  const blindSpots = createBlindSpots(ground, records, { sensors, recorder })
  const verbs: Verbs = {
    sensors,
    blindSpots,
    firewall,
    discovery: createDiscovery(ground, records, { sensors, scans, recorder, segments }),
    statuses: () => sensors.statuses().map((status) => segments.place(status)),
    portScanner: createPortScanner(ground, sensors),
    drills: new Drills({ sensors, monotonicMs: () => systemTimers.nowMs() }),
    wakes,
    announces,
  }
  const doors = createDoors(config.socket, (via) => createServices(ground, records, verbs, via), log)
  const serviceManager = createServiceManager(env, log)

  records.pinned.load()
  records.history.load()
  records.auditLog.load()
  started.add(async () => records.history.save())
  recorder.replay(records.alerts.load())
  started.add(() => {
    for (const door of doors) door.endCalls()
  })
  await firewall.start()
  started.add(() => firewall.stop())
  for (const { socket } of doors) {
    await socket.listen()
    started.add(() => socket.close())
  }
  // Side by side, so that slow sensors leave time for the rules.
  started.add(async () => void (await Promise.all([sensors.stop(''), firewall.stop()])))
  await sensors.refresh()
  started.add(lookEachMinute({ blindSpots, alerts: records.alerts }))
  started.add(
    watchMachine(
      { sensors, sockets: doors.map(({ socket }) => socket), linkFingerprint, addressFingerprint },
      log,
    ),
  )
  logStart(
    log,
    { version, socket: config.socket.path, interfaces: sensors.names.join(' ') },
    ground.abilities,
  )
  serviceManager.ready(`Watching ${sensors.names.join(', ') || 'no interface'}`)
  serviceManager.startWatchdog()
  started.add(() => serviceManager.stop())
  started.add(() => serviceManager.stopping())
}

/** What every part stands on. */
interface Ground extends DaemonOptions {
  startedMs: number
  notices: Notices
  /** The state directory, or one within it. */
  openState(...names: string[]): FileStore
  daemonId: string
  abilities: Abilities
  neighborTable(): Promise<Neighbor[]>
}

async function lay(options: DaemonOptions, started: Undo): Promise<Ground> {
  const { config, version, log } = options
  const startedMs = Date.now()
  const notices = new Notices()
  const openState = stateOpener(config.state.directory, notices, log)
  const files = openState()
  started.add(takeInstanceLock(config.state.directory))
  stampState(files, config.state.directory, version)
  const daemonId = readDaemonId(files)
  const abilities = await workOutAbilities(config, runCommand)
  return {
    ...options,
    startedMs,
    notices,
    openState,
    daemonId,
    abilities,
    neighborTable: singleFlight(
      () => readNeighborTable(runCommand),
      SECOND_MS,
      () => systemTimers.nowMs(),
    ),
  }
}

/** What the daemon keeps of what it was told. */
interface Records {
  journal: Journal
  alerts: AlertStore
  pinned: PinnedBindings
  learnt: LearntStore
  neighbors: Neighbors
  history: BindingHistory
  auditLog: AuditLog
  audit: AuditTrail
  probes: ProbeMeter
}

function keepRecords({ config, daemonId, openState, log }: Ground): Records {
  const auditLog = new AuditLog(textFile(openState(), 'firewall-audit.jsonl'))
  return {
    journal: new Journal(randomBytes(16).toString('hex'), config.journal.bytes, {
      encodeEvent: (position, atMs, payload) => encodeEvent(position, atMs, payload, daemonId),
      encodeGap,
      nowMs: Date.now,
    }),
    alerts: new AlertStore(openState('alerts'), ALERT_LIMITS, log),
    pinned: new PinnedBindings(config.detection.pinned, openState()),
    learnt: new LearntStore(openState('learnt'), log),
    neighbors: new Neighbors(),
    history: new BindingHistory(textFile(openState(), 'protected-bindings.json'), Date.now, log),
    probes: new ProbeMeter(),
    auditLog,
    audit: new AuditTrail(auditLog, Date.now, log),
  }
}

interface Sensing {
  sensors: Sensors
  segments: Segments
  scans: Scans
  recorder: Recorder
  wakes: Wakes
  announces: Announces
}

function createSensing(ground: Ground, records: Records): Sensing {
  const { config, abilities, neighborTable } = ground
  const { journal, alerts, neighbors } = records
  const own = () => sensors.names.map((name) => ({ name, mac: sensors.facts(name)?.mac ?? '' }))
  const segments = new Segments({ own, nowMs: () => systemTimers.nowMs() })
  const recorder = new Recorder({
    journal,
    alerts,
    neighbors,
    segments,
    ownMacs: () => own().map(({ mac }) => mac),
    facts: (name) => sensors.facts(name),
    status: (name) => sensors.statuses().find((status) => status.interface === name) ?? null,
    nowMs: () => systemTimers.nowMs(),
    log: ground.log,
  })
  const scans = new Scans({
    maxAddresses: config.scan.maxAddresses,
    obstacle: abilities.arpScan,
    facts: (name) => sensors.facts(name),
    send: (name, command) => sensors.send(name, command),
    seen: (name) => neighbors.list(name),
    neighborTable,
    nowMs: Date.now,
    monotonicMs: () => systemTimers.nowMs(),
  })
  const asking: AskedSensorsParts = {
    sensors: {
      statuses: () => sensors.statuses(),
      send: (name, command) => sensors.send(name, command),
    },
    timers: systemTimers,
  }
  const wakes = new Wakes({ obstacle: abilities.wake, ...asking })
  const announces = new Announces({ obstacle: abilities.announce, ...asking })
  const sink = sensorSink(
    records,
    { recorder, scans, segments, wakes, announces },
    { facts: (name) => sensors.facts(name), onUnsafe: ground.onUnsafe },
  )
  const sensors: Sensors = createSensors(ground, records, sink)
  return { sensors, scans, recorder, segments, wakes, announces }
}

function createSensors(ground: Ground, { pinned, learnt }: Records, sink: SensorSink): Sensors {
  const { config, daemonId, abilities, log } = ground
  const uids = abilities.sensorUsers.map(({ uid }) => uid)
  return new Sensors({
    config,
    daemonId,
    users: abilities.sensorUsers,
    obstacle: abilities.capture,
    machine: {
      interfaces: () => listInterfaces(),
      isForwarding: () => isForwarding(),
      resolvers: () => dnsServers(),
      linkIndex,
      kernelCounters: (name) => readKernelCounters(name),
      linkSpeed: (name) => readLinkSpeed(name),
    },
    openLink: (events, log) => openSensorLink(() => spawnSensor(uids), systemTimers, log, events),
    pinned: () => pinned.list(),
    learnt: (name) => learnt.read(name),
    timers: systemTimers,
    wallMs: Date.now,
    log,
    sink,
  })
}

/** Where what the sensors say goes. */
function sensorSink(
  { learnt, probes, neighbors, history }: Records,
  { recorder, scans, segments, wakes, announces }: Omit<Sensing, 'sensors'>,
  { facts, onUnsafe }: Pick<Sensors, 'facts'> & Pick<DaemonOptions, 'onUnsafe'>,
): SensorSink {
  return {
    onReport: (name, report) => {
      if (report.type === 'scan') scans.onStep(name, report.scanId, report.step)
      else if (report.type === 'woken') wakes.onWoken(name, report.wakeId, report.sent)
      else if (report.type === 'announced') announces.onAnnounced(name, report.announceId, report.sent)
      else if (report.type === 'learnt') learnt.write(name, report.snapshot)
      else recorder.record(name, report)
      if (report.type === 'observation') {
        history.watch(facts(name)?.gateways ?? [])
        history.note(report.hosts)
      }
      if (report.type === 'status') probes.note(name, report.counters.probesSent, systemTimers.nowMs())
    },
    onState: (status) => {
      if (status.state !== 'running') {
        scans.onInterfaceLost(status.interface)
        segments.forget(status.interface)
      }
      recorder.recordState(status)
    },
    onLost: (name, uncounted) => {
      scans.onLost(name)
      wakes.onLost(name)
      announces.onLost(name)
      if (uncounted) recorder.recordUncounted(name, uncounted)
      recorder.endAlerts(name)
      probes.forget(name)
    },
    onUnsafe,
    onRemoved: (name) => {
      neighbors.forget(name)
      segments.forget(name)
    },
  }
}

function createDiscovery(
  ground: Ground,
  { neighbors }: Records,
  sensing: Omit<Sensing, 'wakes' | 'announces'>,
): Discovery {
  const { sensors, scans, recorder, segments } = sensing
  return new Discovery({
    scans,
    watchedNames: () => sensors.names,
    facts: (name) => sensors.facts(name),
    interfaces: () => listInterfaces(),
    neighbors: (name) => neighbors.list(name),
    segment: (name) => segments.name(name),
    neighborTable: ground.neighborTable,
    found: (name, host) => recorder.found(name, host),
    onScanned: (name, summary, hosts) => recorder.recordScan(name, summary, hosts),
    pingObstacle: ground.abilities.pingScan,
    nowMs: Date.now,
    monotonicMs: () => systemTimers.nowMs(),
  })
}

function createFirewall(ground: Ground, records: Records, sensors: Sensors): Firewall {
  const { config, env, log, openState } = ground
  const { journal, history, neighbors, pinned, audit } = records
  const files = openState()
  const believed = new BelievedClock(MACHINE_CLOCKS)
  return new Firewall({
    isAllowed: config.firewall.enabled,
    allowedPolicies: allowedPolicies(config.firewall),
    iptables: createIptables(runCommand),
    guardFacts: createGuardFacts({
      run: runCommand,
      history,
      sightings: () => sensors.names.flatMap((name) => neighbors.list(name)),
      pinned: () => pinned.list(),
      ask: (router) => void askNeighbor(router.ip, router.interface),
      nowMs: Date.now,
      sshConnection: env.SSH_CONNECTION,
    }),
    watchRoutes: (onChange) => watchRoutes(runCommand, onChange),
    store: new BlockStore(textFile(files, 'firewall-blocks.json')),
    audit,
    clock: systemClock,
    believedMs: () => believed.nowMs(),
    randomBytes,
    log,
    onChange: (state) => void journal.append({ kind: 'firewall', state }),
    onSuspended: (block) => void journal.append({ kind: 'block_suspended', block }),
  })
}

function createBlindSpots(
  { log }: Ground,
  { pinned, history }: Records,
  { sensors, recorder }: Pick<Sensing, 'sensors' | 'recorder'>,
): BlindSpots {
  return new BlindSpots({
    pinned: () => pinned.byCall(),
    routers: () =>
      sensors.names.flatMap((name) =>
        (sensors.facts(name)?.gateways ?? []).map((ip) => ({ interface: name, ip })),
      ),
    holder: (ip) => longestHeld(history.bindingsOf(ip))?.mac ?? null,
    raise: (alert) => recorder.recordAlert(alert, null),
    newId: () => randomBytes(16).toString('hex'),
    nowMs: Date.now,
    log,
  })
}

/** Pins of an earlier run, routes that came later, and room on the disk are found by looking again. */
function lookEachMinute({ blindSpots, alerts }: { blindSpots: BlindSpots; alerts: AlertStore }): () => void {
  const timer = setInterval(() => {
    blindSpots.look()
    alerts.catchUp()
  }, MINUTE_MS)
  return () => clearInterval(timer)
}

function createPortScanner({ abilities }: Ground, sensors: Sensors): PortScanner {
  return new PortScanner({
    run: runCommand,
    program: 'nmap',
    profiles: PROFILES,
    obstacle: render(abilities.portScan, 'en'),
    isRoot: process.getuid?.() === 0,
    user: findUser('nobody'),
    watchedSubnets: () => sensors.subnets(),
  })
}

function logStart(log: Logger, fields: Record<string, string>, abilities: Abilities): void {
  log.info('Started', fields)
  if (!isNoText(abilities.capture)) log.warn(render(abilities.capture, 'en'))
}
