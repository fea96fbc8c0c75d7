/**
 * Connections and DNS questions that this machine has begun, so that only what
 * answers one of them counts: any neighbour can send an acceptance from an
 * address that it makes up, but not with the number of a question that it has
 * not seen (RFC 9293 section 3.5, RFC 5452 section 4).
 */

import type { Payload } from '../wire/packet.js'
import { TCP_ACK, TCP_SYN } from '../wire/tcp.js'

/** The oldest gives way. */
const MOST = 1024
const ACCEPTS = TCP_SYN | TCP_ACK

export class Begun {
  /** By the ends: the number that an answer must bear. */
  private readonly expected = new Map<string, number>()

  /** A packet that this machine sends. */
  note(payload: Payload): void {
    if (payload.type === 'dns' && payload.source === 'dns' && !payload.message.isResponse) {
      this.expect(dnsKey(payload.ip.destination, payload.message.id), 0)
    } else if (payload.type === 'tcp' && (payload.tcp.flags & ACCEPTS) === TCP_SYN) {
      const { destinationPort, sourcePort, sequence } = payload.tcp
      this.expect(tcpKey(payload.ip.destination, destinationPort, sourcePort), (sequence + 1) >>> 0)
    }
  }

  /** Once: what is answered is over, and what is sent again says nothing new. */
  isAnsweredBy(payload: Payload): boolean {
    if (payload.type === 'dns') {
      const { ip, source, message } = payload
      const isAnswer = source === 'dns' && message.isResponse && message.responseCode === 0
      return isAnswer && this.take(dnsKey(ip.source, message.id), 0)
    }
    if (payload.type !== 'tcp' || (payload.tcp.flags & ACCEPTS) !== ACCEPTS) return false
    const { sourcePort, destinationPort, acknowledgment } = payload.tcp
    return this.take(tcpKey(payload.ip.source, sourcePort, destinationPort), acknowledgment)
  }

  private expect(key: string, answer: number): void {
    this.expected.delete(key)
    this.expected.set(key, answer)
    const [oldest] = this.expected.keys()
    if (this.expected.size > MOST && oldest !== undefined) this.expected.delete(oldest)
  }

  private take(key: string, answer: number): boolean {
    return this.expected.get(key) === answer && this.expected.delete(key)
  }
}

function tcpKey(ip: string, port: number, ownPort: number): string {
  return `${ip} ${port} ${ownPort}`
}

function dnsKey(ip: string, id: number): string {
  return `${ip} dns ${id}`
}
