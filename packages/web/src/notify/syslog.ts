/**
 * Syslog (RFC 5424) by UDP (RFC 5426), TCP (RFC 6587, octet counting) or TLS
 * (RFC 5425). No transport of it acknowledges: a message is accepted when it has
 * been handed to the network, over TCP with the connection still standing.
 */

import { hostname } from 'node:os'
import type { Severity } from '@netwatcher/shared'
import type { SettingsOf } from '../contract/channels.js'
import type { Message } from '../contract/message.js'
import type { Connection, Outgoing } from '../os/outgoing.js'
import type { Channel } from './channel.js'

/** Facility 13, log audit; severities 6, 4 and 2. */
const FACILITY = 13
const SEVERITY: Record<Severity, number> = { info: 6, warning: 4, critical: 2 }
/** Of one datagram; more may be cut on the way. */
const MOST_BYTES = 2048

export function syslogChannel(settings: SettingsOf<'syslog'>, outgoing: Outgoing): Channel {
  const { host, port, protocol, certificate } = settings
  let socket: Connection | null = null
  const connected = async (signal: AbortSignal): Promise<Connection> => {
    if (socket !== null && !socket.destroyed && socket.writable) return socket
    const made = await outgoing.connect({ host, port }, protocol === 'tls' ? { certificate } : null, signal)
    made.on('error', () => made.destroy())
    // Nothing is answered; reading notices that the other end has closed.
    made.resume()
    made.on('end', () => made.destroy())
    socket = made
    return made
  }
  return {
    async send(message, signal) {
      const line = Buffer.from(syslogLine(message, hostname()))
      if (protocol === 'udp') return await outgoing.sendDatagram({ host, port }, line.subarray(0, MOST_BYTES))
      const stream = await connected(signal)
      await write(stream, Buffer.concat([Buffer.from(`${line.length} `), line]))
    },
    async close() {
      socket?.destroy()
    },
  }
}

/** HEADER SP STRUCTURED-DATA SP MSG; the id is in the structured data. */
export function syslogLine({ id, event, atMs, severity, kind, text }: Message, host: string): string {
  const data = { id, event, severity, ...(kind !== null && { kind }) }
  const pairs = Object.entries(data).map(([name, value]) => `${name}="${value.replace(/["\\\]]/g, '\\$&')}"`)
  const message = text.replace(/\s*\n\s*/g, ' ')
  // 32473 is the number for examples (RFC 5612); this project has none of its own.
  const header = `<${8 * FACILITY + SEVERITY[severity]}>1 ${new Date(atMs).toISOString()} ${hostField(host)} netwatcher - ${event}`
  return `${header} [netwatcher@32473 ${pairs.join(' ')}] \ufeff${message}`
}

function hostField(host: string): string {
  return host.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-'
}

function write(stream: Connection, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error('The connection was lost.'))
    stream.once('close', lost)
    stream.write(bytes, (error) => {
      stream.removeListener('close', lost)
      if (error) reject(error)
      else resolve()
    })
  })
}
