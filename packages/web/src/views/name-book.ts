/** Names for the MACs of a sentence: what a person called the device, else what it calls itself. */

import type { Party } from '@netwatcher/shared'
import type { NameOf } from '../incidents/sentence.js'
import type { Store } from '../storage/store.js'
import type { Views } from './views.js'

export class NameBook {
  constructor(
    private readonly store: Store,
    private readonly views: Views,
  ) {}

  async of(parties: readonly Pick<Party, 'mac'>[]): Promise<NameOf> {
    const macs = [...new Set(parties.map(({ mac }) => mac).filter((mac) => mac !== ''))]
    if (macs.length === 0) return () => null
    const stored = await this.store.devices.getMany(macs)
    const names = new Map(
      stored.map((one) => {
        const { mac, name, hostname } = this.views.device(one)
        return [mac, name ?? hostname]
      }),
    )
    return (mac) => names.get(mac) ?? null
  }
}
