/**
 * The conversations that a block would have stopped, had it been in force since
 * a moment: found among the stored flows by device, address or prefix, and
 * judged one by one (`cut-losses.ts`).
 */

import { type Cidr, cidrContains, formatIp, parseCidr } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import type { Reach } from '../daemon/types.js'
import { CutLosses, type CutTargets, type Loss, mergeLosses } from './cut-losses.js'
import { isLastHolder, macOf } from './keys.js'
import { Where } from './paging.js'
import { FLOWS } from './totals.js'
import type { TrafficList } from './traffic-lists.js'
import { FLOW_ORDERS } from './traffic-query.js'
import type { TrafficRepository } from './traffic-repository.js'

export interface CutQuestion {
  siteId: number
  cidrs: readonly string[]
  macs: readonly string[]
  /** Of a quarantine, who is let through; null for a block. */
  admittedMacs: readonly string[] | null
  reach: Reach
  fromMs: number
}

export interface CutConversation extends Loss {
  /** Shown by this MAC; null where none is known. */
  device: string | null
  deviceName: string | null
  deviceIp: string
  remoteIp: string
  protocol: number
  port: number
  lastSeenMs: number
}

export interface Cut extends Loss {
  /** Most bytes first, at most `MOST_SHOWN`. */
  conversations: CutConversation[]
  total: number
}

export const MOST_SHOWN = 50

interface CutRow extends CutConversation {
  sensorId: number
  deviceId: number
  isSelf: number
}

export class CutRepository {
  constructor(
    private readonly read: DataSource,
    private readonly traffic: Pick<TrafficRepository, 'export'>,
  ) {}

  async wouldHaveCut(question: CutQuestion): Promise<Cut> {
    const targets = await this.targetsOf(question)
    const losses = new CutLosses(targets, question.reach)
    const found = new Map<string, { row: CutRow; views: (Loss & { sensorId: number })[] }>()
    for await (const row of this.candidates(question, targets)) {
      const loss = losses.of({ ...row, isSelf: row.isSelf === 1 })
      if (!loss) continue
      const key = [row.deviceId, row.deviceIp, row.remoteIp, row.protocol, row.port].join()
      const known = found.get(key)
      const view = { ...loss, sensorId: row.sensorId }
      if (known) known.views.push(view)
      else found.set(key, { row, views: [view] })
    }
    return summed([...found.values()].map(({ row, views }) => conversation(row, mergeLosses(views))))
  }

  private async targetsOf({ siteId, cidrs, macs, admittedMacs }: CutQuestion): Promise<CutTargets> {
    const deviceIds = await this.deviceIds(siteId, macs)
    const addresses: { ip: string }[] = await this.read.query(
      `SELECT DISTINCT ip FROM device_address held JOIN address ON address.id = address_id
       WHERE device_id IN (SELECT value FROM json_each(?)) AND ip <> '' AND ${isLastHolder('held')}`,
      [JSON.stringify(deviceIds)],
    )
    return {
      cidrs: cidrs.map((text) => parseCidr(text)).filter((cidr) => cidr !== null),
      deviceIds: new Set(deviceIds),
      deviceIps: new Set(addresses.map(({ ip }) => ip)),
      admittedIds: admittedMacs && new Set(await this.deviceIds(siteId, admittedMacs)),
    }
  }

  private async deviceIds(siteId: number, macs: readonly string[]): Promise<number[]> {
    const rows: { id: number }[] = await this.read.query(
      `SELECT DISTINCT device_id AS id FROM device_mac
       WHERE site_id = ? AND mac IN (SELECT value FROM json_each(?))`,
      [siteId, JSON.stringify(macs)],
    )
    return rows.map(({ id }) => id)
  }

  private async *candidates({ siteId, fromMs }: CutQuestion, targets: CutTargets): AsyncGenerator<CutRow> {
    const addresses = JSON.stringify(await this.addressIds(siteId, targets))
    const devices = JSON.stringify([...targets.deviceIds])
    const where = targets.admittedIds
      ? notAdmitted(targets.admittedIds)
      : new Where().add(
          `(f.device_id IN (SELECT value FROM json_each(?))
        OR f.remote_id IN (SELECT value FROM json_each(?))
        OR f.device_address_id IN (SELECT value FROM json_each(?)))`,
          devices,
          addresses,
          addresses,
        )
    const order = { key: 'dst', isDescending: false }
    yield* this.traffic.export(cutList(where), { fromMs, order })
  }

  /** In every network of the site. Prefixes are looked for by reading all addresses. */
  private async addressIds(siteId: number, { cidrs, deviceIps }: CutTargets): Promise<number[]> {
    const isOne = ({ network, prefixLength }: Cidr) => prefixLength === network.length * 8
    const inSite = 'SELECT id, ip FROM address WHERE network_id IN (SELECT id FROM network WHERE site_id = ?)'
    const isMeant = (ip: string) => deviceIps.has(ip) || cidrs.some((cidr) => cidrContains(cidr, ip))
    if (!cidrs.every(isOne)) {
      const all: { id: number; ip: string }[] = await this.read.query(inSite, [siteId])
      return all.filter(({ ip }) => ip !== '' && isMeant(ip)).map(({ id }) => id)
    }
    const ips = [...deviceIps, ...cidrs.map(({ network }) => formatIp(network))]
    const found: { id: number }[] = await this.read.query(
      `${inSite} AND ip IN (SELECT value FROM json_each(?))`,
      [siteId, JSON.stringify(ips)],
    )
    return found.map(({ id }) => id)
  }
}

function notAdmitted(ids: ReadonlySet<number>): Where {
  const condition = 'f.device_id <> 0 AND f.device_id NOT IN (SELECT value FROM json_each(?))'
  return new Where().add(condition, JSON.stringify([...ids]))
}

function conversation(
  { sensorId: _sensorId, deviceId: _deviceId, isSelf: _isSelf, ...row }: CutRow,
  loss: Loss,
): CutConversation {
  return { ...row, ...loss }
}

function summed(conversations: CutConversation[]): Cut {
  const bytes = ({ txBytes, rxBytes }: Loss) => txBytes + rxBytes
  return {
    conversations: conversations.toSorted((a, b) => bytes(b) - bytes(a)).slice(0, MOST_SHOWN),
    total: conversations.length,
    txBytes: conversations.reduce((sum, one) => sum + one.txBytes, 0),
    rxBytes: conversations.reduce((sum, one) => sum + one.rxBytes, 0),
  }
}

function cutList(where: Where): TrafficList<CutRow> {
  return {
    totals: FLOWS,
    sumBy: null,
    gather: null,
    where,
    orders: FLOW_ORDERS,
    alias: 'f',
    select: (inner, more = '') => `SELECT f.sensor_id AS sensorId, f.device_id AS deviceId,
        coalesce(d.is_self, 0) AS isSelf, ${macOf('f.device_id')} AS device, d.name AS deviceName,
        coalesce(da.ip, '') AS deviceIp, a.ip AS remoteIp, f.protocol, f.port,
        f.tx_bytes AS txBytes, f.rx_bytes AS rxBytes, f.last_seen_ms AS lastSeenMs ${more}
      FROM ${inner} JOIN address a ON a.id = f.remote_id
      LEFT JOIN address da ON da.id = f.device_address_id LEFT JOIN device d ON d.id = f.device_id`,
  }
}
