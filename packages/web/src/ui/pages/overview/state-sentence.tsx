/** The verdict of `judgeHealth` in words, with where to go next. */

import { Link } from 'wouter'
import { useOpenAlerts } from '../../app/open-alerts.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import type { Tone } from '../../components/badge.js'
import { Icon } from '../../components/icons.js'
import { formatDuration } from '../../format/time.js'
import { useNow } from '../../hooks/use-now.js'
import type { Translator } from '../../i18n/language.js'
import { type Health, judgeHealth } from './health.js'

export function StateSentence() {
  const translator = useText()
  const openAlerts = useOpenAlerts()
  const { isDaemonConnected, sensors, clockOffsetMs } = useStatus()
  const nowMs = useNow(5000) + clockOffsetMs
  const health = judgeHealth({ isDaemonConnected, sensors, openAlerts, nowMs })
  const { tone, title, text, link } = describe(health, translator, nowMs)
  return (
    <section className={`verdict tone-${tone}`} aria-label={translator.t('health.label')}>
      <Icon name={tone === 'ok' ? 'shieldCheck' : tone === 'neutral' ? 'info' : 'warning'} size={40} />
      <div>
        <p className="verdict-title" role="status">
          {title}
        </p>
        <p>{text}</p>
      </div>
      {link && (
        <Link href={link.href} className="button">
          {link.label}
        </Link>
      )}
    </section>
  )
}

interface Description {
  tone: Tone
  title: string
  text: string
  link?: { href: string; label: string }
}

function describe(health: Health, { t, plural, language }: Translator, nowMs: number): Description {
  const alerts = { href: '/alerts', label: t('health.seeAlerts') }
  const status = { href: '/status', label: t('nav.status') }
  switch (health.kind) {
    case 'unknown':
      return { tone: 'neutral', title: t('state.loading'), text: '' }
    case 'daemon_down':
      return { tone: 'warning', title: t('health.down.title'), text: t('health.down.text'), link: status }
    case 'not_watching':
      return { tone: 'warning', title: t('health.idle.title'), text: t('health.idle.text'), link: status }
    case 'critical':
      return {
        tone: 'critical',
        title: plural('health.critical', health.count),
        text: t('health.critical.text'),
        link: alerts,
      }
    case 'warning':
      return {
        tone: 'warning',
        title: plural('health.warning', health.count),
        text: t('health.warning.text'),
        link: alerts,
      }
    case 'lossy':
      return {
        tone: 'warning',
        title: t('health.lossy.title'),
        text: t('health.lossy.text', { dropped: health.dropped }),
        link: status,
      }
    case 'learning':
      return {
        tone: 'neutral',
        title: t('health.learning.title'),
        text: t('health.learning.text', { time: formatDuration(health.untilMs - nowMs, language) }),
      }
    case 'well':
      return { tone: 'ok', title: t('health.well.title'), text: t('health.well.text') }
  }
}
