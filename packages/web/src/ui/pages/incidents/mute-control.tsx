/** Mutes for a span that ends by itself. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'
import { useState } from 'react'
import { useText } from '../../app/services.js'
import { SelectField } from '../../components/fields.js'
import { secondsUntilMorning } from '../../format/morning.js'

const SPANS = ['hour', 'tomorrow', 'week', 'month'] as const
type Span = (typeof SPANS)[number]

const DAYS: Record<'week' | 'month', number> = { week: 7, month: 30 }

function minutesOf(span: Span): number {
  if (span === 'hour') return HOUR_MS / MINUTE_MS
  if (span === 'tomorrow') return Math.ceil(secondsUntilMorning(Date.now()) / 60)
  return (DAYS[span] * DAY_MS) / MINUTE_MS
}

export interface MuteControlProps {
  isBusy: boolean
  onMute: (minutes: number) => void
}

export function MuteControl({ isBusy, onMute }: MuteControlProps) {
  const { t } = useText()
  const [span, setSpan] = useState<Span>('tomorrow')
  return (
    <>
      <SelectField
        label={t('incident.muteUntil')}
        value={span}
        options={SPANS.map((value) => ({ value, label: t(`mute.${value}`) }))}
        onChange={(value) => setSpan(SPANS.find((one) => one === value) ?? 'tomorrow')}
      />
      <button type="button" className="button" disabled={isBusy} onClick={() => onMute(minutesOf(span))}>
        {t('incident.mute')}
      </button>
    </>
  )
}
