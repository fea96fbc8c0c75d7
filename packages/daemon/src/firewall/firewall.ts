/**
 * The firewall: plan, apply, confirm, and undo by itself. What is wanted is one
 * list of blocks; the rules, the file and the next time to wake follow from it.
 * All changes go through one queue, so that no two callers work from the same
 * state. What takes away is done in the list first, and tried again until the
 * rules have followed; what adds is done only if both families took it.
 */

import { errorMessage, NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import type { BlockView, FirewallView } from '../model/firewall.js'
import type { IptablesRunner } from '../os/iptables.js'
import type { Logger } from '../os/log.js'
import type { AuditAction, AuditEntry, AuditLog } from './audit-log.js'
import type { ActiveBlock, BlockRule } from './block.js'
import { BlockList } from './block-list.js'
import type { BlockStore, StoredBlock } from './block-store.js'
import { cleanupFirewall } from './cleanup.js'
import type { FirewallClock } from './clock.js'
import { Enforcer } from './enforcer.js'
import { checkGuards, type GuardFactsProvider } from './guard.js'
import { Keeper } from './keeper.js'
import { PLAN_LIFETIME_MS, type Plan, PlanStore } from './plan-store.js'
import { allBlockRules, FAMILIES, type RuleTexts } from './rules.js'
import { SerialQueue } from './serial-queue.js'
import { findObstacle, type Obstacle, settleStored } from './startup.js'
import { type BlockRequest, checkRequest } from './target.js'
import { blockWarnings } from './warnings.js'

export interface FirewallDependencies {
  /** From the configuration, which only root can change. */
  isAllowed: boolean
  iptables: IptablesRunner
  guardFacts: GuardFactsProvider
  store: BlockStore
  audit: AuditLog
  clock: FirewallClock
  randomBytes: (count: number) => Buffer
  log: Logger
  /** Called after every change of the blocks. */
  onChange: (view: FirewallView) => void
}

export interface BlockPlan {
  token: string
  blockId: string
  texts: RuleTexts
  addedRules: string[]
  warnings: string[]
  /** Wall clock. */
  tokenExpiresMs: number
  confirmMs: number
  lifetimeMs: number
}

const NOT_ALLOWED: Obstacle = {
  reason: 'FIREWALL_DISABLED',
  detail: 'The firewall is switched off in the configuration of netwatcherd (firewall.enabled).',
}
const STOPPED: Obstacle = { reason: 'FIREWALL_STOPPED', detail: 'The daemon is not running.' }

export class Firewall {
  readonly #queue = new SerialQueue()
  readonly #enforcer: Enforcer
  readonly #plans: PlanStore
  readonly #blocks: BlockList
  readonly #keeper: Keeper
  #backend = ''
  #obstacle: Obstacle | null = STOPPED

  constructor(private readonly deps: FirewallDependencies) {
    this.#enforcer = new Enforcer(deps.iptables)
    this.#plans = new PlanStore(() => deps.randomBytes(32).toString('base64url'))
    this.#blocks = new BlockList(deps.store, deps.clock)
    this.#keeper = new Keeper(this.#enforcer, this.#blocks, deps.clock, () => this.#wake())
  }

  /**
   * Removes what an earlier run left, and puts its confirmed blocks back for the
   * rest of their time. A firewall that cannot be used does not stop the daemon.
   */
  start(): Promise<void> {
    return this.#queue.run(async () => {
      try {
        this.#obstacle = await this.#begin()
      } catch (error) {
        this.#obstacle = { reason: 'FIREWALL_NOT_STARTED', detail: errorMessage(error) }
        await cleanupFirewall(this.deps.iptables).catch(() => false)
      }
      if (this.#obstacle && this.deps.isAllowed) {
        this.deps.log.warn('the firewall cannot be used', { ...this.#obstacle })
      }
    })
  }

  /** Takes all rules away. Confirmed blocks stay on file for the next start. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      this.#keeper.cancel()
      const wasUsable = this.#obstacle === null
      this.#obstacle = STOPPED
      if (wasUsable) await this.#enforcer.converge([])
    })
  }

  view(): FirewallView {
    return {
      isEnabled: this.#obstacle === null,
      detail: this.#obstacle?.detail ?? '',
      backend: this.#backend,
      blocks: this.#blocks.all.map((block) => this.#blocks.view(block)),
    }
  }

  /** Newest first. */
  auditEntries(count: number): AuditEntry[] {
    return this.deps.audit.newest(count)
  }

  plan(request: BlockRequest): Promise<BlockPlan> {
    return this.#change(async () => {
      const checked = checkRequest(request)
      const facts = await this.deps.guardFacts.read()
      checkGuards(checked.target, facts)
      this.#blocks.checkRoom(checked.target.text)
      const rule: BlockRule = { id: this.deps.randomBytes(8).toString('hex'), target: checked.target }
      const texts = await this.#enforcer.preview([...this.#blocks.all, rule])
      const token = this.#plans.add({ ...checked, ...rule, texts }, this.deps.clock.monotonicMs())
      this.#record('plan', rule, checked.reason)
      return {
        token,
        blockId: rule.id,
        texts,
        addedRules: allBlockRules(rule),
        warnings: blockWarnings(checked.target, facts),
        tokenExpiresMs: this.deps.clock.wallMs() + PLAN_LIFETIME_MS,
        confirmMs: checked.confirmMs,
        lifetimeMs: checked.lifetimeMs,
      }
    })
  }

  apply(token: string): Promise<BlockView> {
    return this.#change(async () => {
      const plan = this.#plans.take(token, this.deps.clock.monotonicMs())
      checkGuards(plan.target, await this.deps.guardFacts.read())
      this.#blocks.checkRoom(plan.target.text)
      await this.#checkUpToDate(plan)
      const block = await this.#enforce(plan)
      this.#record('apply', block, `to be confirmed within ${plan.confirmMs / SECOND_MS} s`)
      this.#changed()
      return this.#blocks.view(block)
    })
  }

  confirm(id: string): Promise<BlockView> {
    return this.#change(async () => {
      const block = this.#blocks.find(id)
      if (block.state === 'confirmed') {
        throw new NetWatcherError(
          'failed_precondition',
          'BLOCK_CONFIRMED',
          'This block is confirmed already.',
        )
      }
      const endsMs = this.deps.clock.monotonicMs() + block.lifetimeMs
      const confirmed: ActiveBlock = { ...block, state: 'confirmed', endsMs }
      this.#blocks.replace(this.#blocks.all.map((one) => (one === block ? confirmed : one)))
      this.#keeper.schedule()
      this.#record('confirm', block, `for ${block.lifetimeMs / SECOND_MS} s`)
      this.#changed()
      return this.#blocks.view(confirmed)
    })
  }

  revoke(id: string): Promise<FirewallView> {
    return this.#change(async () => {
      this.#remove([this.#blocks.find(id)], () => 'revoke')
      await this.#keeper.follow()
      return this.view()
    })
  }

  /** Runs a verb alone, and only while the firewall can be used. A refusal goes on record. */
  async #change<T>(verb: () => Promise<T>): Promise<T> {
    if (this.#queue.isFull) {
      const message = 'Too many firewall requests are waiting: try again.'
      throw new NetWatcherError('resource_exhausted', 'FIREWALL_BUSY', message)
    }
    return this.#queue.run(async () => {
      try {
        if (!this.#obstacle) return await verb()
        throw new NetWatcherError('failed_precondition', this.#obstacle.reason, this.#obstacle.detail)
      } catch (error) {
        this.#record('refuse', null, errorMessage(error))
        throw error
      }
    })
  }

  async #checkUpToDate(plan: Plan): Promise<void> {
    const texts = await this.#enforcer.preview([...this.#blocks.all, plan])
    if (FAMILIES.every((family) => texts[family] === plan.texts[family])) return
    const message = 'The firewall has changed since this was planned: plan again.'
    throw new NetWatcherError('failed_precondition', 'PLAN_OUTDATED', message)
  }

  async #enforce({ id, target, reason, lifetimeMs, confirmMs, texts }: Plan): Promise<ActiveBlock> {
    const endsMs = this.deps.clock.monotonicMs() + confirmMs
    const times = { appliedMs: this.deps.clock.wallMs(), lifetimeMs, confirmByMs: endsMs, endsMs }
    const block: ActiveBlock = { id, target, reason, state: 'applied', ...times }
    const before = this.#blocks.all
    this.#blocks.replace([...before, block])
    try {
      await this.#enforcer.apply(texts, before)
    } catch (error) {
      this.#blocks.remove([block])
      // Has the rules looked at again, in case they could not be put back either.
      await this.#keeper.follow().catch(() => false)
      throw error
    }
    this.#keeper.schedule()
    return block
  }

  #wake(): void {
    const work = this.#queue.run(async () => {
      if (this.#obstacle) return
      const now = this.deps.clock.monotonicMs()
      const due = this.#blocks.all.filter((block) => block.endsMs <= now)
      const isCatchingUp = due.length > 0 || this.#keeper.isBehind
      this.#remove(due, (block) => (block.state === 'applied' ? 'rollback' : 'expire'))
      if (!(await this.#keeper.follow()) || isCatchingUp) return
      this.#record('reconcile', null, 'the rules had been changed by somebody else and were put right')
      this.#changed()
    })
    work.catch((error: unknown) => this.#reportBehind(error))
  }

  async #begin(): Promise<Obstacle | null> {
    this.deps.audit.load()
    const { blocks: stored, damage } = this.deps.store.load(this.deps.clock.wallMs())
    if (damage !== '') this.#record('refuse', null, `the file of blocks was damaged, set aside: ${damage}`)
    if (!this.deps.isAllowed) {
      if (stored.length > 0) await this.#abandon(stored)
      return NOT_ALLOWED
    }
    this.#backend = (await this.deps.iptables.version()) ?? ''
    const obstacle = await findObstacle(this.deps.iptables)
    if (!obstacle) await this.#resume(stored)
    return obstacle
  }

  async #resume(stored: StoredBlock[]): Promise<void> {
    const facts = await this.deps.guardFacts.read()
    const kept: ActiveBlock[] = []
    for (const block of stored) {
      const settled = settleStored(block, facts, this.deps.clock.monotonicMs())
      if ('keep' in settled) kept.push(settled.keep)
      else this.#record(settled.action, settled.drop, settled.detail)
    }
    if (stored.length > 0) this.#blocks.replace(kept)
    await this.#keeper.follow().catch((error: unknown) => this.#reportBehind(error))
  }

  /** The configuration does not allow the firewall any more: an earlier run's rules must go all the same. */
  async #abandon(stored: StoredBlock[]): Promise<void> {
    await cleanupFirewall(this.deps.iptables)
    for (const block of stored) this.#record('cleanup', block, 'the firewall was switched off')
    this.#blocks.replace([])
  }

  #remove(gone: readonly ActiveBlock[], action: (block: ActiveBlock) => AuditAction): void {
    if (gone.length === 0) return
    for (const block of gone) this.#record(action(block), block, '')
    if (!this.#blocks.remove(gone)) this.deps.log.error('the firewall state could not be saved')
    this.#changed()
  }

  #record(action: AuditAction, block: BlockRule | null, detail: string): void {
    const entry = { action, blockId: block?.id ?? '', target: block?.target.text ?? '', detail }
    this.deps.log.info('firewall', entry)
    try {
      this.deps.audit.add({ atMs: Math.round(this.deps.clock.wallMs()), ...entry })
    } catch (error) {
      this.deps.log.error('the firewall audit could not be written', { error: errorMessage(error) })
    }
  }

  /** The keeper tries again by itself. */
  #reportBehind(error: unknown): void {
    this.deps.log.error('the firewall rules could not be changed yet', { error: errorMessage(error) })
  }

  #changed(): void {
    this.deps.onChange(this.view())
  }
}
