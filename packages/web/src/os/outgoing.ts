/**
 * The only way out of this process to the network. A name is resolved here and
 * every address that it stands for is looked at before anything connects: what
 * belongs to this machine or its LAN is reached only if the settings, which are
 * root's, list it. Otherwise whoever may set up a channel could make this
 * process talk to what listens beside it. Redirects are not followed.
 */

import { createSocket } from 'node:dgram'
import { lookup as lookUpName } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createConnection, isIP, type LookupFunction, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as tlsConnect } from 'node:tls'
import {
  type Cidr,
  cidrContains,
  invalidArgument,
  isLocalIp,
  isLoopbackIp,
  isMulticastIp,
  isUnspecifiedIp,
  makeCidr,
  type NetWatcherError,
  parseCidr,
  parseIp,
} from '@netwatcher/shared'

export interface Destination {
  host: string
  port: number
}

export type Connection = Socket

export interface TlsOptions {
  /** PEM; empty: the authorities that Node trusts. */
  certificate: string
}

export interface HttpPost {
  url: string
  headers: Record<string, string>
  body: string
  tls: TlsOptions
  signal: AbortSignal
}

export interface HttpAnswer {
  status: number
  /** The first of it. */
  text: string
}

const MOST_ANSWER_BYTES = 4096
/** RFC 6145 and RFC 6052: behind these a v4 address may hide. */
const TRANSLATED = ['::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32']

export class Outgoing {
  private readonly listed: Cidr[]
  private readonly translated = TRANSLATED.flatMap((text) => parseCidr(text) ?? [])

  constructor(
    /** Addresses and CIDRs of this machine or its LAN that may be reached. */
    localTargets: readonly string[],
    private readonly resolve: typeof lookUpName = lookUpName,
    private readonly interfaces: typeof networkInterfaces = networkInterfaces,
  ) {
    this.listed = localTargets.flatMap((text) => parseCidr(text) ?? [])
  }

  /** For whoever connects by name: only addresses that may be reached come out. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const allowed = addresses.filter(({ address }) => this.isAllowed(address))
      if (allowed.length === 0) return callback(refusal(hostname, addresses[0]?.address ?? ''), [])
      if (options.all) return callback(null, allowed)
      const [first] = allowed
      callback(null, first?.address ?? '', first?.family)
    })
  }

  /** Throws for a literal address that may not be reached; names are looked at by `lookup`. */
  check(host: string): void {
    const literal = host.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && !this.isAllowed(literal)) throw refusal(host, literal)
  }

  isAllowed(address: string): boolean {
    const ip = parseIp(address.split('%')[0] ?? '')
    if (ip === null || isUnspecifiedIp(ip) || isMulticastIp(ip) || ip === '255.255.255.255') return false
    if (this.listed.some((cidr) => cidrContains(cidr, ip))) return true
    if (isLoopbackIp(ip) || isLocalIp(ip) || ip.startsWith('0.')) return false
    if (this.translated.some((cidr) => cidrContains(cidr, ip))) return false
    return !this.isOnLink(ip)
  }

  /** Sends a request and reads what is answered, whatever its status; a redirect is an answer like any other. */
  async post({ url, headers, body, tls, signal }: HttpPost): Promise<HttpAnswer> {
    const target = new URL(url)
    this.check(target.hostname)
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method: 'POST', headers: { ...headers, ...length }, lookup: this.lookup, agent: false }
    return await new Promise((resolve, reject) => {
      const sent = send(target, { ...options, signal, ...trust(tls) }, (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes - chunk.length < MOST_ANSWER_BYTES) chunks.push(chunk)
          else response.destroy()
        })
        response.on('close', () => {
          const text = Buffer.concat(chunks).toString('utf8', 0, MOST_ANSWER_BYTES)
          resolve({ status: response.statusCode ?? 0, text })
        })
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** A connection that is made; whoever asks for it ends it. */
  async connect(to: Destination, tls: TlsOptions | null, signal: AbortSignal): Promise<Connection> {
    const socket = this.open(to, tls)
    return await new Promise((resolve, reject) => {
      const giveUp = () => socket.destroy(new Error('No connection within the time that there is.'))
      signal.addEventListener('abort', giveUp, { once: true })
      const settled = () => {
        signal.removeEventListener('abort', giveUp)
        socket.removeListener('error', reject)
      }
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('The connection was closed.')))
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        settled()
        resolve(socket)
      })
    })
  }

  /** A connection that is being made. */
  open({ host, port }: Destination, tls: TlsOptions | null): Connection {
    this.check(host)
    const { lookup } = this
    if (tls === null) return createConnection({ host, port, lookup })
    const servername = isIP(host) === 0 ? { servername: host } : {}
    return tlsConnect({ host, port, lookup, ...servername, ...trust(tls) })
  }

  /** Resolves when the datagram was handed to the network: nobody acknowledges it. */
  async sendDatagram({ host, port }: Destination, bytes: Uint8Array): Promise<void> {
    const { address, family } = await this.address(host)
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()))
      })
    } finally {
      socket.close()
    }
  }

  private address(host: string): Promise<{ address: string; family: number }> {
    this.check(host)
    return new Promise((resolve, reject) => {
      this.lookup(host, { all: false }, (error, address, family = 4) => {
        if (error) reject(error)
        else resolve({ address: String(address), family })
      })
    })
  }

  private isOnLink(ip: string): boolean {
    return Object.values(this.interfaces()).some((addresses) =>
      addresses?.some(({ address, cidr }) => {
        const network = makeCidr(address, Number(cidr?.split('/')[1]))
        return network !== null && cidrContains(network, ip)
      }),
    )
  }
}

function trust({ certificate }: TlsOptions): { ca?: string; minVersion: 'TLSv1.2' } {
  return { minVersion: 'TLSv1.2', ...(certificate !== '' && { ca: certificate }) }
}

function refusal(host: string, address: string): NetWatcherError {
  const what = host === address ? host : `${host} (${address})`
  return invalidArgument(
    'LOCAL_TARGET',
    `${what} belongs to this machine or its network. It is reached only when notify.local_targets lists it in the settings of netwatcher-web.`,
  )
}
