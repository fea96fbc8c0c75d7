/**
 * What nmap's XML (nmap.dtd) says of one host: its ports, and whether nmap came
 * to its end. Product and version texts come from the scanned host, so they are
 * bounded and freed of control characters, and everything that nmap does not
 * write (a document type with entities, deep nesting, no end of anything) ends
 * the reading: memory stays within a small multiple of the bytes allowed.
 */

import { MIB, NetWatcherError } from '@netwatcher/shared'
import { SaxesParser } from 'saxes'
import type { PortFinding } from '../contract/portscan.js'

/** The daemon ends nmap at as much. */
const MAX_BYTES = 2 * MIB
/** nmap asks for at most 1000, writes at most 8 levels and a dozen attributes. */
const MAX_PORTS = 1000
const MAX_DEPTH = 16
const MAX_ATTRIBUTES = 32
const MAX_TEXT_CHARACTERS = 200
const STATES = new Map<string, string>([
  ['open', 'open'],
  ['closed', 'closed'],
  ['filtered', 'filtered'],
  ['open|filtered', 'filtered'],
  ['unfiltered', 'closed'],
  ['closed|filtered', 'filtered'],
])

export class NmapReport {
  readonly ports: PortFinding[] = []
  /** nmap gave the host up (--host-timeout). */
  hasTimedOut = false
  private isFinished = false
  private readonly parser = new SaxesParser<{ xmlns: false; position: false }>({
    xmlns: false,
    position: false,
  })
  private readonly decoder = new TextDecoder()
  private bytes = 0
  private depth = 0
  private attributes = 0
  private port: Partial<PortFinding> = {}

  constructor() {
    this.parser.on('doctype', (text) => {
      if (text.trim() !== 'nmaprun') throw new Error('it has a document type that nmap does not write')
    })
    this.parser.on('opentagstart', () => {
      this.attributes = 0
      if (++this.depth > MAX_DEPTH) throw new Error('it is nested too deeply')
    })
    this.parser.on('attribute', () => {
      if (++this.attributes > MAX_ATTRIBUTES) throw new Error('a tag has too many attributes')
    })
    this.parser.on('opentag', ({ name, attributes }) => this.open(name, attributes))
    this.parser.on('closetag', ({ name }) => this.close(name))
  }

  /** Throws a NetWatcherError when it is not nmap's XML. */
  push(chunk: Uint8Array): void {
    this.guarded(() => {
      this.bytes += chunk.length
      if (this.bytes > MAX_BYTES) throw new Error('it is too long')
      this.parser.write(this.decoder.decode(chunk, { stream: true }))
    })
  }

  /** Throws a NetWatcherError when nmap did not write it to its end. */
  end(): void {
    this.guarded(() => {
      this.parser.close()
      if (!this.isFinished) throw new Error('nmap did not come to its end')
    })
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.slice(0, MAX_TEXT_CHARACTERS) : ''
      throw new NetWatcherError('unavailable', 'NMAP_REPORT', `nmap's report cannot be used: ${why}.`, {
        cause,
      })
    }
  }

  private open(name: string, attributes: Record<string, string>): void {
    const text = (attribute: string) => cleanText(attributes[attribute] ?? '')
    if (name === 'port') {
      this.port = startPort(text('protocol'), text('portid'))
    } else if (name === 'state') {
      const state = STATES.get(text('state'))
      if (state) this.port.state = state
    } else if (name === 'service') {
      this.port.service = text('name')
      this.port.version = cleanText([text('product'), text('version')].join(' ').trim())
    } else if (name === 'host' && text('timedout') === 'true') {
      this.hasTimedOut = true
    } else if (name === 'finished' && text('exit') === 'success') {
      this.isFinished = true
    }
  }

  private close(name: string): void {
    this.depth--
    if (name !== 'port') return
    const { protocol, number, state, service = '', version = '' } = this.port
    this.port = {}
    if (!protocol || !number || !state) return
    if (this.ports.length >= MAX_PORTS) throw new Error('it has more ports than were asked for')
    this.ports.push({ protocol, number, state, service, version })
  }
}

function startPort(protocol: string, portid: string): Partial<PortFinding> {
  const number = /^\d{1,5}$/.test(portid) ? Number(portid) : 0
  return protocol === 'tcp' && number >= 1 && number <= 65_535 ? { protocol, number } : {}
}

function cleanText(text: string): string {
  return text.replace(/\p{C}/gu, '').slice(0, MAX_TEXT_CHARACTERS)
}
