/**
 * Pauses, schedules and the quarantine on real iptables and real netwatcherd,
 * which is the gateway between a home network and the outside: what they do to
 * packets of both families, that they survive a kill, and that nothing is left.
 */

import { credentials, type ServiceError } from '@grpc/grpc-js'
import {
  type ApplyPlanResponse,
  type ConfirmBlockResponse,
  FirewallServiceClient,
  type PlanBlockRequest,
  type PlanBlockResponse,
  type RelaxPolicyResponse,
  type RevokeAllResponse,
  StandingPolicyKind,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { REASON_METADATA } from '../src/rpc/errors.js'
import { Netwatcherd, planRequest, unary, waitUntil } from './support/netwatcherd.js'

const GATE = { name: 'gate', mac: '02:00:00:00:81:01', ipv4: '10.81.0.1', ipv6: 'fd81::1' }
const CHILD = { name: 'child', mac: '02:00:00:00:81:02', ipv4: '10.81.0.2', ipv6: 'fd81::2' }
const NEWCOMER = { name: 'newcomer', mac: '02:00:00:00:81:03', ipv4: '10.81.0.3', ipv6: 'fd81::3' }
const OUTSIDE = { name: 'outside', ipv4: '203.0.113.9', ipv6: 'fd82::9' }
const CONFIG =
  '[capture]\ninterfaces = ["eth0"]\n[firewall]\nenabled = true\nschedules = true\nquarantine = true\n'
const NO_ONE = { confirmedUntilMs: 0n, admittedMacs: [], interfaces: [] }

let lab: Lab
let netwatcherd: Netwatcherd

beforeAll(async () => {
  const inside = [GATE, CHILD, NEWCOMER].map(({ name, mac, ipv4, ipv6 }) => {
    const addresses = [`${ipv4}/24`, `${ipv6}/64`]
    return name === GATE.name
      ? { name, mac, addresses, isForwarding: true }
      : { name, mac, addresses, gateway: GATE.ipv4 }
  })
  const outside = { name: OUTSIDE.name, mac: '02:00:00:00:81:09', addresses: [] }
  lab = await Lab.create({ medium: 'switch', hosts: [...inside, outside] })
  const ip = (host: string, ...args: string[]) => lab.check(host, ['ip', ...args])
  await ip(
    GATE.name,
    'link',
    'add',
    'eth1',
    'type',
    'veth',
    'peer',
    'name',
    'wan',
    'netns',
    lab.namespace('outside'),
  )
  for (const [host, link, ...addresses] of [
    [GATE.name, 'eth1', '203.0.113.1/24', 'fd82::1/64'],
    [OUTSIDE.name, 'wan', '203.0.113.9/24', 'fd82::9/64'],
  ] as const) {
    for (const address of addresses) await ip(host, 'address', 'add', address, 'dev', link, ...nodad(address))
    await ip(host, 'link', 'set', link, 'up')
  }
  await lab.check(GATE.name, ['sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1'])
  await ip(GATE.name, 'route', 'add', 'default', 'via', OUTSIDE.ipv4)
  await ip(OUTSIDE.name, 'route', 'add', '10.81.0.0/24', 'via', '203.0.113.1')
  await ip(OUTSIDE.name, '-6', 'route', 'add', 'fd81::/64', 'via', 'fd82::1')
  for (const { name } of [CHILD, NEWCOMER]) await ip(name, '-6', 'route', 'add', 'default', 'via', GATE.ipv6)
  netwatcherd = await Netwatcherd.start(lab, GATE.name, CONFIG)
}, 90_000)

afterAll(async () => {
  await netwatcherd?.close()
  await lab?.close()
})

afterEach(async () => {
  await endAll()
  expect(await rules()).not.toContain('NETWATCHER')
})

function nodad(address: string): string[] {
  return address.includes(':') ? ['nodad'] : []
}

async function reaches(host: string, ...ips: string[]): Promise<boolean[]> {
  const outcomes = ips.map((ip) => lab.run(host, ['ping', '-n', '-c1', '-W1', ip]))
  return (await Promise.all(outcomes)).map((outcome) => outcome.type === 'exited' && outcome.code === 0)
}

/** Once neighbours have found each other again: IPv6 asks for them by packets that a block stops, too. */
async function getsOut(host: string): Promise<void> {
  await waitUntil(
    async () => (await outside(host)).every(Boolean),
    10_000,
    () => `${host} does not reach the outside`,
  )
}

const inside = (host: string) => reaches(host, GATE.ipv4, GATE.ipv6)
const outside = (host: string) => reaches(host, OUTSIDE.ipv4, OUTSIDE.ipv6)

async function rules(): Promise<string> {
  const saved = ['iptables-save', 'ip6tables-save'].map((program) => lab.check(GATE.name, [program]))
  return (await Promise.all(saved)).join('')
}

async function stand(request: PlanBlockRequest): Promise<string> {
  const { firewall } = netwatcherd
  const { token, blockId } = await unary<PlanBlockResponse>((done) => firewall.planBlock(request, done))
  await unary<ApplyPlanResponse>((done) => firewall.applyPlan({ token }, done))
  await unary<ConfirmBlockResponse>((done) => firewall.confirmBlock({ blockId }, done))
  return blockId
}

async function endAll(): Promise<void> {
  const client = new FirewallServiceClient(`unix:${netwatcherd.adminPath}`, credentials.createInsecure())
  await unary<RevokeAllResponse>((done) => client.revokeAll({}, done))
  client.close()
}

/** All day, every day, on the clock of the far east. */
function always(): PlanBlockRequest {
  const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 0 }))
  const request = planRequest([{ $case: 'mac', value: CHILD.mac }], 7_776_000, 60)
  const policy = { ...NO_ONE, kind: StandingPolicyKind.SCHEDULE }
  return { ...request, schedule: { slots, exceptions: [], timeZone: 'Asia/Jakarta' }, policy }
}

function quarantine(link: string, ...admittedMacs: string[]): PlanBlockRequest {
  const policy = { ...NO_ONE, kind: StandingPolicyKind.QUARANTINE, interfaces: [link], admittedMacs }
  return { ...planRequest([], 7_776_000, 60), policy }
}

/** A kill -9 and a new start; what the rules were meanwhile is given. */
async function killed(): Promise<string> {
  await netwatcherd.process.stop('SIGKILL')
  const meanwhile = await rules()
  await netwatcherd.restart()
  return meanwhile
}

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
  const { mac, ipv4, ipv6 } = CHILD
  const cidrs = [ipv4, ipv6].map((value) => ({ $case: 'cidr' as const, value }))
  await stand(planRequest([{ $case: 'mac', value: mac }, ...cidrs], 1800, 60))
  const received = client.output.length
  expect(await inside(CHILD.name)).toEqual([false, false])
  expect(await outside(CHILD.name)).toEqual([false, false])
  expect(client.output.length - received).toBeLessThan(3)
  await getsOut(NEWCOMER.name)
  await Promise.all([client.stop(), server.stop()])
  await endAll()
  await getsOut(CHILD.name)
})

test('a schedule in its hours outlives a kill, and is lifted for an hour', async () => {
  const blockId = await stand(always())
  expect(await outside(CHILD.name)).toEqual([false, false])
  expect(await killed()).toContain(CHILD.mac)
  expect(await outside(CHILD.name)).toEqual([false, false])
  const relaxation = { $case: 'liftedUntilMs' as const, value: BigInt(Date.now() + 3_600_000) }
  const { firewall } = netwatcherd
  await unary<RelaxPolicyResponse>((done) => firewall.relaxPolicy({ blockId, relaxation }, done))
  await getsOut(CHILD.name)
  expect(await killed()).not.toContain(CHILD.mac)
  await getsOut(CHILD.name)
})

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

test('a quarantine keeps newcomers in, however many, and one press lets one out', async () => {
  await lab.check(GATE.name, ['iptables', '-A', 'FORWARD', '-s', '10.99.0.0/24', '-j', 'ACCEPT'])
  const blockId = await stand(quarantine('eth0', CHILD.mac))
  expect(await inside(NEWCOMER.name)).toEqual([true, true])
  expect(await outside(NEWCOMER.name)).toEqual([false, false])
  await getsOut(CHILD.name)
  const before = await rules()
  await lab.check(NEWCOMER.name, ['/usr/bin/python3', '-c', CROWD, GATE.mac], { timeoutMs: 60_000 })
  const withoutCounters = (saved: string) => saved.replace(/^#.*\n|\[\d+:\d+\]/gm, '')
  expect(withoutCounters(await rules())).toBe(withoutCounters(before))
  expect(await killed()).toContain('NETWATCHER-NEW')
  expect(await outside(NEWCOMER.name)).toEqual([false, false])
  const relaxation = { $case: 'admittedMac' as const, value: NEWCOMER.mac }
  const { firewall } = netwatcherd
  await unary<RelaxPolicyResponse>((done) => firewall.relaxPolicy({ blockId, relaxation }, done))
  await getsOut(NEWCOMER.name)
  await endAll()
  expect(await rules()).toContain('-A FORWARD -s 10.99.0.0/24 -j ACCEPT')
})

test('without a daemon nothing is left after a clean-up, whatever stood', async () => {
  await stand(always())
  await stand(quarantine('eth0', CHILD.mac))
  await netwatcherd.process.stop('SIGKILL')
  await lab.check(GATE.name, [process.execPath, netwatcherd.program, '--cleanup'])
  expect(await rules()).not.toContain('NETWATCHER')
  await netwatcherd.restart()
  expect(await rules()).toContain('NETWATCHER-NEW')
})

test('where this machine asks another for the way, there is no quarantine', async () => {
  const reason = await unary<PlanBlockResponse>((done) =>
    netwatcherd.firewall.planBlock(quarantine('eth1'), done),
  ).then(
    () => 'accepted',
    (error: ServiceError) => error.metadata.get(REASON_METADATA)[0],
  )
  expect(reason).toBe('NOT_GATEWAY')
})
