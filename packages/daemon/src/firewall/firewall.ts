/**
 * The firewall: plan, apply, confirm, and undo by itself. What is wanted is one
 * list of blocks; the rules, the file and the next time to wake follow from it.
 * All changes go through one queue, so that no two callers work from the same
 * state. What takes away is done in the list first, and tried again until the
 * rules have followed; what adds is done only if both families took it.
 */

import {
  errorMessage,
  NetWatcherError,
  NO_TEXT,
  render,
  saidError,
  type Text,
  text,
} from '@netwatcher/shared'
import type { Audit, AuditAction, Via } from '../model/audit.js'
import type {
  BlockPlan,
  BlockRequest,
  BlockView,
  FirewallView,
  PolicyKind,
  Quarantine,
  Relaxation,
} from '../model/firewall.js'
import type { IptablesRunner } from '../os/iptables.js'
import type { Logger } from '../os/log.js'
import { type ActiveBlock, type BlockRule, targetTexts } from './block.js'
import { BlockList } from './block-list.js'
import type { BlockStore, StoredBlock } from './block-store.js'
import { cleanupFirewall } from './cleanup.js'
import type { FirewallClock } from './clock.js'
import { Enforcer } from './enforcer.js'
import { checkGuards, type GuardFacts, type GuardFactsProvider } from './guard.js'
import { Keeper } from './keeper.js'
import { PLAN_LIFETIME_MS, type Plan, PlanStore } from './plan-store.js'
import { reachOf } from './reach.js'
import { allBlockRules, FAMILIES, type RuleTexts } from './rules.js'
import { Timetable } from './schedule.js'
import { SerialQueue } from './serial-queue.js'
import { checkAllowed, kindOf, relaxed, turn, untilTurnMs } from './standing.js'
import { findObstacle, NOT_ALLOWED, type Obstacle, obstacleOf, STOPPED, settleStored } from './startup.js'
import { type Reassessment, reassess } from './suspension.js'
import { checkRequest } from './target.js'
import { blockWarnings } from './warnings.js'

export interface FirewallDependencies {
  /** From the configuration, which only root can change. */
  isAllowed: boolean
  /** Those of standing policies that it allows. */
  allowedPolicies: readonly PolicyKind[]
  iptables: IptablesRunner
  guardFacts: GuardFactsProvider
  /** Calls back at every change of routes; gives what ends it. */
  watchRoutes: (onChange: () => void) => () => void
  store: BlockStore
  audit: Audit
  clock: FirewallClock
  /** Wall time that is believed. */
  believedMs: () => number
  randomBytes: (count: number) => Buffer
  log: Logger
  /** Called after every change of the blocks. */
  onChange: (view: FirewallView) => void
  /** A block that had become dangerous was taken out of force. */
  onSuspended: (block: BlockView) => void
}

export class Firewall {
  readonly #queue = new SerialQueue()
  readonly #timetable = new Timetable()
  readonly #enforcer: Enforcer
  readonly #plans: PlanStore
  readonly #blocks: BlockList
  readonly #keeper: Keeper
  #unwatchRoutes: (() => void) | null = null
  #backend = ''
  #obstacle: Obstacle | null = STOPPED

  constructor(private readonly deps: FirewallDependencies) {
    this.#enforcer = new Enforcer(deps.iptables)
    this.#plans = new PlanStore(() => deps.randomBytes(32).toString('base64url'))
    this.#blocks = new BlockList(deps.store, deps.clock)
    this.#keeper = new Keeper(
      this.#enforcer,
      this.#blocks,
      deps.clock,
      () => untilTurnMs(this.#blocks.all, this.#timetable, deps.believedMs()),
      () => this.#wake(),
    )
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
        this.#obstacle = obstacleOf(error, 'FIREWALL_NOT_STARTED')
        await cleanupFirewall(this.deps.iptables).catch(() => false)
      }
      if (this.#obstacle && this.deps.isAllowed) {
        const { reason, detail } = this.#obstacle
        this.deps.log.warn('the firewall cannot be used', { reason, detail: render(detail, 'en') })
      }
      this.#followRoutes()
    })
  }

  /** Takes all rules away. Confirmed blocks stay on file for the next start. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      this.#keeper.cancel()
      const wasUsable = this.#obstacle === null
      this.#obstacle = STOPPED
      this.#followRoutes()
      if (wasUsable) await this.#enforcer.converge([])
    })
  }

  view(): FirewallView {
    return {
      isEnabled: this.#obstacle === null,
      detail: this.#obstacle?.detail ?? NO_TEXT,
      backend: this.#backend,
      blocks: this.#blocks.all.map((block) => this.#blocks.view(block)),
      allowedPolicies: this.deps.isAllowed ? [...this.deps.allowedPolicies] : [],
    }
  }

  plan(request: BlockRequest, via: Via = 'group'): Promise<BlockPlan> {
    return this.#change('plan', via, async () => {
      const asked = checkRequest(request)
      checkAllowed(asked, this.deps.allowedPolicies)
      checkOverrides(asked, via)
      const facts = await this.deps.guardFacts.read()
      const checked = { ...asked, quarantine: withDns(asked.quarantine, facts) }
      checkGuards(checked, facts)
      this.#blocks.checkRoom(checked)
      const id = this.deps.randomBytes(8).toString('hex')
      const plan: Omit<Plan, 'texts'> = { ...checked, id }
      const texts = await this.#preview(plan)
      const token = this.#plans.add({ ...plan, texts }, this.deps.clock.monotonicMs())
      this.#record('plan', plan, asWritten(checked.reason), via)
      return {
        token,
        blockId: id,
        texts,
        addedRules: allBlockRules(plan),
        warnings: blockWarnings(checked, facts),
        tokenExpiresMs: this.deps.clock.wallMs() + PLAN_LIFETIME_MS,
        confirmMs: checked.confirmMs,
        lifetimeMs: checked.lifetimeMs,
        reach: reachOf(checked, facts),
      }
    })
  }

  apply(token: string, via: Via = 'group'): Promise<BlockView> {
    return this.#change('apply', via, async () => {
      const plan = this.#plans.take(token, this.deps.clock.monotonicMs())
      checkOverrides(plan, via)
      checkGuards(plan, await this.deps.guardFacts.read())
      this.#blocks.checkRoom(plan)
      await this.#checkUpToDate(plan)
      const block = await this.#enforce(plan)
      this.#record('apply', block, text('block_to_confirm', { confirm_ms: plan.confirmMs }), via)
      this.#changed()
      return this.#blocks.view(block)
    })
  }

  confirm(id: string, via: Via = 'group'): Promise<BlockView> {
    return this.#change('confirm', via, async () => {
      const block = this.#blocks.find(id)
      const isNew = block.state === 'applied'
      if (!isNew && !kindOf(block)) {
        const message = 'This block is confirmed already.'
        throw new NetWatcherError('failed_precondition', 'BLOCK_CONFIRMED', message)
      }
      const endsMs = this.deps.clock.monotonicMs() + block.lifetimeMs
      // What had no rules yet gets them as at the start of a slot: once its guards have been looked at.
      const first = block.startsIdle ? 'waiting' : 'confirmed'
      const state = isNew ? first : block.state
      const confirmed: ActiveBlock = { ...block, state, startsIdle: false, endsMs }
      this.#blocks.replace(this.#blocks.all.map((one) => (one === block ? confirmed : one)))
      this.#keeper.schedule()
      if (state === 'waiting') this.#keeper.hurry()
      this.#record('confirm', block, text('block_lasts', { lifetime_ms: block.lifetimeMs }), via)
      this.#changed()
      return this.#blocks.view(confirmed)
    })
  }

  revoke(id: string, via: Via = 'group'): Promise<FirewallView> {
    return this.#change('revoke', via, async () => {
      this.#remove([this.#blocks.find(id)], () => 'revoke', via)
      await this.#keeper.follow()
      return this.view()
    })
  }

  /** What is let through is so at once; the rules follow. */
  relax(id: string, relaxation: Relaxation, via: Via = 'group'): Promise<BlockView> {
    return this.#change('relax', via, async () => {
      const block = this.#blocks.find(id)
      const to = relaxed(block, relaxation, this.deps.believedMs())
      this.#settle(this.#blocks.all.map((one) => (one === block ? to : one)))
      this.#record('relax', block, this.#relaxationText(relaxation), via)
      this.#turn()
      await this.#keeper.follow()
      this.#changed()
      return this.#blocks.view(this.#blocks.find(id))
    })
  }

  #relaxationText(relaxation: Relaxation): Text {
    return relaxation.type === 'lift'
      ? text('schedule_lifted', { lift_ms: relaxation.untilMs - this.deps.believedMs() })
      : text('quarantine_admitted', { mac: relaxation.mac })
  }

  revokeAll(via: Via = 'group'): Promise<FirewallView> {
    return this.#change('revoke_all', via, async () => {
      this.#remove(this.#blocks.all, () => 'revoke', via)
      await this.#keeper.follow()
      return this.view()
    })
  }

  #record(action: AuditAction, block: BlockRule | null, detail: Text, via: Via = 'daemon'): void {
    this.deps.audit.record(
      action,
      block ? { blockId: block.id, targets: targetTexts(block) } : {},
      detail,
      via,
    )
  }

  /** Runs a verb alone, and only while the firewall can be used. A refusal goes on record. */
  async #change<T>(verb: string, via: Via, run: () => Promise<T>): Promise<T> {
    // Root is not kept out by those of the group who wait.
    if (via !== 'admin' && this.#queue.isFull) {
      const message = 'Too many firewall requests are waiting: try again.'
      throw new NetWatcherError('resource_exhausted', 'FIREWALL_BUSY', message)
    }
    return this.#queue.run(async () => {
      try {
        if (!this.#obstacle) return await run()
        throw saidError('failed_precondition', this.#obstacle.reason, this.#obstacle.detail)
      } catch (error) {
        this.deps.audit.refuse(verb, error, via)
        throw error
      }
    })
  }

  /** Between two slots of its own a plan changes nothing yet. */
  #preview(plan: Omit<Plan, 'texts'>): Promise<RuleTexts> {
    const added = this.#startsIdle(plan) ? [] : [plan]
    return this.#enforcer.preview([...this.#blocks.inForce, ...added])
  }

  #startsIdle({ schedule }: Pick<Plan, 'schedule'>): boolean {
    return schedule !== null && !this.#timetable.at(schedule, this.deps.believedMs()).isBlocked
  }

  async #checkUpToDate(plan: Plan): Promise<void> {
    const texts = await this.#preview(plan)
    if (FAMILIES.every((family) => texts[family] === plan.texts[family])) return
    const message = 'The firewall has changed since this was planned: plan again.'
    throw new NetWatcherError('failed_precondition', 'PLAN_OUTDATED', message)
  }

  async #enforce({ texts, confirmMs, ...checked }: Plan): Promise<ActiveBlock> {
    const endsMs = this.deps.clock.monotonicMs() + confirmMs
    const times = { appliedMs: this.deps.clock.wallMs(), confirmByMs: endsMs, endsMs }
    const startsIdle = this.#startsIdle(checked)
    const block: ActiveBlock = { ...checked, ...times, state: 'applied', suspended: NO_TEXT, startsIdle }
    const before = this.#blocks.all
    const inForce = this.#blocks.inForce
    this.#blocks.replace([...before, block])
    try {
      await this.#enforcer.apply(texts, inForce)
    } catch (error) {
      this.#settle(before)
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
      this.#remove(due, (block) => (block.state === 'applied' ? 'rollback' : 'expire'))
      const hasTurned = this.#turn()
      const hasChanged = await this.#reassess()
      const isCatchingUp = due.length > 0 || hasTurned || hasChanged || this.#keeper.isBehind
      if (!(await this.#keeper.follow()) || isCatchingUp) return
      this.#record('reconcile', null, text('rules_restored'))
      this.#changed()
    })
    work.catch((error: unknown) => this.#reportBehind(error))
  }

  /** Ends slots and begins them. True when a block has changed. */
  #turn(): boolean {
    const turns = turn(this.#blocks.all, this.#timetable, this.deps.believedMs())
    for (const { block, to } of turns) {
      this.#settle(this.#blocks.all.map((one) => (one === block ? to : one)))
      if (to.state === 'waiting') this.#record('slot_end', to, NO_TEXT)
    }
    if (turns.length > 0) this.#changed()
    return turns.length > 0
  }

  /** Looks at the guards of all blocks again. True when a block has changed. */
  async #reassess(): Promise<boolean> {
    if (this.#blocks.all.length === 0) return false
    const facts = await this.#readFacts()
    const steps = facts ? reassess(this.#blocks.all, facts) : []
    for (const step of steps) this.#follow(step)
    if (steps.length > 0) this.#changed()
    return steps.length > 0
  }

  /** Null when they cannot be read: what is in force stays so, and what is suspended, too. */
  async #readFacts(): Promise<GuardFacts | null> {
    try {
      return await this.deps.guardFacts.read()
    } catch (error) {
      this.deps.log.warn('the guards of blocks could not be checked', { error: errorMessage(error) })
      return null
    }
  }

  #follow(step: Reassessment): void {
    if (step.type === 'take_back') {
      this.#settle(this.#blocks.all.filter((block) => block !== step.block))
      this.#record('rollback', step.block, step.danger.text)
      return
    }
    this.#settle(this.#blocks.all.map((block) => (block === step.block ? step.to : block)))
    this.#record(isSlotStart(step) ? 'slot_start' : step.type, step.to, step.to.suspended)
    if (step.type === 'suspend') this.deps.onSuspended(this.#blocks.view(step.to))
  }

  async #begin(): Promise<Obstacle | null> {
    const { blocks: stored, damage } = this.deps.store.load(this.deps.clock.wallMs())
    if (damage !== '') this.#record('refuse', null, text('blocks_damaged', { text: damage }))
    if (!this.deps.isAllowed) {
      if (stored.length > 0) await this.#abandon(stored)
      return NOT_ALLOWED
    }
    this.#backend = (await this.deps.iptables.version()) ?? ''
    const obstacle = await findObstacle(this.deps.iptables)
    if (!obstacle) await this.#resume(stored)
    return obstacle
  }

  /** Nothing is put back before its guards have been looked at. */
  async #resume(stored: StoredBlock[]): Promise<void> {
    const kept: ActiveBlock[] = []
    for (const block of stored) {
      const settled = settleStored(block, this.deps.clock.monotonicMs(), this.deps.allowedPolicies)
      if ('keep' in settled) kept.push(settled.keep)
      else this.#record(settled.action, settled.drop, settled.detail)
    }
    if (stored.length > 0) this.#blocks.replace(kept)
    this.#turn()
    const facts = kept.length > 0 ? await this.#readFacts() : null
    if (facts) for (const step of reassess(this.#blocks.all, facts)) this.#follow(step)
    else this.#suspendAll()
    await this.#keeper.follow().catch((error: unknown) => this.#reportBehind(error))
  }

  /** Until the guards can be checked: they are tried again with every look at the rules. */
  #suspendAll(): void {
    const suspended = text('block_not_checked')
    const isWaiting = ({ state }: ActiveBlock) => state === 'waiting'
    this.#settle(
      this.#blocks.all.map((block) =>
        isWaiting(block) ? block : { ...block, state: 'suspended', suspended },
      ),
    )
    for (const block of this.#blocks.all) if (!isWaiting(block)) this.#record('suspend', block, suspended)
  }

  /** The configuration does not allow the firewall any more: an earlier run's rules must go all the same. */
  async #abandon(stored: StoredBlock[]): Promise<void> {
    await cleanupFirewall(this.deps.iptables)
    for (const block of stored) this.#record('cleanup', block, text('firewall_switched_off'))
    this.#blocks.replace([])
  }

  #remove(
    gone: readonly ActiveBlock[],
    action: (block: ActiveBlock) => AuditAction,
    via: Via = 'daemon',
  ): void {
    if (gone.length === 0) return
    for (const block of gone) this.#record(action(block), block, NO_TEXT, via)
    this.#settle(this.#blocks.all.filter((block) => !gone.includes(block)))
    this.#changed()
  }

  /** What takes away does not wait for the disk. */
  #settle(blocks: readonly ActiveBlock[]): void {
    if (!this.#blocks.settle(blocks)) this.deps.log.error('the firewall state could not be saved')
  }

  /** The keeper tries again by itself. */
  #reportBehind(error: unknown): void {
    this.deps.log.error('the firewall rules could not be changed yet', { error: errorMessage(error) })
  }

  #changed(): void {
    this.#followRoutes()
    this.deps.onChange(this.view())
  }

  /** Routes are watched only while there are blocks that they may concern. */
  #followRoutes(): void {
    const isNeeded = this.#obstacle === null && this.#blocks.all.length > 0
    if (isNeeded) this.#unwatchRoutes ??= this.deps.watchRoutes(() => this.#keeper.hurry())
    else {
      this.#unwatchRoutes?.()
      this.#unwatchRoutes = null
    }
  }
}

/** A guard is overridden where only root gets in. */
function checkOverrides({ overrideMacs }: Pick<Plan, 'overrideMacs'>, via: Via): void {
  if (overrideMacs.length === 0 || via === 'admin') return
  const message = 'Guards can be overridden on the root-only socket alone (admin.sock).'
  throw new NetWatcherError('permission_denied', 'OVERRIDE_NOT_ALLOWED', message)
}

function asWritten(sentence: string): Text {
  return sentence === '' ? NO_TEXT : text('as_written', { text: sentence })
}

function isSlotStart({ type, block }: Reassessment): boolean {
  return type === 'resume' && block.suspended.rule === 'slot_not_checked'
}

/** As they are when it is planned: from then on they are part of what was shown. */
function withDns(quarantine: Quarantine | null, { dnsServers }: GuardFacts): Quarantine | null {
  return quarantine && { ...quarantine, dnsServers }
}
