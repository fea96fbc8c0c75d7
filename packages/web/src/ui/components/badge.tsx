/** Short coloured words: the colour repeats what the word says, never replaces it. */

import type { Severity } from '@netwatcher/shared'
import type { ReactNode } from 'react'
import { useText } from '../app/services.js'
import { Icon, type IconName } from './icons.js'

export type Tone = 'neutral' | 'ok' | 'info' | 'warning' | 'critical'

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge tone-${tone}`}>{children}</span>
}

const SEVERITY_ICONS: Record<Severity, IconName> = { info: 'info', warning: 'warning', critical: 'warning' }

export function SeverityBadge({ severity }: { severity: Severity }) {
  const { t } = useText()
  return (
    <Badge tone={severity}>
      <Icon name={SEVERITY_ICONS[severity]} size={14} />
      {t(`severity.${severity}`)}
    </Badge>
  )
}
