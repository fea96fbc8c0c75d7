/**
 * Whom each device has ever talked to in the internet: countries, services, ports and resolvers. What is new for a
 * device that has been listened to for a week is a note; resolvers and what a person has listed are from the first day.
 */

import { DAY_MS, type NameSource } from '@netwatcher/shared'
import { reachOf, serviceOf } from '@netwatcher/shared/destinations'
import type { EntityManager } from 'typeorm'
import type { NoteKind } from '../contract/note-kinds.js'
import type { NameSighting, TrafficRow } from '../daemon/types.js'
import { GenerationMap } from './generations.js'
import type { NoteRepository } from './note-repository.js'

const LEARNING_MS = 7 * DAY_MS
/** Of one kind and device. */
const MOST_SUBJECTS = 500
/** Of a generation; one that was forgotten is looked up once more. */
const REMEMBERED = 8_000
/** Above it are the ports of clients and of hosts that talk to each other directly. */
const MAX_SERVICE_PORT = 10_000
/** By whom destinations are named. */
const DESTINATION_NAMES: readonly NameSource[] = ['tls', 'quic', 'dns']
const TCP = 6
const UDP = 17

/** What is known of an address apart from the database. */
export interface Outside {
  countryOf(ip: string): string | null
  /** The entry of the owner's list that an address or a name matches. */
  listedAs(ip: string, name: string | null): string | null
  /** A resolver of this network, although its address is one of the internet. */
  isOwnResolver(ip: string): boolean
}

export const NOTHING_KNOWN: Outside = {
  countryOf: () => null,
  listedAs: () => null,
  isOwnResolver: () => false,
}

/** Conversations that were looked at lately, each under the name that its other end had then. */
export class TalkMemory {
  readonly talks = new GenerationMap<string, true>(REMEMBERED)
  readonly names = new GenerationMap<string, string>(REMEMBERED)

  clear(): void {
    this.talks.clear()
    this.names.clear()
  }
}

type Talk = [mac: string, kind: NoteKind, subject: string]

interface FirstContact {
  deviceId: number
  kind: NoteKind
  subject: string
  /** 1 when the device has been listened to for long enough. */
  isLearnt: number
}

export class TalkRepository {
  constructor(
    private readonly notes: NoteRepository,
    /** To be cleared when a transaction comes to nothing. */
    private readonly seen: TalkMemory,
    private readonly outside: Outside,
  ) {}

  /** To be told before the traffic of the same events: what has another name is looked at again. */
  named(siteId: number, sightings: readonly NameSighting[]): void {
    for (const { ip, name, source } of sightings) {
      if (DESTINATION_NAMES.includes(source)) this.seen.names.set(`${siteId} ${ip}`, name)
    }
  }

  /** In the ingest's transaction. */
  async apply(
    manager: EntityManager,
    siteId: number,
    rows: readonly TrafficRow[],
    atMs: number,
  ): Promise<void> {
    const fresh = rows.filter((row) => this.isFresh(siteId, row))
    if (fresh.length === 0) return
    const names = await namesOf(manager, siteId, fresh)
    const talks = fresh.flatMap((row) => talksOf(row, names.get(row.remoteIp) ?? null, this.outside))
    const first: FirstContact[] = await manager.query(FIRST_CONTACTS, [siteId, atMs, JSON.stringify(talks)])
    if (first.length === 0) return
    const told = first.filter(
      ({ kind, isLearnt }) => isLearnt === 1 || kind === 'resolver' || kind === 'listed',
    )
    await this.notes.add(
      manager,
      told.map(({ deviceId, kind, subject }) => ({ atMs, kind, deviceId, subject })),
    )
    await manager.query(KEEP_TALKS, [JSON.stringify(first), atMs])
  }

  /** What went to the internet and was not looked at lately. */
  private isFresh(siteId: number, row: TrafficRow): boolean {
    const { deviceMac, remoteIp, protocol, servicePort, txPackets } = row
    if (deviceMac === '' || txPackets === 0 || reachOf(remoteIp) !== 'internet') return false
    const name = this.seen.names.get(`${siteId} ${remoteIp}`) ?? ''
    const key = `${siteId} ${deviceMac} ${remoteIp} ${protocol} ${servicePort} ${name}`
    if (this.seen.talks.get(key)) return false
    this.seen.talks.set(key, true)
    return true
  }
}

function talksOf(row: TrafficRow, name: string | null, outside: Outside): Talk[] {
  const { deviceMac: mac, remoteIp, protocol, servicePort } = row
  const talks: Talk[] = []
  const country = outside.countryOf(remoteIp)
  if (country !== null) talks.push([mac, 'country', country])
  const service = name === null ? null : serviceOf(name)
  if (service !== null) talks.push([mac, 'service', service.name])
  const transport = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : null
  if (transport !== null && servicePort > 0 && servicePort < MAX_SERVICE_PORT)
    talks.push([mac, 'port', `${transport}/${servicePort}`])
  const isResolver = servicePort === 53 || servicePort === 853
  if (isResolver && !outside.isOwnResolver(remoteIp)) talks.push([mac, 'resolver', remoteIp])
  if (servicePort === 443 && service?.kind === 'resolver') talks.push([mac, 'resolver', service.name])
  const listed = outside.listedAs(remoteIp, name)
  if (listed !== null) talks.push([mac, 'listed', listed])
  return talks
}

async function namesOf(
  manager: EntityManager,
  siteId: number,
  rows: readonly TrafficRow[],
): Promise<Map<string, string>> {
  const found: { ip: string; name: string }[] = await manager.query(
    `SELECT a.ip, n.name FROM json_each(?2) CROSS JOIN address a ON a.ip = value
       AND a.network_id = (SELECT network_id FROM site WHERE id = ?1)
     JOIN address_name n ON n.address_id = a.id WHERE n.source IN (${DESTINATION_NAMES.map((source) => `'${source}'`)}) ORDER BY n.seen_ms`,
    [siteId, JSON.stringify([...new Set(rows.map(({ remoteIp }) => remoteIp))])],
  )
  return new Map(found.map(({ ip, name }) => [ip, name]))
}

/** For the device that stands for each. Routers ask for others. */
const WANTED = `SELECT DISTINCT coalesce(d.merged_into, d.id) AS device_id, value ->> 1 AS kind, value ->> 2 AS subject
  FROM json_each(?3) CROSS JOIN device_mac m ON m.site_id = ?1 AND m.mac = value ->> 0
  JOIN device d ON d.id = m.device_id WHERE d.is_gateway = 0`
const FRESH = `SELECT w.*, row_number() OVER (PARTITION BY device_id, kind ORDER BY subject) AS place,
    (SELECT count(*) FROM talk t WHERE t.device_id = w.device_id AND t.kind = w.kind) AS known
  FROM (${WANTED}) w WHERE NOT EXISTS (SELECT 1 FROM talk t
    WHERE t.device_id = w.device_id AND t.kind = w.kind AND t.subject = w.subject)`
const FIRST_CONTACTS = `
  SELECT device_id AS deviceId, kind, subject,
    coalesce((SELECT min(first_seen_ms) FROM talk WHERE device_id = n.device_id), ?2) < ?2 - ${LEARNING_MS} AS isLearnt
  FROM (${FRESH}) n WHERE known + place <= ${MOST_SUBJECTS}`
const KEEP_TALKS = `
  INSERT INTO talk (device_id, kind, subject, first_seen_ms)
  SELECT value ->> 'deviceId', value ->> 'kind', value ->> 'subject', ?2 FROM json_each(?1)`
