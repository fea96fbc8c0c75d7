/** The address of a party: as its own, or as what it says of itself where somebody else holds it. */

import type { Party } from '@netwatcher/shared'
import { useText } from '../app/services.js'

export interface PartyAddressProps {
  party: Party
  /** All of the same alert or incident. */
  parties: readonly Party[]
}

export function PartyAddress({ party, parties }: PartyAddressProps) {
  const { t } = useText()
  if (party.ip === '') return null
  const address = <span className="mono">{party.ip}</span>
  return isClaimed(party, parties) ? (
    <>
      {t('party.claims')} {address}
    </>
  ) : (
    address
  )
}

export function isClaimed({ role, ip }: Party, parties: readonly Party[]): boolean {
  return role === 'suspect' && parties.some((other) => other.role === 'holder' && other.ip === ip)
}
