/**
 * Bindings that the owner has declared: those of the configuration, which only
 * root can change, and those pinned by call, which outlive a restart.
 */

import { NetWatcherError, parseIp, parseMac, type TableStatus } from '@netwatcher/shared'
import { z } from 'zod'
import type { Binding } from '../model/host.js'
import type { FileStore } from '../os/state-directory.js'
import { jsonState, readState, stateFile } from '../os/state-file.js'

const FILE = 'pinned.json'
const MAX_PINNED = 1024

const fileSchema = z
  .array(
    z.object({
      ip: z.string().refine((text) => parseIp(text) === text, 'is not an address'),
      mac: z.string().refine((text) => parseMac(text) === text, 'is not a hardware address'),
    }),
  )
  .max(MAX_PINNED)

export class PinnedBindings {
  /** By address. */
  private readonly pinned = new Map<string, Binding>()
  private refused = 0

  constructor(
    private readonly configured: readonly Binding[],
    private readonly files: FileStore,
  ) {}

  load(): void {
    const bindings = readState(stateFile(this.files, FILE), jsonState(fileSchema))
    for (const binding of bindings ?? []) this.pinned.set(binding.ip, binding)
  }

  list(): Binding[] {
    return [...this.configured, ...this.byCall()]
  }

  byCall(): Binding[] {
    return [...this.pinned.values()].filter(({ ip }) => !this.configured.some((one) => one.ip === ip))
  }

  table(): TableStatus {
    const { size } = this.pinned
    return {
      table: 'pinned_bindings',
      entries: size,
      capacity: MAX_PINNED,
      evicted: 0,
      refused: this.refused,
    }
  }

  pin(binding: Binding): void {
    this.refuseConfigured(binding)
    if (this.pinned.size >= MAX_PINNED && !this.pinned.has(binding.ip)) {
      this.refused++
      throw new NetWatcherError(
        'resource_exhausted',
        'TOO_MANY_PINNED',
        `At most ${MAX_PINNED} can be pinned.`,
      )
    }
    this.replace([...this.others(binding.ip), binding])
  }

  unpin({ ip, mac }: Binding): void {
    this.refuseConfigured({ ip, mac })
    if (this.pinned.get(ip)?.mac !== mac) {
      throw new NetWatcherError('not_found', 'BINDING_NOT_PINNED', `${ip} is not pinned to ${mac}.`)
    }
    this.replace(this.others(ip))
  }

  private refuseConfigured({ ip }: Binding): void {
    if (!this.configured.some((one) => one.ip === ip)) return
    const message = `${ip} is pinned in the configuration of netwatcherd.`
    throw new NetWatcherError('failed_precondition', 'PINNED_IN_CONFIG', message)
  }

  private others(ip: string): Binding[] {
    return [...this.pinned.values()].filter((one) => one.ip !== ip)
  }

  /** On disk first: what cannot be kept over a restart is not promised. */
  private replace(bindings: readonly Binding[]): void {
    this.files.write(FILE, Buffer.from(JSON.stringify(bindings)))
    this.pinned.clear()
    for (const binding of bindings) this.pinned.set(binding.ip, binding)
  }
}
