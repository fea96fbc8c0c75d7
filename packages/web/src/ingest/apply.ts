/**
 * Turns a batch of daemon events into rows, in one transaction together with
 * the position of the last one. An event that was applied before (its sequence
 * is not beyond the stored one of its run) changes nothing, so replays after a
 * crash or a reconnect never count twice; a hole in the sequence is recorded.
 */

import { isPlausible, OTHER_PROTOCOL, text } from '@netwatcher/shared'
import { isOwnEvent } from '../daemon/speaker.js'
import type {
  Clue,
  DaemonEvent,
  Gap,
  Host,
  NameSighting,
  SensorAlert,
  TrafficBucket,
  TrafficRow,
} from '../daemon/types.js'
import { listLosses } from '../storage/loss.js'
import type { StoredGap } from '../storage/position-repository.js'
import { setBack } from '../storage/set-back.js'
import type { Source } from '../storage/site-repository.js'
import type { EntityManager, Store } from '../storage/store.js'
import type { TrafficIncrement } from '../storage/traffic-writer.js'

/** IP protocol numbers. */
const TCP = 6
const UDP = 17

export interface Applied {
  /** The events that were new, in order. */
  events: DaemonEvent[]
  gaps: number
  /** Events that named another daemon, and traffic rows that no interface can have carried: left out. */
  foreignEvents: number
  implausibleRows: number
}

export async function applyEvents(
  store: Store,
  source: Source,
  events: readonly DaemonEvent[],
  nowMs: number,
): Promise<Applied> {
  return await store.database.writes.run((manager) => applyAll(store, manager, source, events, nowMs))
}

async function applyAll(
  store: Store,
  manager: EntityManager,
  source: Source,
  events: readonly DaemonEvent[],
  nowMs: number,
): Promise<Applied> {
  const { daemonId } = source
  const positions = await store.positions.applied(manager, daemonId)
  const { fresh, holes } = sift(positions, events)
  const own = fresh.filter((event) => isOwnEvent(daemonId, event))
  const isNew = positions.size === 0 && (await store.positions.meet(manager, source.name))
  const unseen = isNew ? sinceLoss(store, fresh[0]) : []
  const gaps = [...unseen, ...holes, ...reportedGaps(own)]
  for (const found of gaps) {
    const stored = await storedGap(store, manager, source, await spanned(store, manager, source, found))
    await store.positions.addGap(manager, daemonId, found.bootId, stored, nowMs)
    await store.outbox.noteGap(manager, found.gap, nowMs)
  }
  let implausibleRows = 0
  for (const part of cutAtSteps(own)) {
    implausibleRows += await applyPayloads(store, manager, source, part, nowMs)
    const last = part.at(-1)
    if (last?.payload.kind !== 'clock_step' || last.payload.stepMs >= 0) continue
    await setBack(manager, source, { atMs: last.atMs, stepMs: last.payload.stepMs })
  }
  const newest = new Map(fresh.map((event) => [event.position.bootId, event.position]))
  const traffic = new Map(
    own.flatMap(({ position, payload }) =>
      payload.kind === 'traffic' ? [[position.bootId, payload.bucket.startMs]] : [],
    ),
  )
  for (const position of newest.values()) {
    await store.positions.advance(manager, daemonId, position, traffic.get(position.bootId) ?? 0)
  }
  return { events: own, gaps: gaps.length, foreignEvents: fresh.length - own.length, implausibleRows }
}

/** Times are compared within a part only: each but the last ends with the clock being set back. */
function cutAtSteps(events: readonly DaemonEvent[]): DaemonEvent[][] {
  const parts: DaemonEvent[][] = []
  let part: DaemonEvent[] = []
  for (const event of events) {
    if (part.push(event) === 1) parts.push(part)
    const { payload } = event
    if (payload.kind === 'clock_step' && payload.stepMs < 0) part = []
  }
  return parts
}

interface GapOfBoot {
  bootId: string
  /** When it was told of. */
  atMs: number
  gap: Gap
}

/** Leaves out what was applied before and finds holes that the daemon did not report itself. */
export function sift(
  applied: ReadonlyMap<string, number>,
  events: readonly DaemonEvent[],
): { fresh: DaemonEvent[]; holes: GapOfBoot[] } {
  const next = new Map([...applied].map(([bootId, sequence]) => [bootId, sequence + 1]))
  const fresh: DaemonEvent[] = []
  const holes: GapOfBoot[] = []
  for (const event of events) {
    const { bootId, sequence } = event.position
    const isGap = event.payload.kind === 'gap' && event.payload.gap.sensor === null
    // A run that is new to us starts wherever the daemon starts it; a gap that the journal
    // tells before its first event has no sequence of its own; one of a single sensor is an event like any other.
    const expected = next.get(bootId) ?? sequence
    if (sequence < expected) continue
    if (sequence > expected && !isGap) {
      const missing = { firstSequence: expected, lastSequence: sequence - 1, trafficBytes: 0 }
      const gap = { ...missing, cause: text('gap_not_arrived'), fromMs: 0, toMs: 0, sensor: null }
      holes.push({ bootId, atMs: event.atMs, gap })
    }
    fresh.push(event)
    next.set(bootId, sequence + 1)
  }
  return { fresh, holes }
}

function reportedGaps(events: readonly DaemonEvent[]): GapOfBoot[] {
  return events.flatMap(({ payload, position, atMs }) => {
    const { bootId } = position
    if (payload.kind === 'gap') return [{ bootId, atMs, gap: payload.gap }]
    if (payload.kind !== 'traffic' || payload.bucket.dropped === 0) return []
    return [{ bootId, atMs, gap: droppedIn(payload.bucket, atMs) }]
  })
}

/** The kernel counts what it drops without a time: since the bucket began, and before it was told of. */
function droppedIn({ sensor, startMs, durationMs, dropped }: TrafficBucket, atMs: number): Gap {
  const cause = text('gap_frames_dropped', { count: dropped, interface: sensor.interface })
  const toMs = Math.max(startMs + durationMs, atMs)
  return { firstSequence: 0, lastSequence: 0, trafficBytes: 0, cause, fromMs: startMs, toMs, sensor }
}

/**
 * Between the loss of a database and the first start of a daemon after it an earlier run of it may have
 * told what nobody has: the first thing that a new database hears of each daemon that it began with.
 */
function sinceLoss(store: Store, first: DaemonEvent | undefined): GapOfBoot[] {
  const fromMs = listLosses(store.database.path)[0]?.atMs ?? Number.POSITIVE_INFINITY
  // A journal that no longer holds its first events tells so itself.
  if (first?.position.sequence !== 1 || first.payload.kind === 'gap' || first.atMs <= fromMs) return []
  const { position, atMs } = first
  const nothing = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, sensor: null }
  const gap = { ...nothing, cause: text('gap_restarted'), fromMs, toMs: atMs }
  return [{ bootId: position.bootId, atMs, gap }]
}

/**
 * A daemon that was started again cannot know what its former run had told, nor a hole in the
 * sequence when it began: at most since the last bucket that came, or the loss of the database that held it, and
 * until it was told of where nothing tells the end.
 */
async function spanned(
  store: Store,
  manager: EntityManager,
  { daemonId }: Source,
  { gap, atMs }: GapOfBoot,
): Promise<Gap> {
  if (gap.sensor !== null || gap.fromMs > 0) return gap
  const toMs = gap.toMs || atMs
  const lastMs = await store.positions.lastTrafficMs(manager, daemonId)
  const fromMs = lastMs || (listLosses(store.database.path)[0]?.atMs ?? 0)
  return fromMs > 0 && fromMs < toMs ? { ...gap, fromMs, toMs } : gap
}

async function storedGap(
  store: Store,
  manager: EntityManager,
  { siteId }: Source,
  { sensor, ...gap }: Gap,
): Promise<StoredGap> {
  const sensorId = sensor === null ? 0 : await store.interner.sensorId(manager, siteId, sensor)
  return { ...gap, sensorId }
}

/** Gives how many traffic rows were left out. */
async function applyPayloads(
  store: Store,
  manager: EntityManager,
  { siteId }: Source,
  events: readonly DaemonEvent[],
  nowMs: number,
): Promise<number> {
  for (const { payload, atMs: toldMs } of events) {
    if (payload.kind !== 'capture') continue
    const { sensor, segment } = payload.status
    await store.interner.placeSensor(manager, siteId, sensor, segment)
    const sensorId = await store.interner.sensorId(manager, siteId, sensor)
    await store.outbox.noteSensor(manager, sensorId, payload.status, nowMs)
    await store.uplinks.apply(manager, sensorId, payload.status, toldMs)
  }
  const seen = new Map<string, Host[]>()
  const answered = new Map<string, Host[]>()
  const names: NameSighting[] = []
  const clues: Clue[] = []
  const alerts = new Map<string, SensorAlert>()
  const keepHosts = (hosts: Map<string, Host[]>, found: readonly Host[]) => {
    for (const host of found) {
      const key = `${host.sensor.daemonId} ${host.sensor.interface} ${host.vlan}`
      const list = hosts.get(key)
      if (list) list.push(host)
      else hosts.set(key, [host])
    }
  }
  for (const { payload } of events) {
    if (payload.kind === 'observation') {
      keepHosts(seen, payload.hosts)
      names.push(...payload.names)
      clues.push(...payload.clues)
    } else if (payload.kind === 'scan') keepHosts(answered, payload.hosts)
    else if (payload.kind === 'alert') alerts.set(payload.alert.id, payload.alert)
  }
  for (const list of seen.values()) await store.sightings.applyHosts(manager, siteId, list, 'seen')
  for (const list of answered.values()) await store.sightings.applyHosts(manager, siteId, list, 'by_scan')
  const atMs = events.at(-1)?.atMs ?? 0
  await store.sightings.applyNames(manager, siteId, names, atMs)
  store.talks.named(siteId, names)
  const used = events.flatMap(({ payload }) => (payload.kind === 'traffic' ? portsUsed(payload.bucket) : []))
  await store.clues.apply(manager, siteId, [...clues, ...used], atMs)
  await store.askedNames.apply(manager, siteId, clues, atMs)
  let implausible = 0
  for (const { payload } of events) {
    if (payload.kind === 'traffic') implausible += await applyBucket(store, manager, siteId, payload.bucket)
  }
  for (const alert of alerts.values()) {
    await store.alerts.apply(manager, siteId, alert)
    const told = await store.incidents.apply(manager, siteId, alert, nowMs)
    if (told?.turn) {
      await store.outbox.note(manager, { atMs: nowMs, kind: 'incident', ref: told.id, detail: told.turn })
    }
  }
  for (const { payload, atMs: endedMs } of events) {
    if (payload.kind === 'firewall') {
      await store.incidents.noteBlocks(manager, siteId, payload.state.blocks)
    }
    if (payload.kind !== 'scan') continue
    const { method, isComplete, targets } = payload.summary
    if (!isComplete || method !== 'arp') continue
    await store.sightings.applyScan(manager, siteId, payload, endedMs)
    await store.milestones.scanned(manager, targets, endedMs)
  }
  return implausible
}

/** Gives how many rows were left out, because a sensor that says so lies. */
async function applyBucket(
  store: Store,
  manager: EntityManager,
  siteId: number,
  bucket: TrafficBucket,
): Promise<number> {
  const { startMs, durationMs, rows, otherBytes, otherPackets } = bucket
  const sensorId = await store.interner.sensorId(manager, siteId, bucket.sensor)
  const counted = { siteId, sensorId, startMs, untilMs: startMs + Math.max(1, durationMs) }
  const add = async (vlan: number, increments: readonly TrafficIncrement[]) => {
    const networkId = await store.interner.networkId(manager, siteId, sensorId, vlan)
    await store.traffic.add(manager, { ...counted, networkId }, increments)
  }
  const sound = rows.filter((row) => isPlausible(row, durationMs))
  const implausible = rows.length - sound.length
  for (const [vlan, tagged] of byVlan(sound)) await add(vlan, tagged)
  const endMs = startMs + durationMs
  await store.volumes.add(manager, siteId, sound, endMs)
  await store.talks.apply(manager, siteId, sound, endMs)
  if (otherBytes === 0 && otherPackets === 0) return implausible
  const key = { deviceMac: '', deviceIp: '', remoteIp: '', protocol: OTHER_PROTOCOL, servicePort: 0 }
  const counters = {
    txBytes: 0,
    rxBytes: otherBytes,
    txPackets: 0,
    rxPackets: otherPackets,
    isSecondView: false,
  }
  if (!isPlausible(counters, durationMs)) return implausible + 1
  await add(0, [{ ...key, ...counters }])
  return implausible
}

function byVlan(rows: readonly TrafficRow[]): Map<number, TrafficRow[]> {
  const groups = new Map<number, TrafficRow[]>()
  for (const row of rows) {
    const group = groups.get(row.vlan)
    if (group) group.push(row)
    else groups.set(row.vlan, [row])
  }
  return groups
}

/** Which services devices have asked for; few of them tell anything. */
function portsUsed({ rows }: TrafficBucket): Clue[] {
  return rows.flatMap(({ deviceMac, protocol, servicePort, txPackets }): Clue[] => {
    const name = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : null
    if (name === null || txPackets === 0 || servicePort === 0) return []
    return [{ mac: deviceMac, source: 'port_used', value: `${name}/${servicePort}` }]
  })
}
