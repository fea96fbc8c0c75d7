import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, Metadata, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js'
import {
  BlockState,
  FirewallServiceClient,
  type PlanBlockRequest,
  StandingPolicyKind,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BlockStore } from '../firewall/block-store.js'
import { FakeClock } from '../firewall/fake-clock.js'
import { FakeIptables } from '../firewall/fake-iptables.js'
import { Firewall } from '../firewall/firewall.js'
import type { GuardFacts } from '../firewall/guard.js'
import { fakeAudit } from '../journal/fake-audit.js'
import { FakeTextFile } from '../os/fake-text-file.js'
import { REASON_METADATA } from './errors.js'
import { createFirewallService } from './firewall-service.js'
import { Handlers } from './handlers.js'

const FACTS: GuardFacts = {
  ownAddresses: [{ ip: '192.168.1.5', prefixLength: 24 }],
  ownMacs: [],
  routers: ['192.168.1.1'],
  dnsServers: [],
  dhcpServers: [],
  sshPeers: [],
  neighbors: [],
  claims: [],
  pinned: [],
  unknownRouters: [],
  isForwarding: false,
  servedLinks: [],
}
const LOG = { info: () => {}, warn: () => {}, error: () => {} }

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-firewall-'))
const server = new Server()
const iptables = new FakeIptables()
const address = `unix:${join(directory, 'socket')}`
const client = new FirewallServiceClient(address, credentials.createInsecure())

beforeAll(async () => {
  const audit = fakeAudit()
  const firewall = new Firewall({
    isAllowed: true,
    allowedPolicies: ['schedule'],
    believedMs: Date.now,
    iptables,
    guardFacts: { read: async () => FACTS },
    store: new BlockStore(new FakeTextFile()),
    audit: audit.trail,
    clock: new FakeClock(),
    randomBytes,
    log: LOG,
    onChange: () => {},
    onSuspended: () => {},
    watchRoutes: () => () => {},
  })
  await firewall.start()
  const { definition, implementation } = createFirewallService({
    handlers: new Handlers(LOG),
    firewall,
    audit: audit.log,
    via: 'group',
  })
  server.addService(definition, implementation)
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    )
  })
})

afterAll(() => {
  client.close()
  server.forceShutdown()
  rmSync(directory, { recursive: true })
})

type Verb<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: object,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown

function call<Request, Response>(verb: Verb<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    verb.call(client, request, new Metadata(), {}, (error, response) =>
      error ? reject(error) : resolve(response),
    )
  })
}

async function refusal(promise: Promise<unknown>): Promise<[status | undefined, string]> {
  const error = await promise.then(
    () => null,
    (thrown: ServiceError) => thrown,
  )
  return [error?.code, String(error?.metadata.get(REASON_METADATA)[0])]
}

function planRequest(changes: Partial<PlanBlockRequest> = {}): PlanBlockRequest {
  return {
    targets: [{ target: { $case: 'cidr', value: '192.168.1.77' } }],
    lifetimeSeconds: 3600,
    confirmSeconds: 0,
    reason: 'noisy',
    schedule: undefined,
    policy: undefined,
    overrideMacs: [],
    ...changes,
  }
}

test('plan, apply, confirm, list and revoke over gRPC', async () => {
  const plan = await call(client.planBlock, planRequest())
  expect(plan).toMatchObject({ confirmSeconds: 60, lifetimeSeconds: 3600 })
  expect(plan.ipv4Rules).toContain('-s 192.168.1.77/32')
  expect(plan.ipv6Rules).toContain(':NETWATCHER-FROM')
  expect(plan.warnings.length).toBeGreaterThan(0)
  const applied = await call(client.applyPlan, { token: plan.token })
  expect(applied.block).toMatchObject({
    id: plan.blockId,
    targets: [{ target: { $case: 'cidr', value: '192.168.1.77' } }],
    state: BlockState.APPLIED,
    reason: 'noisy',
    rules: plan.addedRules,
  })
  const confirmed = await call(client.confirmBlock, { blockId: plan.blockId })
  expect(confirmed.block?.state).toBe(BlockState.CONFIRMED)
  const { state } = await call(client.getFirewallState, {})
  expect(state).toMatchObject({ isEnabled: true, blocks: [{ id: plan.blockId }] })
  await call(client.revokeBlock, { blockId: plan.blockId })
  const { entries } = await call(client.listAudit, { pageSize: 2 })
  expect(entries.map(({ action }) => action)).toEqual(['revoke', 'confirm'])
})

test('what is refused has a status and a stable reason, and changes nothing', async () => {
  const before = [await iptables.save(4), await iptables.save(6)]
  const refused = async (request: Partial<PlanBlockRequest>) =>
    refusal(call(client.planBlock, planRequest(request)))
  const address = (value: string) => refused({ targets: [{ target: { $case: 'cidr', value } }] })
  expect(await refused({ targets: [{ target: undefined }] })).toEqual([
    status.INVALID_ARGUMENT,
    'TARGET_MISSING',
  ])
  expect(await refused({ targets: [] })).toEqual([status.INVALID_ARGUMENT, 'TARGET_MISSING'])
  expect(await address('010.0.0.1')).toEqual([status.INVALID_ARGUMENT, 'TARGET_INVALID'])
  expect(await address('::ffff:10.0.0.1')).toEqual([status.INVALID_ARGUMENT, 'TARGET_IPV4_MAPPED'])
  expect(await address('--help')).toEqual([status.INVALID_ARGUMENT, 'TARGET_INVALID'])
  expect(await address('192.168.1.1')).toEqual([status.FAILED_PRECONDITION, 'TARGET_GATEWAY'])
  const schedule = { slots: [], exceptions: [], timeZone: 'UTC' }
  expect(await refused({ schedule })).toEqual([status.INVALID_ARGUMENT, 'POLICY_MISSING'])
  const none = { confirmedUntilMs: 0n, admittedMacs: [], interfaces: ['eth1'] }
  const policy = { ...none, kind: StandingPolicyKind.SCHEDULE }
  expect(await refused({ policy })).toEqual([status.INVALID_ARGUMENT, 'SCHEDULE_MISSING'])
  expect(await refused({ policy, schedule })).toEqual([status.INVALID_ARGUMENT, 'SLOTS_OUT_OF_RANGE'])
  const unknown = { ...none, kind: StandingPolicyKind.UNSPECIFIED }
  expect(await refused({ policy: unknown })).toEqual([status.INVALID_ARGUMENT, 'POLICY_UNKNOWN'])
  const quarantine = { ...none, kind: StandingPolicyKind.QUARANTINE }
  expect(await refused({ policy: quarantine, targets: [] })).toEqual([
    status.PERMISSION_DENIED,
    'POLICY_NOT_ALLOWED',
  ])
  const relax = (blockId: string) =>
    refusal(call(client.relaxPolicy, { blockId, relaxation: { $case: 'liftedUntilMs', value: 1n } }))
  expect(await relax('0'.repeat(16))).toEqual([status.NOT_FOUND, 'BLOCK_UNKNOWN'])
  expect(await refusal(call(client.relaxPolicy, { blockId: '', relaxation: undefined }))).toEqual([
    status.INVALID_ARGUMENT,
    'RELAXATION_MISSING',
  ])
  expect(await refused({ overrideMacs: ['aa:bb:cc:dd:ee:01'] })).toEqual([
    status.PERMISSION_DENIED,
    'OVERRIDE_NOT_ALLOWED',
  ])
  expect(await refused({ lifetimeSeconds: 4_294_967_295 })).toEqual([
    status.INVALID_ARGUMENT,
    'LIFETIME_OUT_OF_RANGE',
  ])
  expect(await refusal(call(client.applyPlan, { token: 'x' }))).toEqual([
    status.FAILED_PRECONDITION,
    'TOKEN_NOT_VALID',
  ])
  expect(await refusal(call(client.confirmBlock, { blockId: '-1' }))).toEqual([
    status.INVALID_ARGUMENT,
    'BLOCK_ID_INVALID',
  ])
  expect(await refusal(call(client.revokeBlock, { blockId: '0'.repeat(16) }))).toEqual([
    status.NOT_FOUND,
    'BLOCK_UNKNOWN',
  ])
  expect(await refusal(call(client.listAudit, { pageSize: 1001 }))).toEqual([
    status.INVALID_ARGUMENT,
    'PAGE_SIZE_INVALID',
  ])
  expect([await iptables.save(4), await iptables.save(6)]).toEqual(before)
})

test('a schedule is told with its slots, lifted, and ended with everything else', async () => {
  const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 0 }))
  const schedule = { slots, exceptions: [], timeZone: 'Asia/Jakarta' }
  const policy = { kind: StandingPolicyKind.SCHEDULE, confirmedUntilMs: 0n, admittedMacs: [], interfaces: [] }
  const plan = await call(client.planBlock, planRequest({ schedule, policy, lifetimeSeconds: 7_776_000 }))
  await call(client.applyPlan, { token: plan.token })
  const { block } = await call(client.confirmBlock, { blockId: plan.blockId })
  expect(block).toMatchObject({ state: BlockState.CONFIRMED, schedule, policy: { kind: policy.kind } })
  expect(block?.policy?.confirmedUntilMs).toBe(block?.expiresMs)
  const value = BigInt(Date.now() + 3_600_000)
  const lift = { blockId: plan.blockId, relaxation: { $case: 'liftedUntilMs' as const, value } }
  expect((await call(client.relaxPolicy, lift)).block).toMatchObject({
    state: BlockState.WAITING,
    rules: [],
    schedule: { exceptions: [{ untilMs: value, isBlocked: false }] },
  })
  const { state } = await call(client.revokeAll, {})
  expect(state).toMatchObject({ blocks: [], allowedPolicies: [StandingPolicyKind.SCHEDULE] })
  expect(await iptables.rules(4)).toEqual([])
})
