/**
 * What can never be blocked, on real routes, real neighbour tables and a real
 * ARP spoofer (arpspoof(8)) in network namespaces: the genuine MAC of whoever
 * routes for the machine, whatever the kernel's table says at the moment.
 */

import type { ServiceError } from '@grpc/grpc-js'
import {
  type ApplyPlanResponse,
  BlockState,
  type BlockTarget,
  type ConfirmBlockResponse,
  type PlanBlockResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../src/lab/lab.js'
import { REASON_METADATA } from '../src/rpc/errors.js'
import { Netwatcherd, planRequest, unary, waitUntil } from './support/netwatcherd.js'

const GUARD = { name: 'guard', mac: '02:00:00:00:02:02', ipv4: '10.78.0.2', ipv6: 'fd78::2' }
const GATEWAY = { name: 'gateway', mac: '02:00:00:00:02:01', ipv4: '10.78.0.1', ipv6: 'fd78::1' }
const SECOND = { name: 'second', mac: '02:00:00:00:02:03', ipv4: '10.78.0.3', ipv6: 'fd78::3' }
const OTHER_TABLE = { name: 'other', mac: '02:00:00:00:02:04', ipv4: '10.78.0.4', ipv6: 'fd78::4' }
const STATIC = { name: 'static', mac: '02:00:00:00:02:05', ipv4: '10.78.0.5', ipv6: 'fd78::5' }
const DEVICE = { name: 'device', mac: '02:00:00:00:02:07', ipv4: '10.78.0.7', ipv6: 'fd78::7' }
const ATTACKER = { name: 'attacker', mac: '02:00:00:00:02:66', ipv4: '10.78.0.66', ipv6: 'fd78::66' }
/** The gateway's, beside the global one that routes name. */
const LINK_LOCAL = 'fe80::78:1'
const ROUTERS = [GATEWAY, SECOND, OTHER_TABLE, STATIC]
const CONFIG = '[firewall]\nenabled = true\n[detection]\nactive_verification = false\n'

let lab: Lab
let netwatcherd: Netwatcherd

beforeAll(async () => {
  const hosts = [GUARD, ...ROUTERS, DEVICE, ATTACKER].map(({ name, mac, ipv4, ipv6 }) => {
    return { name, mac, addresses: [`${ipv4}/24`, `${ipv6}/64`] }
  })
  lab = await Lab.create({ medium: 'switch', hosts })
  await ip(
    `route add default nexthop via ${GATEWAY.ipv4} dev eth0 nexthop via ${SECOND.ipv4} dev eth0`,
    `route add default via ${OTHER_TABLE.ipv4} dev eth0 table 100`,
    `route add 10.99.0.0/16 via ${STATIC.ipv4} dev eth0`,
    `-6 route add default via ${GATEWAY.ipv6} dev eth0`,
  )
  netwatcherd = await Netwatcherd.start(lab, GUARD.name, CONFIG)
  for (const { ipv4, ipv6 } of [...ROUTERS, DEVICE, ATTACKER]) {
    for (const address of [ipv4, ipv6]) await lab.run(GUARD.name, ['ping', '-n', '-c1', '-W2', address])
  }
}, 120_000)

afterAll(async () => {
  await netwatcherd?.close()
  await lab?.close()
})

async function ip(...lines: string[]): Promise<void> {
  for (const line of lines) await lab.check(GUARD.name, ['ip', ...line.split(' ')])
}

function plan(target: BlockTarget['target']): Promise<PlanBlockResponse> {
  return unary((done) => netwatcherd.firewall.planBlock(planRequest([target], 3600, 60), done))
}

function target(text: string): BlockTarget['target'] {
  return text.split(':').length === 6 && !text.includes('::')
    ? { $case: 'mac', value: text }
    : { $case: 'cidr', value: text }
}

async function reasonFor(text: string): Promise<string> {
  return plan(target(text)).then(
    () => 'accepted',
    (error: ServiceError) => `${error.metadata.get(REASON_METADATA)[0]}`,
  )
}

async function kernelMacOf(address: string): Promise<string> {
  const [row] = JSON.parse(await lab.check(GUARD.name, ['ip', '-j', 'neigh', 'show', address]))
  return row?.lladdr ?? ''
}

/** As arpspoof does it, without end: the attacker says that the gateway's address is its own. */
async function poison(): Promise<LabProcess> {
  const spoofer = lab.start(ATTACKER.name, ['arpspoof', '-i', 'eth0', '-t', GUARD.ipv4, GATEWAY.ipv4])
  await waitUntil(
    async () => (await kernelMacOf(GATEWAY.ipv4)) === ATTACKER.mac,
    20_000,
    () => `the table is not poisoned:\n${spoofer.output}`,
  )
  return spoofer
}

test.each(ROUTERS)(
  '$name routes for this machine, and neither its address nor its MAC is blocked',
  async (router) => {
    expect(await reasonFor(router.ipv4)).toBe('TARGET_GATEWAY')
    expect(await reasonFor(router.mac)).toBe('TARGET_GATEWAY')
  },
)

test('the link-local address of the gateway is refused although the route names its global one', async () => {
  await lab.check(GATEWAY.name, ['ip', 'address', 'add', `${LINK_LOCAL}/64`, 'dev', 'eth0', 'nodad'])
  await ip('address add fe80::78:2/64 dev eth0 nodad')
  await lab.check(GUARD.name, ['ping', '-n', '-c1', '-W2', `${LINK_LOCAL}%eth0`])
  expect(await reasonFor(GATEWAY.ipv6)).toBe('TARGET_GATEWAY')
  expect(await reasonFor(LINK_LOCAL)).toBe('TARGET_GATEWAY')
  expect(await reasonFor(DEVICE.ipv6)).toBe('accepted')
})

test('while the table is poisoned the genuine gateway is refused, the liar, too, and the plan says who claims it', async () => {
  const spoofer = await poison()
  for (let i = 0; i < 10; i++) {
    expect(await reasonFor(GATEWAY.mac)).toBe('TARGET_GATEWAY')
    expect(await reasonFor(ATTACKER.mac)).toBe('TARGET_GATEWAY')
  }
  const { warnings } = await plan(target(DEVICE.mac))
  const dispute = warnings.find(({ rule }) => rule === 'binding_disputed')
  expect(dispute?.params.ip).toBe(GATEWAY.ipv4)
  expect(dispute?.params.macs?.split(', ').toSorted()).toEqual([GATEWAY.mac, ATTACKER.mac].toSorted())

  // A restart while it goes on, with nobody known to the kernel: what was seen before still counts.
  await netwatcherd.process.stop()
  await ip('neigh flush all')
  await netwatcherd.restart()
  expect(await reasonFor(GATEWAY.mac)).toBe('TARGET_GATEWAY')
  await spoofer.stop('SIGKILL')
})

test('right after the neighbour table was flushed the gateway is still known', async () => {
  await ip('neigh flush all')
  expect(await reasonFor(GATEWAY.mac)).toBe('TARGET_GATEWAY')
  await ip('neigh flush all')
  expect(await reasonFor(SECOND.mac)).toBe('TARGET_GATEWAY')
})

test('no MAC is blocked while a router is not known yet, nor later when it turns out to be the target', async () => {
  await ip(`route add 10.98.0.0/16 via ${DEVICE.ipv4} dev eth0`, 'neigh flush all')
  expect(['GUARD_FACTS_UNAVAILABLE', 'TARGET_GATEWAY']).toContain(await reasonFor(DEVICE.mac))
  await waitUntil(
    async () => (await reasonFor(DEVICE.mac)) === 'TARGET_GATEWAY',
    10_000,
    () => 'the router was not asked for its MAC',
  )
  await ip('route del 10.98.0.0/16')
})

test('a block is suspended when routes make its target a router, told, and resumed when they do not', async () => {
  const { firewall } = netwatcherd
  const events = netwatcherd.watch()
  const rules = async () => lab.check(GUARD.name, ['iptables-save'])
  const { token, blockId } = await plan(target(DEVICE.mac))
  await unary<ApplyPlanResponse>((done) => firewall.applyPlan({ token }, done))
  await unary<ConfirmBlockResponse>((done) => firewall.confirmBlock({ blockId }, done))
  expect(await rules()).toContain(`nw:${blockId}`)
  await ip(`route add 10.98.0.0/16 via ${DEVICE.ipv4} dev eth0 table 55`)
  const { found } = await events.find(
    ({ payload }) => payload?.$case === 'blockSuspended' && payload.value,
    10_000,
    'the suspension',
  )
  expect(found).toMatchObject({
    block: { id: blockId, state: BlockState.SUSPENDED, rules: [] },
    cause: { rule: 'guard_mac_router', params: { target: DEVICE.mac, ip: DEVICE.ipv4 } },
  })
  await waitUntil(
    async () => !(await rules()).includes(`nw:${blockId}`),
    10_000,
    () => 'the rules are still there',
  )
  await ip('route flush table 55')
  await waitUntil(
    async () => (await rules()).includes(`nw:${blockId}`),
    10_000,
    () => 'it was not resumed',
  )
  events.close()
})

test('next hops that routes name by a number alone are routers, and a change of one has the guards looked at', async () => {
  const { firewall } = netwatcherd
  const events = netwatcherd.watch()
  // Without it the kernel shows the hops with each route, too.
  await lab.check(GUARD.name, ['sysctl', '-qw', 'net.ipv4.nexthop_compat_mode=0'])
  await ip(
    `nexthop add id 1 via ${STATIC.ipv4} dev eth0`,
    `nexthop add id 2 via ${ATTACKER.ipv4} dev eth0`,
    'nexthop add id 10 group 1/2',
    'route add 10.97.0.0/16 nhid 10 table 56',
  )
  expect(await reasonFor(ATTACKER.ipv4)).toBe('TARGET_GATEWAY')
  const { token, blockId } = await plan(target(DEVICE.ipv4))
  await unary<ApplyPlanResponse>((done) => firewall.applyPlan({ token }, done))
  await unary<ConfirmBlockResponse>((done) => firewall.confirmBlock({ blockId }, done))
  await ip(`nexthop replace id 2 via ${DEVICE.ipv4} dev eth0`)
  await events.find(
    ({ payload }) => payload?.$case === 'blockSuspended' && payload.value.block?.id === blockId,
    10_000,
    'the suspension',
  )
  expect(await reasonFor(DEVICE.ipv4)).toBe('TARGET_GATEWAY')
  await unary((done) => firewall.revokeBlock({ blockId }, done))
  await ip('route flush table 56', 'nexthop flush')
  events.close()
})
