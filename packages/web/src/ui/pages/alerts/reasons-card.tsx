/** What speaks for an attack or fault and what speaks for a harmless cause, side by side. */

import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'

export function ReasonsCard({ alert }: { alert: AlertRecord }) {
  const { t } = useText()
  return (
    <Card title={t('alert.reasons')} className="span-2">
      <div className="sides">
        <Side title={t('alert.reasonsFor')} className="side-for" reasons={alert.reasonsFor} />
        <Side title={t('alert.reasonsAgainst')} className="side-against" reasons={alert.reasonsAgainst} />
      </div>
      {alert.hasEvidence && <p className="muted">{t('alert.framesHint')}</p>}
    </Card>
  )
}

interface SideProps {
  title: string
  className: string
  reasons: AlertRecord['reasonsFor']
}

function Side({ title, className, reasons }: SideProps) {
  const { t } = useText()
  return (
    <section className={`side ${className}`} aria-label={title}>
      <h3>{title}</h3>
      {reasons.length === 0 && <p className="muted">{t('alert.noReasons')}</p>}
      <ul>
        {reasons.map((reason) => (
          <li key={`${reason.rule} ${reason.text}`}>
            {reason.text}
            <span className="sub">
              <code>{reason.rule}</code>
              {reason.frames.length > 0 && ` ${t('alert.frames', { frames: listFrames(reason.frames) })}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const SHOWN_FRAMES = 8

function listFrames(frames: number[]): string {
  const text = frames.slice(0, SHOWN_FRAMES).join(', ')
  return frames.length > SHOWN_FRAMES ? `${text}, …` : text
}
