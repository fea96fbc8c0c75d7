/** An alert, and who claims or acted, shortly. */
export interface SeenAlert extends Alert {
  macs: string[]
  victim: { ip: string; mac: string } | null
}

/** A made-up LAN for tests: hosts that speak frame by frame, into an engine, on a clock of its own. */

import {
  type Alert,
  BROADCAST_MAC,
  claimantMacs,
  figuresOf,
  firstAffected,
  ZERO_MAC,
} from '@netwatcher/shared'
import { ARP_REPLY, ARP_REQUEST, type ArpFrame, encodeArp } from '../../wire/arp.js'
import { encodeIpv4 } from '../../wire/encode-ip.js'
import { concat, dhcpFrame, ipBytes, packetOf, u16, udpFrame } from '../../wire/fake-frames.js'
import { PROTOCOL_VRRP } from '../../wire/ip.js'
import type { DetectionEngine, DetectionOptions, InterfaceContext, ProbeRequest } from './detection.js'
import { createDetectionEngine } from './engine.js'

export interface FakeHost {
  ip: string
  mac: string
}

export const NO_CONTEXT: InterfaceContext = {
  ownMac: '',
  ownIps: [],
  subnets: [],
  gateways: [],
  isGateway: false,
  pinned: [],
  decoys: [],
}

export const GATEWAY: FakeHost = { ip: '192.168.1.1', mac: '3c:84:6a:00:00:01' }
export const ALICE: FakeHost = { ip: '192.168.1.10', mac: 'a4:bb:6d:00:00:10' }
export const BOB: FakeHost = { ip: '192.168.1.20', mac: 'd8:3a:dd:00:00:20' }
export const MALLORY: FakeHost = { ip: '192.168.1.66', mac: '08:00:27:00:00:66' }

const START_MS = 1_700_000_000_000

export class FakeTraffic {
  nowMs = START_MS
  readonly engine: DetectionEngine
  readonly probes: ProbeRequest[] = []
  readonly evidence = new Map<string, Uint8Array>()
  /** What the place in view makes of a frame. */
  view: (frame: Uint8Array) => Uint8Array = (frame) => frame
  private readonly latest = new Map<string, Alert>()
  private nextTickMs = START_MS

  constructor(context: Partial<InterfaceContext> = {}, options: Partial<DetectionOptions> = {}) {
    const network = { ...NO_CONTEXT, ...context }
    this.engine = createDetectionEngine(network, {
      learningMs: 0,
      activeVerification: false,
      allowedScanners: [],
      ...options,
    })
  }

  /** Lets time pass, with a tick each second. */
  wait(ms: number): void {
    const endMs = this.nowMs + ms
    while (this.nextTickMs <= endMs) {
      this.nowMs = this.nextTickMs
      this.engine.tick(this.nowMs)
      this.nextTickMs += 1000
      this.collect()
    }
    this.nowMs = endMs
  }

  send(frame: Uint8Array): void {
    this.nowMs += 3
    this.engine.observe(packetOf(this.view(frame), this.nowMs))
    this.collect()
  }

  arp(fields: Partial<ArpFrame> & Pick<ArpFrame, 'operation' | 'senderMac' | 'senderIp' | 'targetIp'>): void {
    this.send(
      encodeArp({
        sourceMac: fields.senderMac,
        destinationMac: BROADCAST_MAC,
        targetMac: ZERO_MAC,
        ...fields,
      }),
    )
  }

  /** A question to all. */
  ask(from: FakeHost, targetIp: string): void {
    this.arp({ operation: ARP_REQUEST, senderMac: from.mac, senderIp: from.ip, targetIp })
  }

  /** A question to one host, as neighbour unreachability detection asks (RFC 1122 section 2.3.2.1). */
  askOne(from: FakeHost, to: FakeHost): void {
    const fields = { operation: ARP_REQUEST, senderMac: from.mac, senderIp: from.ip, targetIp: to.ip }
    this.arp({ ...fields, destinationMac: to.mac })
  }

  /** `mac` tells `to` that it is `ip`. */
  tell(mac: string, ip: string, to: FakeHost, more: Partial<ArpFrame> = {}): void {
    const fields = { operation: ARP_REPLY, senderMac: mac, senderIp: ip, targetMac: to.mac, targetIp: to.ip }
    this.arp({ ...fields, destinationMac: to.mac, ...more })
  }

  /** A question and its answer. */
  resolve(from: FakeHost, target: FakeHost): void {
    this.ask(from, target.ip)
    this.tell(target.mac, target.ip, from)
  }

  announce(mac: string, ip: string, operation = ARP_REQUEST): void {
    this.arp({ operation, senderMac: mac, senderIp: ip, targetIp: ip })
  }

  /** RFC 5227 probe. */
  probe(mac: string, ip: string): void {
    this.arp({ operation: ARP_REQUEST, senderMac: mac, senderIp: '0.0.0.0', targetIp: ip })
  }

  packet(from: FakeHost, toMac: string, destinationIp: string): void {
    const ends = { sourceMac: from.mac, destinationMac: toMac, sourceIp: from.ip, destinationIp }
    this.send(udpFrame(ends, 40000, 443, new Uint8Array([this.nowMs & 0xff])))
  }

  /** Traffic to and from outside through the gateway: shows who routes. */
  surf(host: FakeHost, gateway: FakeHost = GATEWAY): void {
    for (const remote of ['93.184.216.34', '198.51.100.7', '203.0.113.5']) {
      this.packet(host, gateway.mac, remote)
      this.packet({ ip: remote, mac: gateway.mac }, host.mac, host.ip)
    }
  }

  /** mDNS, which nobody forwards. */
  chatter(host: FakeHost): void {
    this.packet(host, '01:00:5e:00:00:fb', '224.0.0.251')
  }

  dhcpAck(server: FakeHost, clientMac: string, yourIp: string): void {
    const ends = {
      sourceMac: server.mac,
      destinationMac: clientMac,
      sourceIp: server.ip,
      destinationIp: yourIp,
    }
    const options: [number, Uint8Array][] = [
      [54, ipBytes(server.ip)],
      [1, ipBytes('255.255.255.0')],
      [3, ipBytes(GATEWAY.ip)],
    ]
    this.send(dhcpFrame(ends, { operation: 2, messageType: 5, clientMac, yourIp, options }))
  }

  dhcpClient(messageType: number, clientMac: string, options: [number, Uint8Array][]): void {
    const ends = {
      sourceMac: clientMac,
      destinationMac: BROADCAST_MAC,
      sourceIp: '0.0.0.0',
      destinationIp: '255.255.255.255',
    }
    this.send(dhcpFrame(ends, { operation: 1, messageType, clientMac, options }))
  }

  /** VRRPv2 advertisement of one address (RFC 3768 section 5.1). */
  vrrp(from: FakeHost, virtualIp: string): void {
    const ends = {
      sourceMac: from.mac,
      destinationMac: '01:00:5e:00:00:12',
      sourceIp: from.ip,
      destinationIp: '224.0.0.18',
    }
    const message = concat([0x21, 51, 100, 1, 0, 1], u16(0), ipBytes(virtualIp), new Uint8Array(8))
    this.send(encodeIpv4(ends, PROTOCOL_VRRP, message, 255))
  }

  /** Everybody has spoken with everybody who matters, for a while. */
  settle(hosts: FakeHost[] = [GATEWAY, ALICE, BOB, MALLORY]): void {
    for (const host of hosts) {
      if (host !== GATEWAY) this.resolve(host, GATEWAY)
      this.chatter(host)
      this.wait(300)
    }
    this.surf(ALICE)
    this.wait(20_000)
  }

  /** The latest state of each alert of at least a warning, as `kind/severity`. */
  loud(state?: Alert['state']): string[] {
    return this.alerts()
      .filter((alert) => alert.severity !== 'info' && (state === undefined || alert.state === state))
      .map((alert) => `${alert.kind}/${alert.severity}`)
  }

  kinds(): string[] {
    return [...new Set(this.alerts().map((alert) => alert.kind))].filter((kind) => kind !== 'new_device')
  }

  alerts(): SeenAlert[] {
    return [...this.latest.values()].map((alert) => ({
      ...alert,
      macs: claimantMacs(alert.parties),
      victim: firstAffected(alert.parties),
    }))
  }

  private collect(): void {
    const output = this.engine.drain()
    this.probes.push(...output.probes)
    for (const { alert, evidence } of output.alerts) {
      checkTexts(alert)
      this.latest.set(alert.id, alert)
      if (evidence) this.evidence.set(alert.id, evidence)
    }
  }
}

/** Everything that an alert says is a sentence of the catalogue, with exactly the figures that it has places for. */
function checkTexts(alert: Alert): void {
  const { expected, seen, advice, reasonsFor, reasonsAgainst } = alert
  for (const { rule, params } of [expected, seen, advice, ...reasonsFor, ...reasonsAgainst]) {
    const figures = Object.keys(params).sort().join()
    const places = figuresOf(rule)?.join()
    if (places !== figures)
      throw new Error(
        `${alert.kind}: "${rule}" has the figures ${figures}, the catalogue places for ${places}`,
      )
  }
}
