/**
 * The web application, taken over, and what lets more through: `RelaxPolicy`
 * with hostile values, for other blocks, again and after the end, and
 * `RevokeAll`, alone and in floods. Nothing but what was asked for, by its own
 * block, changes a rule; each is on record; root gets his turn.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { credentials } from '@grpc/grpc-js'
import { DAY_MS } from '@netwatcher/shared'
import {
  type ApplyPlanResponse,
  type ConfirmBlockResponse,
  FirewallServiceClient,
  type GetFirewallStateResponse,
  type ListAuditResponse,
  type PlanBlockRequest,
  type PlanBlockResponse,
  RelaxPolicyRequest,
  type RevokeAllResponse,
  StandingPolicyKind,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { Attacker, end, field } from './support/hostile-web.js'
import { Netwatcherd, planRequest, unary } from './support/netwatcherd.js'

const GATE = { name: 'gate', mac: '02:00:00:00:83:01', addresses: ['10.83.0.1/24'], isForwarding: true }
const DEVICE = { name: 'device', mac: '02:00:00:00:83:02', addresses: ['10.83.0.2/24'] }
const OTHER_MAC = '02:00:00:00:83:03'
const USER = 'daemon'
const CONFIG = '[firewall]\nenabled = true\nschedules = true\nquarantine = true\n'
const NO_ONE = { confirmedUntilMs: 0n, admittedMacs: [], interfaces: [] }
const MOST_ADMITTED = 256
const TARGET = { $case: 'mac' as const, value: DEVICE.mac }

let lab: Lab
let netwatcherd: Netwatcherd
let attacker: Attacker
let root: FirewallServiceClient

beforeAll(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [GATE, DEVICE] })
  netwatcherd = await Netwatcherd.start(lab, GATE.name, CONFIG, USER)
  attacker = new Attacker(netwatcherd.directory, USER)
  root = new FirewallServiceClient(`unix:${netwatcherd.adminPath}`, credentials.createInsecure())
})

afterAll(async () => {
  root?.close()
  await attacker?.close()
  await netwatcherd?.close()
  await lab?.close()
})

afterEach(async () => {
  await unary<RevokeAllResponse>((done) => root.revokeAll({}, done))
  expect(await rules()).not.toContain('NETWATCHER')
})

async function outcome(method: string, request: Uint8Array): Promise<string> {
  const { status, reason } = await attacker.call(netwatcherd.socketPath, `FirewallService/${method}`, request)
  return `${status} ${reason}`
}

function relax(blockId: string, relaxation: RelaxPolicyRequest['relaxation']): Promise<string> {
  return outcome('RelaxPolicy', RelaxPolicyRequest.encode({ blockId, relaxation }).finish())
}

const lift = (blockId: string, untilMs: number | bigint) =>
  relax(blockId, { $case: 'liftedUntilMs', value: BigInt(untilMs) })
const admit = (blockId: string, mac: string) => relax(blockId, { $case: 'admittedMac', value: mac })

async function rules(): Promise<string> {
  const saved = ['iptables-save', 'ip6tables-save'].map((save) =>
    lab.check(GATE.name, [save, '-t', 'filter']),
  )
  return (await Promise.all(saved)).join('').replace(/^#.*\n|\[\d+:\d+\]/gm, '')
}

async function stand(request: PlanBlockRequest): Promise<string> {
  const { token, blockId } = await unary<PlanBlockResponse>((done) => root.planBlock(request, done))
  await unary<ApplyPlanResponse>((done) => root.applyPlan({ token }, done))
  await unary<ConfirmBlockResponse>((done) => root.confirmBlock({ blockId }, done))
  return blockId
}

/** All day, every day. */
function schedule(): PlanBlockRequest {
  const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 0 }))
  const policy = { ...NO_ONE, kind: StandingPolicyKind.SCHEDULE }
  const parts = { schedule: { slots, exceptions: [], timeZone: 'Asia/Jakarta' }, policy }
  return { ...planRequest([TARGET], 7_776_000, 60), ...parts }
}

/** With so many who are let through. */
function quarantine(admitted: number): PlanBlockRequest {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  const admittedMacs = Array.from({ length: admitted }, (_, index) => `02:aa:00:00:00:${hex(index)}`)
  const policy = { ...NO_ONE, kind: StandingPolicyKind.QUARANTINE, interfaces: ['eth0'], admittedMacs }
  return { ...planRequest([], 7_776_000, 60), policy }
}

async function recorded(action: string) {
  const { entries } = await unary<ListAuditResponse>((done) => root.listAudit({ pageSize: 1000 }, done))
  return entries.filter((entry) => entry.action === action)
}

test('nothing but a short lift of its own schedule lets anything through', async () => {
  const plain = await stand(planRequest([{ $case: 'cidr', value: '10.83.0.77' }], 3600, 60))
  const id = await stand(schedule())
  const before = await rules()
  const now = Date.now()
  for (const until of [0, -1, now - 1000, now + 8 * DAY_MS, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    expect(await lift(id, until), `${until}`).toBe('3 LIFT_OUT_OF_RANGE')
  }
  expect(await relax(id, undefined)).toBe('3 RELAXATION_MISSING')
  expect(await admit(id, OTHER_MAC)).toBe('9 POLICY_OF_OTHER_KIND')
  expect(await lift(plain, now + 60_000)).toBe('9 POLICY_OF_OTHER_KIND')
  for (const other of [
    '',
    `${id}\n`,
    `${id}0`,
    id.toUpperCase().replace(/\d/g, 'A'),
    '../blocks',
    '0'.repeat(16),
  ]) {
    expect(await lift(other, now + 60_000), JSON.stringify(other)).toMatch(
      /^(3 BLOCK_ID_INVALID|5 BLOCK_UNKNOWN)$/,
    )
  }
  // The last of a oneof counts, whatever came before it (proto3): then it is no lift any more.
  const twice = Buffer.concat([
    field(1, Buffer.from(id)),
    field(2, BigInt(now + 60_000)),
    field(3, Buffer.from(OTHER_MAC)),
  ])
  expect(await outcome('RelaxPolicy', twice)).toBe('9 POLICY_OF_OTHER_KIND')
  expect(await rules()).toBe(before)
  expect(await lift(id, now + DAY_MS)).toBe('0 ')
  expect(await rules()).not.toContain(DEVICE.mac.toUpperCase())
  expect(await rules()).toContain('10.83.0.77')
  expect(await recorded('relax')).toMatchObject([{ blockId: id, via: 'group' }])
})

test('lifted without end it stays one exception, and its end is a week away at most', async () => {
  const id = await stand(schedule())
  for (let minute = 1; minute <= 12; minute++) expect(await lift(id, Date.now() + minute * 60_000)).toBe('0 ')
  const { state } = await unary<GetFirewallStateResponse>((done) => root.getFirewallState({}, done))
  expect(state?.blocks.map(({ schedule }) => schedule?.exceptions.length)).toEqual([1])
})

test('a quarantine admits single devices up to its bound, and no text gets into a rule', async () => {
  const id = await stand(quarantine(MOST_ADMITTED - 2))
  const before = await rules()
  const texts = ['', '*', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '10.83.0.2', '02:00']
  for (const text of [
    ...texts,
    `${OTHER_MAC}\n-A INPUT -j ACCEPT`,
    `${OTHER_MAC} -j ACCEPT`,
    `${OTHER_MAC}\0`,
  ]) {
    expect(await admit(id, text), JSON.stringify(text)).toBe('3 MAC_INVALID')
  }
  expect(await lift(id, Date.now() + 60_000)).toBe('9 POLICY_OF_OTHER_KIND')
  expect(await rules()).toBe(before)
  for (const mac of [OTHER_MAC, OTHER_MAC.toUpperCase(), DEVICE.mac]) expect(await admit(id, mac)).toBe('0 ')
  const full = await rules()
  expect(await admit(id, '02:bb:00:00:00:01')).toBe('3 TOO_MANY_ADMITTED')
  expect(await rules()).toBe(full)
})

test('what has ended stays ended: no token, confirmation or relaxation brings it back', async () => {
  const { token, blockId } = await unary<PlanBlockResponse>((done) => root.planBlock(schedule(), done))
  await unary<ApplyPlanResponse>((done) => root.applyPlan({ token }, done))
  // Unknown fields are nobody's: it takes everything back all the same.
  expect(
    await outcome('RevokeAll', Buffer.concat([field(1, Buffer.from(blockId)), field(9, 2n ** 64n - 1n)])),
  ).toBe('0 ')
  const text = (number: number, value: string) => field(number, Buffer.from(value))
  expect(await lift(blockId, Date.now() + 60_000)).toBe('5 BLOCK_UNKNOWN')
  expect(await outcome('ConfirmBlock', text(1, blockId))).toBe('5 BLOCK_UNKNOWN')
  expect(await outcome('ApplyPlan', text(1, token))).toBe('9 TOKEN_NOT_VALID')
  expect((await recorded('revoke')).at(0)).toMatchObject({ blockId, via: 'group' })
})

test.each(['revoke-all-flood', 'relax-flood'])(
  '%s: root still makes a block, and it is whole',
  async (attack) => {
    const attacking = attacker.start(netwatcherd.socketPath, attack)
    await sleep(500)
    const { token } = await unary<PlanBlockResponse>((done) =>
      root.planBlock(planRequest([{ $case: 'cidr', value: '10.83.0.99' }], 3600, 60), done),
    )
    const { block } = await unary<ApplyPlanResponse>((done) => root.applyPlan({ token }, done))
    expect(block?.rules.length).toBeGreaterThan(0)
    expect(attacking.exitCode).toBeNull()
    await end(attacking)
    expect((await recorded('apply')).at(0)).toMatchObject({ via: 'admin', targets: ['10.83.0.99'] })
  },
)
