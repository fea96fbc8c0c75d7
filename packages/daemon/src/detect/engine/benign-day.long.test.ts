/**
 * A day on a home network without any attack: leases that run out and pass on,
 * phones that sleep and roam with new MACs, a repeater, VRRP fail-overs, a
 * reboot of everything, a new network card, a second card, an address clash
 * that RFC 5227 avoids. Nothing of it is worth more than a note.
 */

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { ipBytes } from '../../wire/fake-frames.js'
import { type FakeHost, FakeTraffic, GATEWAY } from './fake-traffic.js'

const DISCOVER = 1
const REQUEST = 3
const VIRTUAL_IP = '192.168.1.250'

/** Small and repeatable: xorshift32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

interface Device extends FakeHost {
  leaseEndsMs: number
  isAwake: boolean
  isPhone: boolean
}

class HomeDay {
  readonly lan = new FakeTraffic({}, { learningMs: HOUR_MS })
  frames = 0
  private readonly random = randomFrom(20_260_101)
  private readonly devices: Device[] = []
  private readonly routers: FakeHost[] = [
    { ip: '192.168.1.2', mac: '3c:84:6a:00:00:02' },
    { ip: '192.168.1.3', mac: '3c:84:6a:00:00:03' },
  ]
  private master = 0
  private nextMac = 0x100

  constructor() {
    const send = this.lan.send.bind(this.lan)
    this.lan.send = (frame) => {
      this.frames++
      send(frame)
    }
  }

  run(): void {
    for (let i = 0; i < 12; i++) this.join(`192.168.1.${20 + i}`, i % 2 === 0)
    for (let minute = 0; minute < 24 * 60; minute++) {
      this.minute()
      if (minute % 180 === 90) this.failOver()
      if (minute % 120 === 60) this.roam()
      if (minute === 200) this.replaceCard()
      if (minute === 400) this.avoidClash()
      if (minute === 600) this.reboot()
      if (minute === 800) this.throughRepeater()
      if (minute === 1000) this.twoCards()
    }
  }

  private newMac(isRandom: boolean): string {
    const serial = (this.nextMac++).toString(16).padStart(4, '0')
    return `${isRandom ? '02:5a:7e' : 'd8:3a:dd'}:00:${serial.slice(0, 2)}:${serial.slice(2)}`
  }

  private join(ip: string, isPhone: boolean): void {
    const device = { ip, mac: this.newMac(isPhone), leaseEndsMs: 0, isAwake: true, isPhone }
    this.devices.push(device)
    this.lease(device)
  }

  /** DORA, the RFC 5227 probes of some, an announcement. */
  private lease(device: Device): void {
    const { lan } = this
    lan.dhcpClient(DISCOVER, device.mac, [])
    lan.dhcpClient(REQUEST, device.mac, [
      [50, ipBytes(device.ip)],
      [54, ipBytes(GATEWAY.ip)],
    ])
    lan.dhcpAck(GATEWAY, device.mac, device.ip)
    if (device.isPhone) {
      for (let i = 0; i < 3; i++) {
        lan.probe(device.mac, device.ip)
        lan.wait(1500)
      }
    }
    lan.announce(device.mac, device.ip)
    lan.resolve(device, GATEWAY)
    device.leaseEndsMs = lan.nowMs + 2 * HOUR_MS
  }

  private minute(): void {
    const { lan } = this
    const endMs = lan.nowMs + MINUTE_MS
    for (const device of this.devices) {
      if (device.isPhone && this.random() < 0.05) this.toggleSleep(device)
      if (device.isAwake) this.live(device)
    }
    const master = this.routers[this.master]
    for (let i = 0; i < 5 && master; i++) {
      lan.vrrp(master, VIRTUAL_IP)
      lan.wait(Math.max(0, Math.min(10 * SECOND_MS, endMs - lan.nowMs)))
    }
    lan.wait(Math.max(0, endMs - lan.nowMs))
  }

  private live(device: Device): void {
    const { lan } = this
    if (lan.nowMs > device.leaseEndsMs - HOUR_MS) this.lease(device)
    const kind = this.random()
    if (kind < 0.4) {
      lan.askOne(device, GATEWAY)
      lan.tell(GATEWAY.mac, GATEWAY.ip, device)
    } else if (kind < 0.6) lan.resolve(device, GATEWAY)
    else if (kind < 0.7) lan.resolve(GATEWAY, device)
    else if (kind < 0.8) lan.resolve(device, { ip: VIRTUAL_IP, mac: this.routers[this.master]?.mac ?? '' })
    if (this.random() < 0.5) lan.chatter(device)
    if (this.random() < 0.3) lan.surf(device)
  }

  private toggleSleep(device: Device): void {
    device.isAwake = !device.isAwake
    if (!device.isAwake) return
    this.lan.announce(device.mac, device.ip)
    this.lan.resolve(device, GATEWAY)
  }

  private failOver(): void {
    const { lan } = this
    this.master = 1 - this.master
    const master = this.routers[this.master]
    if (!master) return
    lan.vrrp(master, VIRTUAL_IP)
    for (let burst = 0; burst < 2; burst++) {
      for (let i = 0; i < 5; i++) lan.announce(master.mac, VIRTUAL_IP)
      lan.wait(5 * SECOND_MS)
    }
  }

  /** A phone leaves, and its address goes to another one with a MAC of its own making. */
  private roam(): void {
    const phones = this.devices.filter((device) => device.isPhone)
    const phone = phones[Math.floor(this.random() * phones.length)]
    if (!phone) return
    this.lan.wait(2 * MINUTE_MS)
    phone.mac = this.newMac(true)
    phone.isAwake = true
    this.lease(phone)
  }

  /** Another card in a machine with a fixed address. */
  private replaceCard(): void {
    const machine = this.devices[1]
    if (!machine) return
    this.lan.wait(5 * MINUTE_MS)
    machine.mac = this.newMac(false)
    this.lan.announce(machine.mac, machine.ip)
    this.lan.resolve(machine, GATEWAY)
    this.lan.chatter(machine)
  }

  private avoidClash(): void {
    const [holder] = this.devices
    if (!holder) return
    const guest = this.newMac(true)
    this.lan.probe(guest, holder.ip)
    this.lan.tell(holder.mac, holder.ip, { ip: '0.0.0.0', mac: guest })
    this.lan.wait(2000)
    for (let i = 0; i < 3; i++) this.lan.probe(guest, '192.168.1.90')
    this.lan.announce(guest, '192.168.1.90')
  }

  /** A power cut: all come back at once. */
  private reboot(): void {
    this.lan.wait(2 * MINUTE_MS)
    this.lan.announce(GATEWAY.mac, GATEWAY.ip)
    for (const device of this.devices) {
      device.isAwake = true
      this.lease(device)
    }
  }

  /** A repeater that rewrites MACs speaks for a machine for a while. */
  private throughRepeater(): void {
    const machine = this.devices[3]
    if (!machine) return
    const repeater = { ip: '192.168.1.200', mac: 'a4:bb:6d:00:02:00' }
    this.lan.resolve(repeater, GATEWAY)
    this.lan.wait(MINUTE_MS)
    for (let i = 0; i < 5; i++) {
      this.lan.resolve({ ip: machine.ip, mac: repeater.mac }, GATEWAY)
      this.lan.chatter({ ip: machine.ip, mac: repeater.mac })
      this.lan.wait(30 * SECOND_MS)
    }
    this.lan.wait(20 * SECOND_MS)
    this.lan.announce(machine.mac, machine.ip)
    this.lan.resolve(machine, GATEWAY)
  }

  /** A server gets a second card: both answer for both addresses (ARP flux). */
  private twoCards(): void {
    const server = this.devices[5]
    if (!server) return
    const second = { ip: '192.168.1.125', mac: this.newMac(false) }
    for (let i = 0; i < 4; i++) {
      for (const ip of [server.ip, second.ip]) {
        this.lan.ask(GATEWAY, ip)
        this.lan.tell(second.mac, ip, GATEWAY)
        this.lan.tell(server.mac, ip, GATEWAY)
      }
      this.lan.wait(40 * SECOND_MS)
    }
  }
}

test('a day at home raises notes only', { timeout: 120_000 }, () => {
  const day = new HomeDay()
  day.run()
  expect(day.frames).toBeGreaterThan(30_000)
  expect(day.lan.loud()).toEqual([])
  expect(day.lan.kinds()).toEqual(
    expect.arrayContaining(['fhrp_failover', 'mac_changed', 'conflict_avoided', 'multi_homed']),
  )
})
