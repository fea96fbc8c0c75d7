/** A practice alert like a smoke detector's button: how far it comes, in which time, or which link failed. */

import type { DrillReport } from '../../../contract/drill.js'
import { useApi, useText } from '../../app/services.js'
import { Badge, type Tone } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { ErrorNotice } from '../../components/notice.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'

const REFRESH_MS = 1_000
const TONES: Record<DrillReport['links'][number]['state'], Tone> = {
  done: 'ok',
  waiting: 'neutral',
  failed: 'critical',
}

export function DrillCard() {
  const { t } = useText()
  const api = useApi()
  const report = useResource<DrillReport>('/api/drill', {}, { refreshMs: REFRESH_MS })
  const start = useAction(async () => {
    await api.post('/api/drill/start', {})
    report.reload()
  })
  return (
    <Card title={t('drill.title')}>
      <p>{t('drill.lead')}</p>
      <ErrorNotice error={start.error} />
      <ol className="list">
        {report.data?.links.map(({ link, name, state, afterMs, text }) => (
          <li key={`${link} ${name}`}>
            <span className="grow">
              {t(`drill.${link}`)} {name}
              {text && <span className="sub">{text}</span>}
            </span>
            <Badge tone={TONES[state]}>
              {afterMs === null ? t(`drill.${state}`) : t('drill.after', { ms: afterMs })}
            </Badge>
          </li>
        ))}
      </ol>
      <DaemonButton className="button" disabled={start.isBusy} onClick={() => void start.run()}>
        {t('drill.start')}
      </DaemonButton>
    </Card>
  )
}
