/**
 * Turns a batch of daemon events into rows, in one transaction together with
 * the position of the last one. An event that was applied before (its sequence
 * is not beyond the stored one of its run) changes nothing, so replays after a
 * crash or a reconnect never count twice; a hole in the sequence is recorded.
 */

import type { EntityManager } from 'typeorm'
import { OTHER_PROTOCOL } from '../contract/protocols.js'
import type { DaemonEvent, Host, NameSighting, SensorAlert, TrafficBucket } from '../daemon/types.js'
import type { Store } from '../storage/store.js'

export interface Applied {
  /** The events that were new, in order. */
  events: DaemonEvent[]
  gaps: number
}

export async function applyEvents(
  store: Store,
  daemonId: string,
  events: readonly DaemonEvent[],
  nowMs: number,
): Promise<Applied> {
  try {
    return await store.database.writes.run((manager) => applyAll(store, manager, daemonId, events, nowMs))
  } catch (error) {
    // The roll-back took the rows with it that the interner may have handed out ids of.
    store.interner.clear()
    throw error
  }
}

async function applyAll(
  store: Store,
  manager: EntityManager,
  daemonId: string,
  events: readonly DaemonEvent[],
  nowMs: number,
): Promise<Applied> {
  const positions = await store.positions.applied(manager, daemonId)
  const { fresh, holes } = sift(positions, events)
  const last = fresh.at(-1)
  if (!last) return { events: [], gaps: 0 }
  const gaps = [...holes, ...reportedGaps(fresh)]
  for (const { bootId, gap } of gaps) await store.positions.addGap(manager, daemonId, bootId, gap, nowMs)
  await applyPayloads(store, manager, fresh)
  const newest = new Map(fresh.map((event) => [event.position.bootId, event.position]))
  for (const position of newest.values()) await store.positions.advance(manager, daemonId, position)
  return { events: fresh, gaps: gaps.length }
}

interface GapOfBoot {
  bootId: string
  gap: { firstSequence: number; lastSequence: number; trafficBytes: number; reason: string }
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
    const isGap = event.payload.kind === 'gap'
    // A run that is new to us starts wherever the daemon starts it; a gap before its first event has no
    // sequence of its own.
    const expected = next.get(bootId) ?? sequence
    if (sequence < expected) continue
    if (sequence > expected && !isGap) {
      const gap = { firstSequence: expected, lastSequence: sequence - 1, trafficBytes: 0 }
      holes.push({ bootId, gap: { ...gap, reason: 'The events did not arrive.' } })
    }
    fresh.push(event)
    next.set(bootId, sequence + 1)
  }
  return { fresh, holes }
}

function reportedGaps(events: readonly DaemonEvent[]): GapOfBoot[] {
  return events.flatMap(({ payload, position }) =>
    payload.kind === 'gap' ? [{ bootId: position.bootId, gap: payload.gap }] : [],
  )
}

async function applyPayloads(store: Store, manager: EntityManager, events: readonly DaemonEvent[]) {
  const hosts = new Map<string, Host[]>()
  const names: NameSighting[] = []
  const alerts = new Map<string, SensorAlert>()
  const keepHosts = (seen: readonly Host[]) => {
    for (const host of seen) {
      const key = `${host.sensor.daemonId} ${host.sensor.interface}`
      const list = hosts.get(key)
      if (list) list.push(host)
      else hosts.set(key, [host])
    }
  }
  for (const { payload } of events) {
    if (payload.kind === 'observation') {
      keepHosts(payload.hosts)
      names.push(...payload.names)
    } else if (payload.kind === 'scan') keepHosts(payload.hosts)
    else if (payload.kind === 'alert') alerts.set(payload.alert.id, payload.alert)
  }
  for (const list of hosts.values()) await store.devices.applyHosts(manager, list)
  await store.devices.applyNames(manager, names, events.at(-1)?.atMs ?? 0)
  for (const { payload } of events) {
    if (payload.kind === 'traffic') await applyBucket(store, manager, payload.bucket)
  }
  for (const alert of alerts.values()) await store.alerts.apply(manager, alert)
  for (const { payload } of events) {
    if (payload.kind !== 'scan') continue
    const found = payload.hosts.flatMap((host) => (host.mac && !host.isSelf ? [host.mac] : []))
    // A scan that found nobody says more about the scan than about the network.
    if (found.length > 0 && payload.summary.method === 'arp') {
      await store.devices.countMissedScan(manager, payload.interface, found)
    }
  }
}

async function applyBucket(store: Store, manager: EntityManager, bucket: TrafficBucket): Promise<void> {
  const { startMs, durationMs, rows, otherBytes, otherPackets } = bucket
  const sensorId = await store.interner.sensorId(manager, bucket.sensor)
  const span = { sensorId, startMs, untilMs: startMs + Math.max(1, durationMs) }
  await store.traffic.add(manager, span, rows)
  if (otherBytes === 0 && otherPackets === 0) return
  const key = { deviceMac: '', deviceIp: '', remoteIp: '', protocol: OTHER_PROTOCOL, servicePort: 0 }
  const counters = { txBytes: 0, rxBytes: otherBytes, txPackets: 0, rxPackets: otherPackets }
  await store.traffic.add(manager, span, [{ ...key, ...counters }])
}
