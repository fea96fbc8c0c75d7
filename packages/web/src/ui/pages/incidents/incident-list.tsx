/** Incidents of one severity, each with a box to select it. */

import type { Severity } from '@netwatcher/shared'
import { useId } from 'react'
import { Link } from 'wouter'
import type { IncidentRecord } from '../../../contract/incidents.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import { Age } from '../../components/time.js'
import { isMomentary } from '../alerts/alert-state.js'

export interface IncidentListProps {
  severity: Severity
  incidents: IncidentRecord[]
  selected: ReadonlySet<string>
  onSelect: (id: string) => void
}

export function IncidentList({ severity, incidents, selected, onSelect }: IncidentListProps) {
  const { t } = useText()
  const headingId = useId()
  if (incidents.length === 0) return null
  return (
    <section className="card" aria-labelledby={headingId}>
      <div className="card-head">
        <h2 id={headingId} className="row">
          {t(`severity.${severity}`)}
        </h2>
        <span className="muted num">{incidents.length}</span>
      </div>
      <ul className="list incidents">
        {incidents.map((incident) => (
          <li key={incident.id} className={`edge-${incident.state === 'open' ? severity : 'none'}`}>
            <label className="pick">
              <input
                type="checkbox"
                checked={selected.has(incident.id)}
                onChange={() => onSelect(incident.id)}
                aria-label={t('incidents.select', { sentence: incident.sentence })}
              />
            </label>
            <Row incident={incident} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ incident }: { incident: IncidentRecord }) {
  const { t, plural } = useText()
  return (
    <Link href={`/incidents/${incident.id}`} className="incident-row">
      <span className="row">
        <strong>{t(`kind.${incident.kind}.title`)}</strong>
        <IncidentState incident={incident} />
      </span>
      <span>{incident.sentence}</span>
      <span className="muted">
        {plural('incidents.alerts', incident.alerts)} · <Age atMs={incident.lastSeenMs} />
      </span>
    </Link>
  )
}

/** What happens once neither goes on nor ends. */
export function IncidentState({ incident }: { incident: IncidentRecord }) {
  const { t } = useText()
  const { kind, state, severity } = incident
  if (state === 'ended' && isMomentary(kind)) return null
  if (state === 'open' && isMomentary(kind)) return <Badge tone={severity}>{t('incident.state.open')}</Badge>
  return (
    <>
      {state !== 'open' && <Badge>{t(`incident.state.${state}`)}</Badge>}
      {state !== 'ended' && <Badge tone={severity}>{t('alert.active')}</Badge>}
    </>
  )
}
