/** Which resolvers a device asks, and how much of what it talks to no answer named: out of its conversations. */

import { isLocalIp } from '@netwatcher/shared'
import { serviceOf } from '@netwatcher/shared/destinations'
import type { DataSource } from 'typeorm'
import type { ResolversResponse } from '../contract/volumes.js'
import { DEVICES_OF_MAC } from './keys.js'
import { isNoGroup } from './ranges.js'
import type { Outside } from './talk-repository.js'
import { sumOf } from './totals.js'

type Resolver = ResolversResponse['resolvers'][number]

const TCP = 6
const MOST_RESOLVERS = 100

interface Row {
  ip: string
  name: string | null
  hasAnswer: number
  protocol: number
  port: number
  packets: number
  firstSeenMs: number
  lastSeenMs: number
}

/** Addresses of public resolvers that speak HTTPS, which are asked without a name. */
const KNOWN_DOH = new Set([
  ...[
    '1.1.1.1',
    '1.0.0.1',
    '8.8.8.8',
    '8.8.4.4',
    '9.9.9.9',
    '149.112.112.112',
    '94.140.14.14',
    '94.140.15.15',
  ],
  ...['208.67.222.222', '208.67.220.220', '194.242.2.2', '76.76.2.0', '76.76.10.0'],
  ...['2606:4700:4700::1111', '2606:4700:4700::1001', '2001:4860:4860::8888', '2001:4860:4860::8844'],
  ...['2620:fe::fe', '2620:fe::9', '2a10:50c0::ad1:ff', '2a10:50c0::ad2:ff'],
])

export class ResolverRepository {
  constructor(
    private readonly read: DataSource,
    private readonly outside: Pick<Outside, 'isOwnResolver'>,
  ) {}

  async of(device: string): Promise<ResolversResponse> {
    const rows: Row[] = await this.read.query(TALKS, [device])
    const isOutside = ({ ip }: Row) => ip !== '' && !isLocalIp(ip)
    const isOwn = (ip: string) => isLocalIp(ip) || this.outside.isOwnResolver(ip)
    const resolvers = rows.flatMap((row) => toResolver(row, isOwn(row.ip))).slice(0, MOST_RESOLVERS)
    const foreign = resolvers.filter((one) => !one.isOwn)
    const answered = new Map(rows.filter(isOutside).map(({ ip, hasAnswer }) => [ip, hasAnswer === 1]))
    return {
      resolvers,
      bypassSinceMs: foreign.length === 0 ? null : Math.min(...foreign.map(({ firstSeenMs }) => firstSeenMs)),
      destinations: answered.size,
      unnamed: [...answered.values()].filter((isNamed) => !isNamed).length,
    }
  }
}

function toResolver({ hasAnswer: _hasAnswer, protocol, port, ...row }: Row, isOwn: boolean): Resolver[] {
  const way = wayOf(row, protocol, port)
  return way === null ? [] : [{ ...row, way, isOwn }]
}

function wayOf(
  { ip, name }: Pick<Row, 'ip' | 'name'>,
  protocol: number,
  port: number,
): Resolver['way'] | null {
  if (port === 53) return 'dns'
  if (port === 853) return protocol === TCP ? 'dot' : 'doq'
  const isKnown = KNOWN_DOH.has(ip) || (name !== null && serviceOf(name)?.kind === 'resolver')
  return port === 443 && isKnown ? 'doh' : null
}

/** Unicast only: of what a group is sent nobody is a resolver, nor a destination. */
const TALKS = `
  SELECT a.ip, (SELECT name FROM address_name n WHERE n.address_id = a.id AND n.source IN ('tls', 'quic', 'dns')
      ORDER BY n.seen_ms DESC LIMIT 1) AS name,
    EXISTS (SELECT 1 FROM address_name n WHERE n.address_id = a.id AND n.source = 'dns') AS hasAnswer,
    f.protocol, f.port, ${sumOf('f.tx_packets + f.rx_packets')} AS packets,
    min(f.first_seen_ms) AS firstSeenMs, max(f.last_seen_ms) AS lastSeenMs
  FROM flow f JOIN address a ON a.id = f.remote_id
  WHERE f.device_id IN ${DEVICES_OF_MAC} AND f.tx_packets > 0 AND f.protocol IN (6, 17)
    AND ${isNoGroup('a.ip')}
  GROUP BY a.id, f.protocol, f.port ORDER BY packets DESC`
