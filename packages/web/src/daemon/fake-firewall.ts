/** The fake daemon's firewall: plans, tokens and blocks without any rule being set. */

import type {
  AuditEntry,
  Block,
  BlockTarget,
  FirewallState,
  PlanBlockRequest,
  PlanBlockResponse,
  Reach,
  RelaxPolicyRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'

export class FakeFirewall {
  readonly audit: AuditEntry[] = []
  private readonly plans = new Map<
    string,
    { block: Block; confirmSeconds: number; lifetimeSeconds: number }
  >()
  /** As on a machine that is nobody's gateway. */
  reach: Reach = {
    cutsInternet: false,
    ownAddresses: ['192.168.1.5'],
    ownSubnets: ['192.168.1.0/24'],
    servedSubnets: [],
    dnsServers: [],
  }
  private blocks: Block[] = []
  private planned = 0

  constructor(private readonly nowMs: () => number) {}

  state(): FirewallState {
    return {
      isEnabled: true,
      detail: undefined,
      backend: 'iptables v1.8.9 (fake)',
      blocks: this.blocks,
      allowedPolicies: [1, 2],
    }
  }

  plan(request: PlanBlockRequest): PlanBlockResponse {
    const { confirmSeconds, lifetimeSeconds, reason } = request
    const id = (++this.planned).toString(16).padStart(16, '0')
    const token = `token-${id}`
    const rules = targetTexts(request).map(
      (target) => `-A NETWATCHER-INPUT -s ${target} -m comment --comment nw:${id} -j DROP`,
    )
    const times = { appliedMs: 0n, confirmByMs: 0n, expiresMs: 0n }
    const { targets, schedule, policy } = request
    const standing = { schedule, policy, suspended: undefined }
    const block: Block = { id, targets, state: 1, reason, rules, ...times, ...standing }
    this.plans.set(token, { block, confirmSeconds, lifetimeSeconds })
    this.note('plan', block)
    return {
      token,
      blockId: id,
      ipv4Rules: `*filter\n${rules.join('\n')}\nCOMMIT\n`,
      ipv6Rules: '',
      addedRules: rules,
      warnings: [{ rule: 'block_scope_own', params: { targets: targetTexts(request).join(', ') } }],
      tokenExpiresMs: BigInt(this.nowMs() + 300_000),
      confirmSeconds,
      lifetimeSeconds,
      reach: this.reach,
    }
  }

  apply(token: string): Block {
    const plan = this.plans.get(token)
    if (!plan) throw new Error('There is no such plan.')
    this.plans.delete(token)
    const now = this.nowMs()
    const block = {
      ...plan.block,
      appliedMs: BigInt(now),
      confirmByMs: BigInt(now + plan.confirmSeconds * 1000),
      expiresMs: BigInt(now + plan.lifetimeSeconds * 1000),
    }
    this.blocks = [...this.blocks, block]
    this.note('apply', block)
    return block
  }

  confirm(id: string): Block {
    const block: Block = { ...this.find(id), state: 2 }
    this.blocks = this.blocks.map((one) => (one.id === id ? block : one))
    this.note('confirm', block)
    return block
  }

  relax({ blockId, relaxation }: RelaxPolicyRequest): Block {
    const found = this.find(blockId)
    const { schedule, policy } = found
    const admitted = relaxation?.$case === 'admittedMac' ? [relaxation.value] : []
    const lifted = relaxation?.$case === 'liftedUntilMs' ? [relaxation.value] : []
    const exceptions = lifted.map((untilMs) => ({ fromMs: BigInt(this.nowMs()), untilMs, isBlocked: false }))
    const block: Block = {
      ...found,
      schedule: schedule && { ...schedule, exceptions: [...schedule.exceptions, ...exceptions] },
      policy: policy && { ...policy, admittedMacs: [...policy.admittedMacs, ...admitted] },
    }
    this.blocks = this.blocks.map((one) => (one === found ? block : one))
    this.note('relax', block)
    return block
  }

  revokeAll(): FirewallState {
    for (const block of this.blocks) this.note('revoke', block)
    this.blocks = []
    return this.state()
  }

  revoke(id: string): FirewallState {
    this.note('revoke', this.find(id))
    this.blocks = this.blocks.filter((one) => one.id !== id)
    return this.state()
  }

  private find(id: string): Block {
    const block = this.blocks.find((one) => one.id === id)
    if (!block) throw new Error('There is no such block.')
    return block
  }

  private note(action: string, block: Block): void {
    const targets = targetTexts(block)
    const atMs = BigInt(this.nowMs())
    this.audit.unshift({
      atMs,
      firstMs: atMs,
      action,
      blockId: block.id,
      targets,
      detail: undefined,
      via: 'group',
      verb: '',
      reason: '',
      count: 1,
    })
  }
}

function targetTexts({ targets }: { targets: BlockTarget[] }): string[] {
  return targets.map(({ target }) => target?.value ?? '')
}
