/** What happened when, and what was done about it; the newest first. */

import { Link } from 'wouter'
import type { IncidentDetail } from '../../../contract/incidents.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { DateTime } from '../../components/time.js'
import { formatDateTime } from '../../format/time.js'
import { translateWord } from '../../i18n/language.js'

type Entry = IncidentDetail['timeline'][number]

export function TimelineCard({ timeline }: { timeline: IncidentDetail['timeline'] }) {
  const { t } = useText()
  return (
    <Card title={t('incident.timeline')} className="span-2">
      <ol className="list timeline">
        {timeline.toReversed().map((entry) => (
          <li key={`${entry.atMs} ${entry.kind} ${entry.ref} ${entry.text}`}>
            <span className="muted">
              <DateTime atMs={entry.atMs} />
            </span>
            <span className="grow">
              <EntryText entry={entry} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function EntryText({ entry: { kind, text, ref } }: { entry: Entry }) {
  const translator = useText()
  const { t, language } = translator
  if (kind === 'alert') {
    return (
      <>
        <Link href={`/alerts/${ref}`}>{t('timeline.alert')}</Link>: {text}
      </>
    )
  }
  if (kind === 'notified')
    return <>{[t('timeline.notified', { channel: ref }), text].filter(Boolean).join(': ')}</>
  const word = translateWord(translator, 'timeline', kind)
  if ((kind === 'muted' || kind === 'snoozed') && ref !== '0') {
    return (
      <>
        {word}: {formatDateTime(Number(ref), language)}
      </>
    )
  }
  return <>{[word, text || (kind === 'acknowledged' ? ref : '')].filter(Boolean).join(': ')}</>
}
