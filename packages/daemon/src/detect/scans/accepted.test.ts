import { expect, test } from 'vitest'
import { tcpFrame } from '../../wire/fake-frames.js'
import { TCP_ACK, TCP_RST, TCP_SYN } from '../../wire/tcp.js'
import { ALICE, BOB, type FakeHost, FakeTraffic } from '../engine/fake-traffic.js'

function connect(traffic: FakeTraffic, to: FakeHost, port: number): void {
  const there = { sourceMac: ALICE.mac, destinationMac: to.mac, sourceIp: ALICE.ip, destinationIp: to.ip }
  const back = { sourceMac: to.mac, destinationMac: ALICE.mac, sourceIp: to.ip, destinationIp: ALICE.ip }
  traffic.send(tcpFrame(there, 40_000 + port, port, TCP_SYN))
  traffic.send(tcpFrame(back, port, 40_000 + port, TCP_SYN | TCP_ACK))
}

test('a dashboard that reaches forty ports of a server scans nothing', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let port = 8000; port < 8040; port++) connect(traffic, BOB, port)
  expect(traffic.loud()).toEqual([])
})

test('a console that logs in to thirty hosts sweeps nothing', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 30; i++) {
    const host = { ip: `192.168.1.${100 + i}`, mac: `d8:3a:dd:00:01:${(i + 16).toString(16)}` }
    connect(traffic, host, 22)
    traffic.wait(1000)
  }
  expect(traffic.loud()).toEqual([])
})

/** Resets without ACK: what hosts answer to segments of connections that they do not know. */
function reset(traffic: FakeTraffic, from: FakeHost, port: number): void {
  const back = { sourceMac: from.mac, destinationMac: ALICE.mac, sourceIp: from.ip, destinationIp: ALICE.ip }
  traffic.send(tcpFrame(back, port, 51_000, TCP_RST))
}

test.each([80, 443, 3389])('an ACK sweep of port %i shows by the resets of those who are there', (port) => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 40; i++) {
    reset(traffic, { ip: `192.168.7.${10 + i}`, mac: BOB.mac }, port)
    traffic.wait(400)
  }
  const [alert] = traffic.alerts().filter(({ kind }) => kind === 'host_sweep')
  expect(alert).toMatchObject({ severity: 'warning', macs: [ALICE.mac] })
})

test('a monitor whose connections are reset sweeps nothing', () => {
  const traffic = new FakeTraffic()
  traffic.settle()
  for (let i = 0; i < 40; i++) {
    const host = { ip: `192.168.7.${10 + i}`, mac: BOB.mac }
    connect(traffic, host, 443)
    reset(traffic, host, 443)
    traffic.wait(400)
  }
  expect(traffic.loud()).toEqual([])
})
