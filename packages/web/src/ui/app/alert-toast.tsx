/** Says aloud and shows for a while that a new alert has come, wherever the person is in the application. */

import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { SeverityBadge } from '../components/badge.js'
import { Icon } from '../components/icons.js'
import { dismissFirst, NO_ANNOUNCEMENTS, takeAlerts } from './announcements.js'
import { useLive, useText } from './services.js'
import { useStatus } from './status.js'

const SHOWN_MS = 12_000

export function AlertToast() {
  const { t } = useText()
  const { alert, more, dismiss } = useAnnouncements()
  return (
    <div className="toast-region" role="alert" aria-live="assertive">
      {alert && (
        <div className={`toast tone-${alert.severity}`}>
          <SeverityBadge severity={alert.severity} />
          <Link href={`/alerts/${alert.id}`}>
            {t(`kind.${alert.kind}.title`)} {alert.ip}
          </Link>
          {more > 0 && <span className="muted">{t('toast.more', { count: more })}</span>}
          <button type="button" className="icon-button" aria-label={t('action.dismiss')} onClick={dismiss}>
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
    </div>
  )
}

function useAnnouncements() {
  const alerts = useLive((state) => state.alerts)
  const { clockOffsetMs } = useStatus()
  const opened = useRef(Date.now())
  const [announcements, setAnnouncements] = useState(NO_ANNOUNCEMENTS)
  useEffect(() => {
    setAnnouncements((old) => takeAlerts(old, alerts.values(), opened.current + clockOffsetMs))
  }, [alerts, clockOffsetMs])
  const [alert] = announcements.waiting
  const key = alert && `${alert.id} ${alert.severity}`
  useEffect(() => {
    if (key === undefined) return
    const timer = setTimeout(() => setAnnouncements(dismissFirst), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [key])
  const dismiss = () => setAnnouncements(dismissFirst)
  return { alert: alert ?? null, more: announcements.waiting.length - 1, dismiss }
}
