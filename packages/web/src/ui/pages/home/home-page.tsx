/** Is anything watched, and is there a threat? Then who is here, what flows, and what happened today. */

import type { IncidentsResponse } from '../../../contract/incidents.js'
import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { useResource } from '../../hooks/use-resource.js'
import { ScanButton } from '../devices/scan-button.js'
import { CoverageCard } from './coverage-card.js'
import { DayCard } from './day-card.js'
import { FirstRun } from './first-run.js'
import { HereCard } from './here-card.js'
import { IncidentCards } from './incident-cards.js'
import { InternetLine, ThreatLine, WatchLine } from './lines.js'
import { ThroughputCard } from './throughput-card.js'
import { TopDestinationsCard } from './top-destinations-card.js'
import { TopTalkersCard } from './top-talkers-card.js'

const SHOWN_INCIDENTS = 6

export function HomePage() {
  const { t } = useText()
  const { data } = useResource<IncidentsResponse>('/api/incidents', {
    ...{ state: 'open', sort: '-severity', pageSize: SHOWN_INCIDENTS },
  })
  return (
    <>
      <PageHeader title={t('nav.overview')} actions={<ScanButton />} />
      <section className="lines" aria-label={t('health.label')}>
        <WatchLine />
        <ThreatLine incidents={data} />
        <InternetLine />
      </section>
      {data && <IncidentCards incidents={data.incidents} />}
      <FirstRun />
      <div className="home-grid">
        <HereCard />
        <ThroughputCard />
        <DayCard />
        <TopTalkersCard />
        <TopDestinationsCard />
        <CoverageCard />
      </div>
    </>
  )
}
