/** Who stands where: whoever is concerned, the suspect, and who holds the address, side by side. */

import type { Role } from '@netwatcher/shared'
import type { IncidentRecord } from '../../../contract/incidents.js'
import { useText } from '../../app/services.js'
import { DeviceRef } from '../../components/device-ref.js'
import { Icon } from '../../components/icons.js'
import { PartyAddress } from '../../components/party-address.js'

type Party = IncidentRecord['parties'][number]

/** Traffic goes from left to right. */
const ORDER: readonly Role[] = ['affected', 'suspect', 'holder']
const SHOWN = 3

export function Diagram({ incident }: { incident: IncidentRecord }) {
  const roles = ORDER.filter((role) => incident.parties.some((party) => party.role === role))
  if (roles.length < 2) return null
  return (
    <ul className="diagram">
      {roles.map((role, index) => (
        <li key={role}>
          {index > 0 && <Icon name="arrowRight" size={28} />}
          <Node role={role} all={incident.parties} />
        </li>
      ))}
    </ul>
  )
}

function Node({ role, all }: { role: Role; all: Party[] }) {
  const { t, plural } = useText()
  const parties = all.filter((party) => party.role === role)
  const [first] = parties
  const more = parties.length - SHOWN
  return (
    <div className={`node node-${role}`}>
      <span className="muted">{t(`role.${role}`)}</span>
      {parties.slice(0, SHOWN).map((party) => (
        <span key={`${party.mac} ${party.ip}`}>
          {party.mac ? <DeviceRef mac={party.mac} /> : null}
          <span className="sub">
            <PartyAddress party={party} parties={all} />
          </span>
        </span>
      ))}
      {more > 0 && <span className="muted">{plural('device.moreAddresses', more)}</span>}
      {role === 'suspect' && first && <span className="muted">{t(`certainty.${first.certainty}`)}</span>}
    </div>
  )
}
