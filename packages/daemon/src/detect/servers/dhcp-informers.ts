/**
 * Proxy scripts by DHCP (WPAD, option 252) from a station that hands out no addresses. Windows asks for it by INFORM
 * (RFC 2131 section 3.4) and takes the first answer: whoever gives one reads and changes what browsers load.
 */

import { text } from '@netwatcher/shared'
import type { Dhcpv4 } from '../../wire/dhcpv4.js'
import type { DetectorContext } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import type { KnownServer } from './dhcp-server-verdict.js'
import { serverParties } from './server-baseline.js'

interface Informer {
  ip: string
  mac: string
  proxyScript: string
  client: Dhcpv4
}

/** The server of the LAN may well name a proxy: when it begins to, or names another, that is a note. */
export function noteProxyScript(
  server: KnownServer,
  proxyScript: string,
  mac: string,
  context: DetectorContext,
): void {
  if (server.proxyScript === proxyScript) return
  server.proxyScript = proxyScript
  if (context.learning) return
  const figures = { ip: server.ip, mac, proxy_script: proxyScript }
  context.raise(
    finding({
      kind: 'wpad_offered',
      severity: 'info',
      claimer: mac,
      parties: [suspect(mac, 'possible', server.ip)],
      ip: server.ip,
      expected: text('expected_no_proxy_script'),
      seen: text('seen_proxy_script', figures),
      reasonsFor: [reason('proxy_offered', { proxy_script: proxyScript }, [context.frame()])],
      reasonsAgainst: [reason('server_of_the_lan', { server: server.ip })],
      advice: text('advice_proxy_offered'),
    }),
  )
}

/** A stranger may not, and has nothing else to say. */
export function judgeInformer(
  { ip, mac, proxyScript, client }: Informer,
  servers: readonly KnownServer[],
  context: DetectorContext,
): void {
  const known = servers.find((server) => server.macs.has(mac) || (server.ip === ip && server.macs.size === 0))
  if (known) noteProxyScript(known, proxyScript, mac, context)
  if (known || context.learning) return
  const [genuine] = servers.filter(({ isBaseline }) => isBaseline)
  const figures = { ip, mac, proxy_script: proxyScript }
  context.raise(
    finding({
      kind: 'rogue_dhcp',
      severity: genuine ? 'critical' : 'warning',
      claimer: mac,
      ip,
      parties: [
        suspect(mac, genuine ? 'likely' : 'possible', ip),
        ...(genuine ? serverParties(genuine, [genuine], 'info').filter(({ role }) => role === 'holder') : []),
        affected(client.clientMac, 'likely', client.clientIp),
      ],
      expected: text('expected_no_proxy_script'),
      seen: text('seen_proxy_script', figures),
      reasonsFor: [reason('proxy_without_lease', figures, [context.frame()])],
      advice: text('advice_proxy_script'),
    }),
  )
}
