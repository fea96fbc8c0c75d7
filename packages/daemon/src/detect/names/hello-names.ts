/**
 * The names by which clients ask for their servers, in what TLS and QUIC say in clear. Each is told with the address
 * that was asked, and as a clue of who asked; what could not be told is counted, so that nobody takes the names for
 * all there is.
 */

import { isGroupMac, isLocalIp, MINUTE_MS } from '@netwatcher/shared'
import type { HelloCounts } from '../../model/capture.js'
import { type ClientHello, decodeHelloRecord } from '../../wire/client-hello.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import { decodeQuicInitial } from '../../wire/quic-initial.js'
import type { Detector } from '../engine/detector.js'
import { Throttles } from '../tables/throttles.js'
import { QuicHellos } from './quic-hellos.js'

/** So that whoever lost one gets it again, and names that are still used stay young. */
const REPEAT_MS = 10 * MINUTE_MS
const MAX_TOLD = 8192
const UDP_HEADER = 8

interface Asked {
  hello: ClientHello
  source: 'tls' | 'quic'
  ip: IpHeader
}

export function createHelloNameDetector(): Detector {
  const quic = new QuicHellos()
  const told = new Throttles(REPEAT_MS, MAX_TOLD)
  const counts: HelloCounts = { named: 0, veiled: 0, split: 0, unnamed: 0 }
  return {
    observe(packet, context) {
      const asked = readHello(packet, quic)
      if (asked === null) return
      counts[kindOf(asked.hello)]++
      const { source, ip, hello } = asked
      const { sourceMac: mac } = packet.ethernet
      const name = hello.serverName
      if (name === null || !told.isDue(`${mac} ${ip.destination} ${source} ${name}`, context.nowMs)) return
      context.sightName({ ip: ip.destination, mac: '', name, source })
      const isOwn = isLocalIp(ip.source) && !isGroupMac(mac) && !context.roles(mac).router
      if (isOwn) context.sightClue({ mac, source: `${source}_name`, value: name })
    },
    tick({ nowMs }) {
      counts.split += quic.takeUnfinished(nowMs)
    },
    tables: () => [quic.table(), told.status('told_hello_names')],
    hellos: () => counts,
  }
}

function kindOf({ serverName, isVeiled, isWhole }: ClientHello): keyof HelloCounts {
  if (serverName === null) return isWhole ? 'unnamed' : 'split'
  return isVeiled ? 'veiled' : 'named'
}

function readHello({ payload, bytes, timeMs }: Packet, quic: QuicHellos): Asked | null {
  if (payload.type === 'tcp') {
    const { ip, tcp } = payload
    const hello = decodeHelloRecord(bytes, tcp.payloadOffset, ip.payloadEnd)
    return hello && { hello, source: 'tls', ip }
  }
  // Servers answer with packets of the same kind.
  if (payload.type !== 'udp' || payload.sourcePort < payload.destinationPort) return null
  const { ip, sourcePort } = payload
  const initial = decodeQuicInitial(bytes, ip.payloadOffset + UDP_HEADER, ip.payloadEnd)
  const hello = initial && quic.add(initial, `${ip.source} ${sourcePort} ${ip.destination}`, timeMs)
  return hello && { hello, source: 'quic', ip }
}
