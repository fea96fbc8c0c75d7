/**
 * A home network hour after hour, frame by frame: devices that stay, others that
 * come and go and get another address each time, new ports with each connection,
 * names that change, and one attack of the captures after the other at twice its
 * pace. All of it has been there once within the first hour. Repeatable: the same frames for the same times.
 */

import { ARP_REPLY, ARP_REQUEST, encodeArp } from '../../packages/daemon/dist/wire/arp.js'
import { decodeFrame } from '../../packages/daemon/dist/wire/decode-frame.js'
import { dhcpFrame, ipBytes, tcpFrame, udpFrame } from '../../packages/daemon/dist/wire/fake-frames.js'
import { randomFrom } from '../soak/tally.mjs'
import { readCapture, someCaptures } from './captures.mjs'

export const OWN = { ip: '192.168.77.2', mac: '02:00:00:00:77:02' }
const GATEWAY = { ip: '192.168.77.1', mac: '3c:84:6a:00:77:01' }
const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff'
const RESIDENTS = 8
const VISITORS = 45
const REMOTES = 1500
const VISITOR_EVERY_S = 60
const VISIT_S = 600
const ARP_EVERY_S = 45
const RENEW_EVERY_S = 600
/** Of a device in a second. */
const FLOW_SHARE = 0.2
const SPEED = 2
const PAUSE_MS = 1000
const SYN = 0x02
const SYN_ACK = 0x12
const ACK = 0x10

const two = (number) => number.toString(16).padStart(2, '0')

/** @typedef {[number, number[] | Uint8Array][]} DhcpOptions by their codes */

export class Home {
  random = randomFrom(77)
  devices = Array.from({ length: RESIDENTS }, (_, i) => ({
    ip: `192.168.77.${10 + i}`,
    mac: `a4:bb:6d:00:77:${two(i)}`,
    leavesS: Number.POSITIVE_INFINITY,
    isNew: false,
  }))
  visits = 0
  captures = someCaptures().map(readCapture)
  capture = -1
  captureStartMs = 0
  captureNext = 0
  /** Answers to what the sensor asked. */
  answers = []

  /** Frames of the second that begins at `atMs` (whole seconds), in their order. */
  second(atMs) {
    const second = atMs / 1000
    if (second % VISITOR_EVERY_S === 0) this.visit(second)
    this.devices = this.devices.filter(({ leavesS }) => leavesS > second)
    const frames = this.answers.splice(0).map((bytes) => ({ timeMs: atMs, bytes }))
    for (const [i, device] of this.devices.entries()) {
      const timeMs = atMs + this.random() * 900
      for (const bytes of this.speak(device, second + i)) frames.push({ timeMs, bytes })
    }
    frames.push(...this.attack(atMs, atMs + 1000))
    return frames.sort((a, b) => a.timeMs - b.timeMs)
  }

  /** What the sensor sent: who is there answers when asked for its hardware address. */
  ask(frame) {
    const { payload } = decodeFrame(frame, 1, frame.length, 0)
    if (payload.type !== 'arp' || payload.arp.operation !== ARP_REQUEST) return
    const asked = [GATEWAY, ...this.devices].find(({ ip }) => ip === payload.arp.targetIp)
    if (asked) this.answers.push(arpReply(asked, OWN))
  }

  /** Each with the address that it has made up for this network (as phones do), the next one of the pool. */
  visit(second) {
    const visit = this.visits++
    const mac = `72:00:00:00:77:${two(visit % VISITORS)}`
    const ip = `192.168.77.${100 + (visit % 100)}`
    this.devices.push({ mac, ip, leavesS: second + VISIT_S, isNew: true })
  }

  speak(device, second) {
    const frames = []
    if (device.isNew || second % RENEW_EVERY_S === 0) frames.push(...this.lease(device, second))
    if (device.isNew || second % ARP_EVERY_S === 0)
      frames.push(arpRequest(device, GATEWAY.ip), arpReply(GATEWAY, device))
    device.isNew = false
    if (this.random() < FLOW_SHARE) frames.push(...this.connect(device))
    return frames
  }

  /** The name is another one every hour. */
  lease({ mac, ip }, second) {
    const name = Buffer.from(`device-${mac.slice(9).replaceAll(':', '')}-${Math.floor(second / 3600) % 24}`)
    /** @type {DhcpOptions} */
    const options = [
      [12, name],
      [50, ipBytes(ip)],
    ]
    const asking = {
      sourceMac: mac,
      destinationMac: BROADCAST_MAC,
      sourceIp: '0.0.0.0',
      destinationIp: '255.255.255.255',
    }
    const answering = { sourceMac: GATEWAY.mac, destinationMac: mac, sourceIp: GATEWAY.ip, destinationIp: ip }
    /** @type {DhcpOptions} */
    const given = [
      [54, ipBytes(GATEWAY.ip)],
      [1, ipBytes('255.255.255.0')],
      [3, ipBytes(GATEWAY.ip)],
    ]
    return [
      dhcpFrame(asking, { operation: 1, messageType: 3, clientMac: mac, options }),
      dhcpFrame(answering, { operation: 2, messageType: 5, clientMac: mac, yourIp: ip, options: given }),
    ]
  }

  /** To one of the destinations, few of them far more often than the others, from a new port. */
  connect({ mac, ip }) {
    const remote = Math.floor(REMOTES * this.random() ** 3)
    const port = 32_768 + Math.floor(this.random() * 28_000)
    const out = {
      sourceMac: mac,
      destinationMac: GATEWAY.mac,
      sourceIp: ip,
      destinationIp: `93.184.${remote >> 8}.${remote & 255}`,
    }
    const back = {
      sourceMac: GATEWAY.mac,
      destinationMac: mac,
      sourceIp: out.destinationIp,
      destinationIp: ip,
    }
    if (remote % 4 === 0) return [udpFrame(out, port, 443, PAYLOAD), udpFrame(back, 443, port, PAYLOAD)]
    return [
      tcpFrame(out, port, 443, SYN),
      tcpFrame(back, 443, port, SYN_ACK),
      tcpFrame(out, port, 443, ACK),
      tcpFrame(back, 443, port, ACK),
    ]
  }

  attack(fromMs, toMs) {
    const frames = []
    for (;;) {
      const next = this.captures[this.capture]?.[this.captureNext]
      if (!next) {
        this.capture = (this.capture + 1) % this.captures.length
        this.captureStartMs = (frames.at(-1)?.timeMs ?? fromMs) + PAUSE_MS
        this.captureNext = 0
        continue
      }
      const timeMs = this.captureStartMs + next.afterMs / SPEED
      if (timeMs >= toMs) return frames
      frames.push({ timeMs, bytes: next.bytes })
      this.captureNext++
    }
  }
}

const PAYLOAD = new Uint8Array(64).fill(0x55)

function arpRequest({ mac, ip }, targetIp) {
  const target = { targetMac: '00:00:00:00:00:00', targetIp, destinationMac: BROADCAST_MAC }
  return encodeArp({ operation: ARP_REQUEST, sourceMac: mac, senderMac: mac, senderIp: ip, ...target })
}

function arpReply({ mac, ip }, to) {
  const target = { targetMac: to.mac, targetIp: to.ip, destinationMac: to.mac }
  return encodeArp({ operation: ARP_REPLY, sourceMac: mac, senderMac: mac, senderIp: ip, ...target })
}
