/** Is all well? One sentence, then who is here, what flows, who talks most, and what cannot be seen from here. */

import { useText } from '../../app/services.js'
import { PageHeader } from '../../components/card.js'
import { ScanButton } from '../devices/scan-button.js'
import { CoverageCard } from './coverage-card.js'
import { OpenAlertsCard } from './open-alerts-card.js'
import { StateSentence } from './state-sentence.js'
import { ThroughputCard } from './throughput-card.js'
import { Tiles } from './tiles.js'
import { TopTalkersCard } from './top-talkers-card.js'

export function OverviewPage() {
  const { t } = useText()
  return (
    <>
      <PageHeader title={t('nav.overview')} actions={<ScanButton />} />
      <StateSentence />
      <Tiles />
      <div className="grid">
        <ThroughputCard />
        <div className="column">
          <OpenAlertsCard />
          <CoverageCard />
        </div>
        <TopTalkersCard />
      </div>
    </>
  )
}
