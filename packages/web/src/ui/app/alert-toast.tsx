/** Says aloud and shows for a while that a new alert has come, wherever the person is in the application. */

import type { Severity } from '@netwatcher/shared'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { AlertRecord } from '../../contract/alerts.js'
import { SeverityBadge } from '../components/badge.js'
import { Icon } from '../components/icons.js'
import { useLive, useText } from './services.js'

const SHOWN_MS = 12_000
const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

export function AlertToast() {
  const { t } = useText()
  const alert = useNewestAlert()
  const [dismissed, setDismissed] = useState('')
  useEffect(() => {
    if (!alert) return
    const timer = setTimeout(() => setDismissed(keyOf(alert)), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [alert])

  const isShown = alert !== null && keyOf(alert) !== dismissed
  return (
    <div className="toast-region" role="alert" aria-live="assertive">
      {isShown && (
        <div className={`toast tone-${alert.severity}`}>
          <SeverityBadge severity={alert.severity} />
          <Link href={`/alerts/${alert.id}`}>
            {t(`kind.${alert.kind}.title`)} {alert.ip}
          </Link>
          <button
            type="button"
            className="icon-button"
            aria-label={t('action.dismiss')}
            onClick={() => setDismissed(keyOf(alert))}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
    </div>
  )
}

/** An alert that has become worse is announced again. */
function keyOf(alert: AlertRecord): string {
  return `${alert.id} ${alert.severity}`
}

/** The newest warning or worse that is not announced yet; a critical one is not replaced by a lesser one. */
function useNewestAlert(): AlertRecord | null {
  const alerts = useLive((state) => state.alerts)
  const announced = useRef(new Set<string>())
  const [newest, setNewest] = useState<AlertRecord | null>(null)
  useEffect(() => {
    for (const { record: alert } of alerts.values()) {
      const key = keyOf(alert)
      if (announced.current.has(key) || alert.severity === 'info') continue
      if (alert.state !== 'active' || alert.acknowledgedMs !== null) continue
      announced.current.add(key)
      setNewest((old) => (old && RANK[old.severity] > RANK[alert.severity] ? old : alert))
    }
  }, [alerts])
  return newest
}
