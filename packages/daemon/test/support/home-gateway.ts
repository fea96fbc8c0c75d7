/**
 * A home network whose gateway is a machine with netwatcherd, and an outside
 * beyond it, in both families: what reaches what, and blocks that stand.
 */

import { credentials } from '@grpc/grpc-js'
import {
  type ApplyPlanResponse,
  type ConfirmBlockResponse,
  FirewallServiceClient,
  type GetFirewallStateResponse,
  type PlanBlockRequest,
  type PlanBlockResponse,
  type RelaxPolicyRequest,
  type RelaxPolicyResponse,
  type RevokeAllResponse,
  type Schedule,
  StandingPolicyKind,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { Lab } from '../../src/lab/lab.js'
import { Netwatcherd, planRequest, unary, waitUntil } from './netwatcherd.js'
import { type Backend, Xtables } from './xtables.js'

export const GATE = { name: 'gate', mac: '02:00:00:00:81:01', ipv4: '10.81.0.1', ipv6: 'fd81::1' }
export const CHILD = { name: 'child', mac: '02:00:00:00:81:02', ipv4: '10.81.0.2', ipv6: 'fd81::2' }
export const NEWCOMER = { name: 'newcomer', mac: '02:00:00:00:81:03', ipv4: '10.81.0.3', ipv6: 'fd81::3' }
export const OUTSIDE = { name: 'outside', ipv4: '203.0.113.9', ipv6: 'fd82::9' }
const CONFIG =
  '[capture]\ninterfaces = ["eth0"]\n[firewall]\nenabled = true\nschedules = true\nquarantine = true\n'
const NO_ONE = { confirmedUntilMs: 0n, admittedMacs: [], interfaces: [] }
const LONGEST_SECONDS = 7_776_000

export async function homeNetwork(): Promise<Lab> {
  const inside = [GATE, CHILD, NEWCOMER].map(({ name, mac, ipv4, ipv6 }) => {
    const addresses = [`${ipv4}/24`, `${ipv6}/64`]
    return name === GATE.name
      ? { name, mac, addresses, isForwarding: true }
      : { name, mac, addresses, gateway: GATE.ipv4 }
  })
  const outside = { name: OUTSIDE.name, mac: '02:00:00:00:81:09', addresses: [] }
  const lab = await Lab.create({ medium: 'switch', hosts: [...inside, outside] })
  const ip = (host: string, ...args: string[]) => lab.check(host, ['ip', ...args])
  const wan = ['type', 'veth', 'peer', 'name', 'wan', 'netns', lab.namespace(OUTSIDE.name)]
  await ip(GATE.name, 'link', 'add', 'eth1', ...wan)
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
  return lab
}

function nodad(address: string): string[] {
  return address.includes(':') ? ['nodad'] : []
}

export class HomeGateway {
  private constructor(
    readonly lab: Lab,
    readonly xtables: Xtables,
    readonly netwatcherd: Netwatcherd,
  ) {}

  /**
   * `host` has netwatcherd: the gateway, or an ordinary host of the network. Settles once the
   * gateway knows its own router, without whose MAC no device is blocked.
   */
  static async start(lab: Lab, backend: Backend, host: string = GATE.name): Promise<HomeGateway> {
    const xtables = new Xtables(backend)
    const netwatcherd = await Netwatcherd.start(lab, host, CONFIG, 'root', xtables.within)
    const home = new HomeGateway(lab, xtables, netwatcherd)
    await home.getsOut(CHILD.name)
    return home
  }

  async close(): Promise<void> {
    await this.netwatcherd.close()
    this.xtables.close()
  }

  async reaches(host: string, ...ips: string[]): Promise<boolean[]> {
    const outcomes = ips.map((ip) => this.lab.run(host, ['ping', '-n', '-c1', '-W1', ip]))
    return (await Promise.all(outcomes)).map((outcome) => outcome.type === 'exited' && outcome.code === 0)
  }

  /** By IPv4 and by IPv6. */
  inside(host: string): Promise<boolean[]> {
    return this.reaches(host, GATE.ipv4, GATE.ipv6)
  }

  outside(host: string): Promise<boolean[]> {
    return this.reaches(host, OUTSIDE.ipv4, OUTSIDE.ipv6)
  }

  /** Once neighbours have found each other again: IPv6 asks for them by packets that a block stops, too. */
  async getsOut(host: string): Promise<void> {
    await waitUntil(
      async () => (await this.outside(host)).every(Boolean),
      10_000,
      () => `${host} does not reach the outside`,
    )
  }

  /** All tables of both families. */
  async rules(): Promise<string> {
    return (await this.saved()).join('')
  }

  /** By family, as `putBack` takes them. */
  async saved(): Promise<string[]> {
    const saves = ['iptables-save', 'ip6tables-save'].map((name) => this.xtables.program(name))
    return await Promise.all(saves.map((program) => this.lab.check(this.netwatcherd.host, [program])))
  }

  async putBack([ipv4 = '', ipv6 = '']: readonly string[]): Promise<void> {
    for (const [name, input] of [
      ['iptables-restore', ipv4],
      ['ip6tables-restore', ipv6],
    ] as const) {
      await this.lab.check(this.netwatcherd.host, [this.xtables.program(name)], { input })
    }
  }

  /** As `iptables --version` names it. */
  async backend(): Promise<string> {
    const { firewall } = this.netwatcherd
    const { state } = await unary<GetFirewallStateResponse>((done) => firewall.getFirewallState({}, done))
    return state?.backend ?? ''
  }

  async stand(request: PlanBlockRequest): Promise<string> {
    const blockId = await this.apply(request)
    await this.confirm(blockId)
    return blockId
  }

  async apply(request: PlanBlockRequest): Promise<string> {
    const { firewall } = this.netwatcherd
    const { token, blockId } = await this.plan(request)
    await unary<ApplyPlanResponse>((done) => firewall.applyPlan({ token }, done))
    return blockId
  }

  plan(request: PlanBlockRequest): Promise<PlanBlockResponse> {
    return unary((done) => this.netwatcherd.firewall.planBlock(request, done))
  }

  async confirm(blockId: string): Promise<void> {
    const { firewall } = this.netwatcherd
    await unary<ConfirmBlockResponse>((done) => firewall.confirmBlock({ blockId }, done))
  }

  async relax(blockId: string, relaxation: RelaxPolicyRequest['relaxation']): Promise<void> {
    const { firewall } = this.netwatcherd
    await unary<RelaxPolicyResponse>((done) => firewall.relaxPolicy({ blockId, relaxation }, done))
  }

  lift(blockId: string, durationMs: number): Promise<void> {
    return this.relax(blockId, { $case: 'liftedUntilMs', value: BigInt(Date.now() + durationMs) })
  }

  admit(blockId: string, mac: string): Promise<void> {
    return this.relax(blockId, { $case: 'admittedMac', value: mac })
  }

  async endAll(): Promise<void> {
    const client = new FirewallServiceClient(
      `unix:${this.netwatcherd.adminPath}`,
      credentials.createInsecure(),
    )
    await unary<RevokeAllResponse>((done) => client.revokeAll({}, done)).finally(() => client.close())
  }

  /** A kill -9 and a new start; what the rules were meanwhile is given. */
  async killed(): Promise<string> {
    await this.netwatcherd.process.stop('SIGKILL')
    const meanwhile = await this.rules()
    await this.netwatcherd.restart()
    return meanwhile
  }

  /** As the unit does it once there is no daemon. */
  async cleanUp(): Promise<void> {
    const { host, program } = this.netwatcherd
    await this.lab.check(host, [...this.xtables.within, process.execPath, program, '--cleanup'])
  }
}

/** All of one device, for half an hour. */
export function pause({ mac, ipv4, ipv6 }: { mac: string; ipv4: string; ipv6: string }): PlanBlockRequest {
  const cidrs = [ipv4, ipv6].map((value) => ({ $case: 'cidr' as const, value }))
  return planRequest([{ $case: 'mac', value: mac }, ...cidrs], 1800, 60)
}

/** All day, every day, on the clock of the far east. */
export function always(mac: string = CHILD.mac): PlanBlockRequest {
  const slots = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 0 }))
  return scheduled({ slots, exceptions: [], timeZone: 'Asia/Jakarta' }, mac)
}

export function scheduled(schedule: Schedule, mac: string = CHILD.mac): PlanBlockRequest {
  const request = planRequest([{ $case: 'mac', value: mac }], LONGEST_SECONDS, 60)
  return { ...request, schedule, policy: { ...NO_ONE, kind: StandingPolicyKind.SCHEDULE } }
}

export function quarantine(link: string, ...admittedMacs: string[]): PlanBlockRequest {
  const policy = { ...NO_ONE, kind: StandingPolicyKind.QUARANTINE, interfaces: [link], admittedMacs }
  return { ...planRequest([], LONGEST_SECONDS, 60), policy }
}
