/**
 * The firewall on real iptables, of both kinds and both families, in a network
 * namespace: what the rules do to packets, that they go away by themselves, and
 * that nobody else's rules are touched.
 */

import { randomBytes } from 'node:crypto'
import type { ServiceError } from '@grpc/grpc-js'
import { SECOND_MS } from '@netwatcher/shared'
import type {
  ApplyPlanResponse,
  BlockTarget,
  ConfirmBlockResponse,
  PlanBlockResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BindingHistory } from '../src/firewall/binding-history.js'
import { BlockStore } from '../src/firewall/block-store.js'
import { cleanupFirewall } from '../src/firewall/cleanup.js'
import { FakeClock } from '../src/firewall/fake-clock.js'
import { Firewall } from '../src/firewall/firewall.js'
import type { GuardFactsProvider } from '../src/firewall/guard.js'
import { createGuardFacts } from '../src/firewall/guard-facts.js'
import { RETRY_MS } from '../src/firewall/keeper.js'
import { fakeAudit } from '../src/journal/fake-audit.js'
import { Lab } from '../src/lab/lab.js'
import type { BlockRequest, TargetRequest } from '../src/model/firewall.js'
import { type CommandRunner, runCommand } from '../src/os/command.js'
import { FakeTextFile } from '../src/os/fake-text-file.js'
import { createIptables } from '../src/os/iptables.js'
import { REASON_METADATA } from '../src/rpc/errors.js'
import { Netwatcherd, planRequest, unary, waitUntil } from './support/netwatcherd.js'

const GUARD = { name: 'guard', mac: '02:00:00:00:01:01', ipv4: '10.79.0.1', ipv6: 'fd79::1' }
const DEVICE = { name: 'device', mac: '02:00:00:00:01:02', ipv4: '10.79.0.2', ipv6: 'fd79::2' }
/** Rules of the owner: quoting, a chain of their own, a jump, a policy. */
const FOREIGN = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:OWNER - [0:0]
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "the \\"owner\\" -j NETWATCHER-FROM" -j ACCEPT
-A FORWARD -j OWNER
-A OWNER -m mac --mac-source 02:00:00:00:09:09 -j RETURN
COMMIT
`

const ONCE = { schedule: null, policy: null }

let lab: Lab

function blockRequest(target: TargetRequest, lifetimeSeconds: number, confirmSeconds: number): BlockRequest {
  return { targets: [target], lifetimeSeconds, confirmSeconds, reason: '', overrideMacs: [], ...ONCE }
}

/** Without sensors. */
function guardFactsOf(run: CommandRunner): GuardFactsProvider {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const history = new BindingHistory(new FakeTextFile(), Date.now, log)
  return createGuardFacts({
    run,
    history,
    sightings: () => [],
    pinned: () => [],
    ask: () => {},
    nowMs: Date.now,
  })
}

beforeAll(async () => {
  const hosts = [GUARD, DEVICE].map(({ name, mac, ipv4, ipv6 }) => {
    return { name, mac, addresses: [`${ipv4}/24`, `${ipv6}/64`] }
  })
  lab = await Lab.create({ medium: 'switch', hosts })
})

afterAll(async () => {
  await lab?.close()
})

/** Answers within a second. */
async function isReached(ip: string): Promise<boolean> {
  const outcome = await lab.run(DEVICE.name, ['ping', '-n', '-c1', '-W1', ip])
  return outcome.type === 'exited' && outcome.code === 0
}

describe.each(['nft', 'legacy'])('iptables-%s', (kind) => {
  /** Runs the wanted kind of iptables, whatever the machine's default is, inside the guard. */
  const runInGuard: CommandRunner = (file, args, options) =>
    lab.run(GUARD.name, [file.replace(/^(ip6?tables)/, `$1-${kind}`), ...args], options)
  const iptables = createIptables(runInGuard)
  const stateFile = new FakeTextFile()
  let clock: FakeClock
  let before: string[]

  /** The whole tables, without the comment lines, which hold the time, and the packet counters. */
  const saved = () =>
    Promise.all(
      ([4, 6] as const).map(async (family) => {
        return (await iptables.save(family)).replace(/^#.*\n/gm, '').replace(/\[\d+:\d+\]/g, '[0:0]')
      }),
    )

  const audit = fakeAudit(() => clock.wallMs())

  function createFirewall(run: CommandRunner = runInGuard): Firewall {
    return new Firewall({
      isAllowed: true,
      allowedPolicies: ['schedule', 'quarantine'],
      believedMs: () => clock.wallMs(),
      iptables: createIptables(run),
      guardFacts: guardFactsOf(run),
      store: new BlockStore(stateFile),
      audit: audit.trail,
      clock,
      randomBytes,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      onChange: () => {},
      onSuspended: () => {},
      watchRoutes: () => () => {},
    })
  }

  async function started(): Promise<Firewall> {
    const firewall = createFirewall()
    await firewall.start()
    return firewall
  }

  async function apply(firewall: Firewall, type: 'cidr' | 'mac', text: string) {
    const request = blockRequest({ type, text }, 3600, 60)
    return firewall.apply((await firewall.plan(request)).token)
  }

  /** Lets time pass, and waits until what became due then is done: the firewall does one thing at a time. */
  async function pass(firewall: Firewall, durationMs: number): Promise<void> {
    await clock.advance(durationMs)
    await firewall.confirm('0'.repeat(16)).catch(() => {})
  }

  afterAll(async () => {
    for (const program of ['iptables', 'ip6tables']) {
      await runInGuard(program, ['-F'])
      await runInGuard(program, ['-X'])
    }
  })

  beforeEach(async () => {
    clock = new FakeClock()
    stateFile.text = null
    for (const program of ['iptables-restore', 'ip6tables-restore']) {
      expect(await runInGuard(program, [], { input: FOREIGN })).toMatchObject({ type: 'exited', code: 0 })
    }
    before = await saved()
    expect(before[0]).toBe(FOREIGN)
  })

  test('a block by address stops that address both ways and leaves the other family', async () => {
    const firewall = await started()
    expect(firewall.view().backend).toContain(kind === 'nft' ? 'nf_tables' : kind)
    const block = await apply(firewall, 'cidr', DEVICE.ipv4)
    for (const rule of block.rules) expect((await saved())[0]).toContain(`${rule}\n`)
    expect(await isReached(GUARD.ipv4)).toBe(false)
    expect(await isReached(GUARD.ipv6)).toBe(true)
    const out = await lab.run(GUARD.name, ['ping', '-n', '-c1', '-W1', DEVICE.ipv4])
    expect(out).toMatchObject({ type: 'exited', code: 1 })
    await firewall.revoke(block.id)
    expect(await isReached(GUARD.ipv4)).toBe(true)
    expect(await saved()).toEqual(before)
  })

  test('a block by MAC stops both families', async () => {
    const firewall = await started()
    await apply(firewall, 'mac', DEVICE.mac)
    expect(await isReached(GUARD.ipv4)).toBe(false)
    expect(await isReached(GUARD.ipv6)).toBe(false)
    await firewall.stop()
    expect(await isReached(GUARD.ipv4)).toBe(true)
    expect(await saved()).toEqual(before)
  })

  test('not confirmed it goes, confirmed it stays until it expires, and foreign rules never change', async () => {
    const firewall = await started()
    await apply(firewall, 'cidr', DEVICE.ipv4)
    await pass(firewall, 59 * SECOND_MS)
    expect(await saved()).not.toEqual(before)
    await pass(firewall, 2 * SECOND_MS)
    expect(await saved()).toEqual(before)

    const kept = await apply(firewall, 'cidr', 'fd80::/64')
    await firewall.confirm(kept.id)
    await pass(firewall, 3599 * SECOND_MS)
    expect((await saved())[1]).toContain(kept.rules[0])
    await pass(firewall, 2 * SECOND_MS)
    expect(await saved()).toEqual(before)
  })

  test('what a killed daemon left is removed without the daemon, and twice does no harm', async () => {
    await apply(await started(), 'mac', DEVICE.mac)
    expect(await saved()).not.toEqual(before)
    expect(await cleanupFirewall(iptables)).toBe(true)
    expect(await saved()).toEqual(before)
    expect(await cleanupFirewall(iptables)).toBe(false)
    expect(await saved()).toEqual(before)
  })

  test('a flushed chain, a flushed table and a rule put in front are put right', async () => {
    const firewall = await started()
    const { id } = await apply(firewall, 'mac', DEVICE.mac)
    await firewall.confirm(id)
    const wanted = await saved()
    const tamper = async (args: string[]) => {
      for (const program of ['iptables', 'ip6tables']) {
        expect(await runInGuard(program, args)).toMatchObject({ type: 'exited', code: 0 })
      }
      expect(await saved()).not.toEqual(wanted)
      await pass(firewall, 60 * SECOND_MS)
      expect(audit.log.newest(1)).toMatchObject([{ action: 'refuse' }])
      expect(audit.log.newest(2)[1]).toMatchObject({ action: 'reconcile' })
    }
    await tamper(['-F', 'NETWATCHER-FROM'])
    expect(await saved()).toEqual(wanted)
    await tamper(['-I', 'INPUT', '1', '-j', 'ACCEPT'])
    expect((await saved())[0]).toContain('-A INPUT -j NETWATCHER-FROM\n-A INPUT -j ACCEPT\n')
    await tamper(['-F'])
    expect((await saved())[0]).toContain('-A INPUT -j NETWATCHER-FROM\n')
    expect(await isReached(GUARD.ipv4)).toBe(false)
    await firewall.stop()
    expect((await saved()).join()).not.toContain('NETWATCHER')
  })

  test('a schedule in its hours stands beside foreign rules, and goes without a trace', async () => {
    const firewall = await started()
    const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 0 }))
    const request: BlockRequest = {
      ...blockRequest({ type: 'mac', text: DEVICE.mac }, 86_400, 60),
      schedule: { slots, exceptions: [], timeZone: 'UTC' },
      policy: { kind: 'schedule', interfaces: [], admittedMacs: [] },
    }
    const { id } = await firewall.apply((await firewall.plan(request)).token)
    const { rules } = await firewall.confirm(id)
    const now = (await saved()).join()
    for (const rule of rules) expect(now).toContain(`${rule}\n`)
    expect(now).toContain('-A OWNER -m mac --mac-source 02:00:00:00:09:09 -j RETURN')
    expect(await isReached(GUARD.ipv4)).toBe(false)
    await firewall.stop()
    expect(await saved()).toEqual(before)
  })

  test('without iptables every verb says so', async () => {
    const nowhere: CommandRunner = (file, args, options) => runCommand(`/nonexistent/${file}`, args, options)
    const firewall = createFirewall(nowhere)
    await firewall.start()
    expect(firewall.view()).toMatchObject({ isEnabled: false, backend: '' })
    await expect(apply(firewall, 'cidr', DEVICE.ipv4)).rejects.toMatchObject({ reason: 'IPTABLES_MISSING' })
    expect(await cleanupFirewall(createIptables(nowhere))).toBe(false)
  })
})

describe('the lock of the legacy iptables', () => {
  const legacy: CommandRunner = (file, args, options) =>
    lab.run(GUARD.name, [file.replace(/^(ip6?tables)/, '$1-legacy'), ...args], options)

  test('a block is refused while others hold it, and a roll-back follows once they let go', async () => {
    const clock = new FakeClock()
    const audit = fakeAudit()
    const firewall = new Firewall({
      isAllowed: true,
      allowedPolicies: ['schedule', 'quarantine'],
      believedMs: () => clock.wallMs(),
      iptables: createIptables(legacy),
      guardFacts: guardFactsOf(legacy),
      store: new BlockStore(new FakeTextFile()),
      audit: audit.trail,
      clock,
      randomBytes,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      onChange: () => {},
      onSuspended: () => {},
      watchRoutes: () => () => {},
    })
    await firewall.start()
    const target = { type: 'mac', text: DEVICE.mac } as const
    const apply = async () => {
      const plan = await firewall.plan(blockRequest(target, 60, 10))
      return firewall.apply(plan.token)
    }
    const hold = async () => {
      const holder = lab.start(GUARD.name, [
        'flock',
        '--no-fork',
        '/run/xtables.lock',
        'sh',
        '-c',
        'echo held; exec sleep 60',
      ])
      await waitUntil(
        () => holder.output.includes('held'),
        5000,
        () => 'the lock is not free',
      )
      return holder
    }
    const rules = async () => (await createIptables(legacy).save(4)) + (await createIptables(legacy).save(6))

    const first = await hold()
    await expect(apply()).rejects.toMatchObject({ reason: 'IPTABLES_BUSY' })
    await first.stop('SIGKILL')
    expect(await rules()).not.toContain('NETWATCHER')
    await apply()
    const second = await hold()
    await clock.advance(10 * SECOND_MS)
    await firewall.confirm('0'.repeat(16)).catch(() => {})
    expect(await rules()).toContain('NETWATCHER')
    await second.stop('SIGKILL')
    await clock.advance(RETRY_MS)
    await firewall.confirm('0'.repeat(16)).catch(() => {})
    expect(await rules()).not.toContain('NETWATCHER')
  })
})

describe('netwatcherd', () => {
  const CONFIG = '[firewall]\nenabled = true\n'
  let netwatcherd: Netwatcherd

  beforeAll(async () => {
    netwatcherd = await Netwatcherd.start(lab, GUARD.name, CONFIG)
  })

  afterAll(async () => {
    await netwatcherd?.close()
  })

  function plan(target: BlockTarget['target'], confirmSeconds = 60): Promise<PlanBlockResponse> {
    const request = planRequest([target], 60, confirmSeconds)
    return unary((done) => netwatcherd.firewall.planBlock(request, done))
  }

  async function applyBlock(confirmSeconds: number): Promise<string> {
    const { firewall } = netwatcherd
    const { token, blockId } = await plan({ $case: 'mac', value: DEVICE.mac }, confirmSeconds)
    await unary<ApplyPlanResponse>((done) => firewall.applyPlan({ token }, done))
    return blockId
  }

  const rules = async () =>
    (await lab.check(GUARD.name, ['iptables-save'])) + (await lab.check(GUARD.name, ['ip6tables-save']))

  test('refuses its own addresses, and whoever is connected over SSH', async () => {
    const reason = (value: string, type: 'cidr' | 'mac' = 'cidr') =>
      plan({ $case: type, value }).then(
        () => 'accepted',
        (error: ServiceError) => error.metadata.get(REASON_METADATA)[0],
      )
    expect(await reason(GUARD.ipv4)).toBe('TARGET_OWN_ADDRESS')
    expect(await reason('fd79::/64')).toBe('TARGET_OWN_ADDRESS')
    expect(await reason(GUARD.mac, 'mac')).toBe('TARGET_OWN_MAC')
    expect(await reason('10.79.0.255')).toBe('TARGET_BROADCAST')
    expect(await reason(DEVICE.ipv4)).toBe('accepted')

    const server = lab.start(GUARD.name, [process.execPath, '-e', "require('net').createServer().listen(22)"])
    const session = `setInterval(() => {}, 1000); (function open() {
      require('net').connect(22, '${GUARD.ipv4}').on('error', () => setTimeout(open, 50)) })()`
    const client = lab.start(DEVICE.name, [process.execPath, '-e', session])
    await waitUntil(
      async () => (await reason(DEVICE.ipv4)) === 'TARGET_SSH_PEER',
      10_000,
      () => 'the SSH session is not seen',
    )
    expect(await reason(DEVICE.mac, 'mac')).toBe('TARGET_SSH_PEER')
    await client.stop()
    await server.stop()
  })

  test('rolls an unconfirmed block back by its own timer', async () => {
    const startedMs = performance.now()
    await applyBlock(10)
    expect(await isReached(GUARD.ipv6)).toBe(false)
    await waitUntil(
      async () => !(await rules()).includes('NETWATCHER'),
      15_000,
      () => 'the rules are still there',
    )
    expect(performance.now() - startedMs).toBeGreaterThan(9900)
    expect(await isReached(GUARD.ipv6)).toBe(true)
  })

  test('after kill -9, --cleanup removes the rules, and a restart puts the confirmed block back', async () => {
    const { firewall } = netwatcherd
    const blockId = await applyBlock(60)
    await unary<ConfirmBlockResponse>((done) => firewall.confirmBlock({ blockId }, done))
    await netwatcherd.process.stop('SIGKILL')
    expect(await rules()).toContain(`nw:${blockId}`)
    await lab.check(GUARD.name, [process.execPath, netwatcherd.program, '--cleanup'])
    expect(await rules()).not.toContain('NETWATCHER')
    await netwatcherd.restart()
    expect(await rules()).toContain(`nw:${blockId}`)
    await netwatcherd.process.stop()
    expect(await rules()).not.toContain('NETWATCHER')
  })
})
