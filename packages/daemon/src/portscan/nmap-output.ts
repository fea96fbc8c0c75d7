/**
 * What nmap's XML says of one host: ports, progress and how it ended. Product
 * and version texts come from the scanned host: they are bounded and freed of
 * control characters here.
 */

import { type XmlTag, XmlTags } from './xml-tags.js'

export interface PortFound {
  protocol: 'tcp'
  number: number
  state: 'open' | 'closed' | 'filtered'
  service: string
  version: string
}

export type PortScanStep = { type: 'port'; port: PortFound } | { type: 'percent'; percent: number }

const MAX_TEXT_CHARACTERS = 200
const STATES = new Map<string, PortFound['state']>([
  ['open', 'open'],
  ['closed', 'closed'],
  ['filtered', 'filtered'],
  ['open|filtered', 'filtered'],
  ['unfiltered', 'closed'],
  ['closed|filtered', 'filtered'],
])

export class NmapOutput {
  openPorts = 0
  isFinished = false
  /** nmap gave the host up (--host-timeout). */
  hasTimedOut = false
  private readonly tags = new XmlTags((tag) => this.take(tag))
  private readonly decoder = new TextDecoder()
  private port: { -readonly [Key in keyof PortFound]: PortFound[Key] | null } | null = null
  private percent = -1

  constructor(
    private readonly phases: readonly string[],
    private readonly onStep: (step: PortScanStep) => void,
  ) {}

  /** Throws XmlError when it is not nmap's XML. */
  push(chunk: Uint8Array): void {
    this.tags.push(this.decoder.decode(chunk, { stream: true }))
  }

  private take({ name, attributes, isOpening, isClosing }: XmlTag): void {
    const text = (attribute: string) => cleanText(attributes.get(attribute) ?? '')
    if (name === 'port') {
      if (isOpening) this.port = startPort(text('protocol'), text('portid'))
      if (isClosing) this.finishPort()
    } else if (name === 'state' && this.port) {
      this.port.state = STATES.get(text('state')) ?? null
    } else if (name === 'service' && this.port && isOpening) {
      this.port.service = text('name')
      this.port.version = cleanText([text('product'), text('version')].join(' ').trim())
    } else if (name === 'taskprogress') {
      this.takeProgress(text('task'), Number(text('percent')))
    } else if (name === 'host' && text('timedout') === 'true') {
      this.hasTimedOut = true
    } else if (name === 'finished' && text('exit') === 'success') {
      this.isFinished = true
    }
  }

  private finishPort(): void {
    const { port } = this
    this.port = null
    if (!port || port.protocol === null || port.number === null || port.state === null) return
    const { protocol, number, state } = port
    if (state === 'open') this.openPorts++
    const found = { protocol, number, state, service: port.service ?? '', version: port.version ?? '' }
    this.onStep({ type: 'port', port: found })
  }

  /** Phases count alike; a step is told once and never taken back. */
  private takeProgress(task: string, percent: number): void {
    const phase = this.phases.indexOf(task)
    if (phase < 0 || !(percent >= 0 && percent <= 100)) return
    const overall = Math.floor((100 * phase + percent) / this.phases.length)
    if (overall <= this.percent) return
    this.percent = overall
    this.onStep({ type: 'percent', percent: overall })
  }
}

function startPort(protocol: string, portid: string) {
  const number = /^\d{1,5}$/.test(portid) ? Number(portid) : 0
  return {
    protocol: protocol === 'tcp' ? ('tcp' as const) : null,
    number: number >= 1 && number <= 65_535 ? number : null,
    state: null,
    service: null,
    version: null,
  }
}

function cleanText(text: string): string {
  return text.replace(/\p{C}/gu, '').slice(0, MAX_TEXT_CHARACTERS)
}
