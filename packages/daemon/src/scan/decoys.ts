/** The decoys of one interface, which follow what the daemon says of it. */

import type { DecoyStatus } from '../model/decoy.js'
import type { InterfaceFacts } from '../model/interface.js'
import type { Packet } from '../wire/packet.js'
import { Decoy } from './decoy.js'
import type { ScannerDependencies } from './scan-context.js'

export interface DecoysOptions {
  /** MAC that is known for an address; empty when it was never used. */
  holderOf: (ip: string) => string
  /** One was taken up or given up. */
  onChange: () => void
}

export class Decoys {
  private decoys: Decoy[] = []
  private ownMac = ''

  constructor(
    private readonly dependencies: ScannerDependencies,
    private readonly options: DecoysOptions,
  ) {}

  /** Those that stay keep their state; with another MAC all begin anew. */
  setFacts(facts: InterfaceFacts): void {
    const { mac, decoys } = facts
    const isSame = mac === this.ownMac
    const kept = this.decoys.filter(({ ip }) => isSame && decoys.includes(ip))
    for (const one of this.decoys) if (!kept.includes(one)) one.stop()
    const added = decoys.filter((ip) => kept.every((one) => one.ip !== ip))
    const begun = added.map((ip) => new Decoy(ip, facts, this.dependencies, () => this.options.onChange()))
    this.ownMac = mac
    this.decoys = [...kept, ...begun]
    for (const one of begun) one.start(this.options.holderOf(one.ip))
  }

  observe(packet: Packet): void {
    for (const one of this.decoys) one.observe(packet)
  }

  /** The addresses that are answered for now. */
  held(): string[] {
    return this.decoys.filter(({ state }) => state === 'held').map(({ ip }) => ip)
  }

  statuses(): DecoyStatus[] {
    return this.decoys.map(({ ip, state, claimant }) => ({ ip, state, claimant }))
  }

  stop(): void {
    for (const one of this.decoys) one.stop()
  }
}
