/**
 * Pauses, schedules and the quarantine on real iptables of both kinds and real
 * netwatcherd, which is the gateway between a home network and the outside: what they do
 * to packets of both families, that they survive a kill, and that nothing is left.
 */

import type { ServiceError } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../src/lab/lab.js'
import { REASON_METADATA } from '../src/rpc/errors.js'
import {
  always,
  CHILD,
  GATE,
  HomeGateway,
  homeNetwork,
  NEWCOMER,
  OUTSIDE,
  pause,
  quarantine,
} from './support/home-gateway.js'
import { waitUntil } from './support/netwatcherd.js'
import { BACKENDS } from './support/xtables.js'

let lab: Lab
let home: HomeGateway

beforeAll(async () => {
  lab = await homeNetwork()
}, 90_000)

afterAll(() => lab?.close())

/** A thousand MACs within a minute, each with a datagram from another address to the outside. */
const CROWD = `
import socket, struct, sys, time
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
gate = bytes.fromhex(sys.argv[1].replace(":", ""))
def checksum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff
for n in range(1000):
    source, target = bytes([10, 81, 0, 10 + n % 200]), socket.inet_aton("${OUTSIDE.ipv4}")
    udp = struct.pack("!4H", 9, 9, 9, 0) + b"x"
    rest = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(udp), n, 0, 64, 17)
    header = rest + struct.pack("!H", checksum(rest + bytes(2) + source + target)) + source + target
    wire.send(gate + bytes([2, 0x11, 0, 0, n >> 8, n & 255]) + bytes([8, 0]) + header + udp)
    time.sleep(0.02)
`

describe.each(BACKENDS)('iptables-%s', (backend) => {
  beforeAll(async () => {
    home = await HomeGateway.start(lab, backend)
  })

  afterAll(() => home?.close())

  afterEach(async () => {
    await home.endAll()
    expect(await home.rules()).not.toContain('NETWATCHER')
  })

  test('is what the daemon works with', async () => {
    expect(await home.backend()).toContain(backend === 'nft' ? 'nf_tables' : backend)
  })

  test('a pause cuts all of one device in both families, ends what it had open, and leaves the others', async () => {
    const server = lab.start(OUTSIDE.name, [
      process.execPath,
      '-e',
      "require('net').createServer((s) => setInterval(() => s.write('x'), 50)).listen(7000)",
    ])
    const listen = `const open = () => require('net').connect(7000, '${OUTSIDE.ipv4}')
      .on('data', () => process.stdout.write('x')).on('error', () => setTimeout(open, 50)); open()`
    const client = lab.start(CHILD.name, [process.execPath, '-e', listen])
    await waitUntil(
      () => client.output.length > 5,
      10_000,
      () => 'nothing is received',
    )
    await home.stand(pause(CHILD))
    const received = client.output.length
    expect(await home.inside(CHILD.name)).toEqual([false, false])
    expect(await home.outside(CHILD.name)).toEqual([false, false])
    expect(client.output.length - received).toBeLessThan(3)
    await home.getsOut(NEWCOMER.name)
    await Promise.all([client.stop(), server.stop()])
    await home.endAll()
    await home.getsOut(CHILD.name)
  })

  test('a schedule in its hours outlives a kill, and is lifted for an hour', async () => {
    const blockId = await home.stand(always())
    expect(await home.outside(CHILD.name)).toEqual([false, false])
    expect(await home.killed()).toContain(CHILD.mac)
    expect(await home.outside(CHILD.name)).toEqual([false, false])
    await home.lift(blockId, 3_600_000)
    await home.getsOut(CHILD.name)
    expect(await home.killed()).not.toContain(CHILD.mac)
    await home.getsOut(CHILD.name)
  })

  test('a quarantine keeps newcomers in, however many, and one press lets one out', async () => {
    await lab.check(GATE.name, [
      home.xtables.program('iptables'),
      '-A',
      'FORWARD',
      '-s',
      '10.99.0.0/24',
      '-j',
      'ACCEPT',
    ])
    const blockId = await home.stand(quarantine('eth0', CHILD.mac))
    expect(await home.inside(NEWCOMER.name)).toEqual([true, true])
    expect(await home.outside(NEWCOMER.name)).toEqual([false, false])
    await home.getsOut(CHILD.name)
    const before = await home.rules()
    await lab.check(NEWCOMER.name, ['/usr/bin/python3', '-c', CROWD, GATE.mac], { timeoutMs: 60_000 })
    const withoutCounters = (saved: string) => saved.replace(/^#.*\n|\[\d+:\d+\]/gm, '')
    expect(withoutCounters(await home.rules())).toBe(withoutCounters(before))
    expect(await home.killed()).toContain('NETWATCHER-NEW')
    expect(await home.outside(NEWCOMER.name)).toEqual([false, false])
    await home.admit(blockId, NEWCOMER.mac)
    await home.getsOut(NEWCOMER.name)
    await home.endAll()
    expect(await home.rules()).toContain('-A FORWARD -s 10.99.0.0/24 -j ACCEPT')
  })

  test('without a daemon nothing is left after a clean-up, whatever stood', async () => {
    await home.stand(always())
    await home.stand(quarantine('eth0', CHILD.mac))
    await home.netwatcherd.process.stop('SIGKILL')
    await home.cleanUp()
    expect(await home.rules()).not.toContain('NETWATCHER')
    await home.netwatcherd.restart()
    expect(await home.rules()).toContain('NETWATCHER-NEW')
  })

  test('where this machine asks another for the way, there is no quarantine', async () => {
    const reason = await home.plan(quarantine('eth1')).then(
      () => 'accepted',
      (error: ServiceError) => error.metadata.get(REASON_METADATA)[0],
    )
    expect(reason).toBe('NOT_GATEWAY')
  })
})

describe('an ordinary host', () => {
  beforeAll(async () => {
    home = await HomeGateway.start(lab, 'nft', CHILD.name)
  })

  afterAll(() => home?.close())

  test('a pause and a schedule cut what it has to do with the device, and nothing else', async () => {
    const meet = () => home.reaches(NEWCOMER.name, CHILD.ipv4, CHILD.ipv6)
    expect(await meet()).toEqual([true, true])
    for (const request of [pause(NEWCOMER), always(NEWCOMER.mac)]) {
      expect((await home.plan(request)).reach).toMatchObject({ cutsInternet: false })
      await home.stand(request)
      expect(await meet()).toEqual([false, false])
      expect(await home.killed()).toContain(NEWCOMER.mac)
      expect(await meet()).toEqual([false, false])
      await Promise.all([home.getsOut(NEWCOMER.name), home.getsOut(CHILD.name)])
      await home.endAll()
      expect(await home.rules()).not.toContain('NETWATCHER')
      await expect.poll(meet, { timeout: 30_000 }).toEqual([true, true])
    }
  }, 180_000)

  test('it keeps no newcomer out, and says why', async () => {
    const refused = await home.plan(quarantine('eth0')).catch((error: ServiceError) => error)
    expect((refused as ServiceError).metadata.get(REASON_METADATA)).toEqual(['NOT_GATEWAY'])
  })
})
