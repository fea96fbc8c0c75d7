/** One card for each open incident: who does what to whom, and the two things that can be done at once. */

import { Link } from 'wouter'
import type { IncidentRecord } from '../../../contract/incidents.js'
import { useFirewall } from '../../app/firewall.js'
import { useText } from '../../app/services.js'
import { SeverityBadge } from '../../components/badge.js'
import { Icon } from '../../components/icons.js'
import { Age } from '../../components/time.js'

export function IncidentCards({ incidents }: { incidents: readonly IncidentRecord[] }) {
  const { t } = useText()
  const serious = incidents.filter(({ severity }) => severity !== 'info')
  if (serious.length === 0) return null
  return (
    <ul className="incident-cards" aria-label={t('nav.incidents')}>
      {serious.map((incident) => (
        <li key={incident.id} className={`card edge-${incident.severity}`}>
          <p className="row">
            <SeverityBadge severity={incident.severity} />
            <strong>{t(`kind.${incident.kind}.title`)}</strong>
            <span className="muted">
              <Age atMs={incident.lastSeenMs} />
            </span>
          </p>
          <p className="sentence">{incident.sentence}</p>
          <div className="row">
            <Link href={`/incidents/${incident.id}`} className="button primary">
              <Icon name="search" size={18} />
              {t('home.investigate')}
            </Link>
            <BlockSuspect incident={incident} />
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Only where there is one suspect, whichever addresses it is seen with, and blocking is allowed. */
function BlockSuspect({ incident: { parties } }: { incident: IncidentRecord }) {
  const { t } = useText()
  const { firewall } = useFirewall()
  const suspects = parties.filter(({ role, mac }) => role === 'suspect' && mac !== '')
  const [suspect, ...more] = new Set(suspects.map(({ mac }) => mac))
  if (!suspect || more.length > 0 || !firewall?.isEnabled) return null
  return (
    <Link href={`/firewall?target=${encodeURIComponent(suspect)}`} className="button">
      <Icon name="firewall" size={18} />
      {t('device.block')}
    </Link>
  )
}
