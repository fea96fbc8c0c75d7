/** The two verdicts of `judge.ts` in words, with where to go next. */

import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import { useLive, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { judgeWatching } from '../../app/watching.js'
import type { Tone } from '../../components/badge.js'
import { Icon, type IconName } from '../../components/icons.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatDuration } from '../../format/time.js'
import { useNow } from '../../hooks/use-now.js'
import type { Translator } from '../../i18n/language.js'
import { judgeThreat, judgeWatch, type WatchState } from './judge.js'

interface LineProps {
  tone: Tone
  icon: IconName
  title: string
  text: string
  children?: ReactNode
}

function Line({ tone, icon, title, text, children }: LineProps) {
  return (
    <div className={`verdict tone-${tone}`}>
      <Icon name={icon} size={32} />
      <div>
        <p className="verdict-title" role="status">
          {title}
        </p>
        <p>{text}</p>
      </div>
      {children}
    </div>
  )
}

export function WatchLine() {
  const translator = useText()
  const connection = useLive((state) => state.connection)
  const { isDaemonConnected, sensors, clockOffsetMs } = useStatus()
  const nowMs = useNow(5000) + clockOffsetMs
  const state = judgeWatch(judgeWatching({ connection, isDaemonConnected, sensors }), sensors, nowMs)
  if (state.kind === 'connecting') return <Waiting />
  const names = sensors.filter((one) => one.state === 'running').map((one) => one.interface)
  const { tone, title, text } = describeWatch(state, translator, { nowMs, names: names.join(', ') })
  return (
    <Line tone={tone} icon={tone === 'warning' ? 'eyeOff' : 'eye'} title={title} text={text}>
      <Link href="/status" className="button">
        {translator.t('nav.status')}
      </Link>
    </Line>
  )
}

function describeWatch(
  state: WatchState,
  { t, language }: Translator,
  { nowMs, names }: { nowMs: number; names: string },
): { tone: Tone; title: string; text: string } {
  switch (state.kind) {
    case 'connecting':
      return { tone: 'neutral', title: t('watching.connecting'), text: '' }
    case 'page_lost':
      return { tone: 'warning', title: t('watching.page_lost'), text: t('banner.stream.text') }
    case 'daemon_lost':
      return { tone: 'warning', title: t('health.down.title'), text: t('health.down.text') }
    case 'nothing':
      return { tone: 'warning', title: t('health.idle.title'), text: t('health.idle.text') }
    case 'partly':
      return {
        tone: 'warning',
        title: t('watching.partly', { down: state.down.join(', ') }),
        text: t('home.partly', { names }),
      }
    case 'lossy':
      return {
        tone: 'warning',
        title: t('health.lossy.title'),
        text: t('health.lossy.text', { dropped: state.dropped }),
      }
    case 'learning':
      return {
        tone: 'info',
        title: t('health.learning.title'),
        text: t('health.learning.text', { time: formatDuration(state.untilMs - nowMs, language) }),
      }
    case 'watching':
      return { tone: 'ok', title: t('home.watching', { names }), text: t('home.watchingText') }
  }
}

export function ThreatLine({ incidents }: { incidents: IncidentsResponse | null }) {
  const { t, plural } = useText()
  if (incidents === null) return <Waiting />
  const { severity, count } = judgeThreat(incidents.counts)
  if (severity === 'none') {
    return <Line tone="ok" icon="shieldCheck" title={t('home.noThreat')} text={t('home.noThreatText')} />
  }
  return (
    <Line
      tone={severity}
      icon="warning"
      title={plural(`home.${severity}`, count)}
      text={t(`health.${severity}.text`)}
    >
      <Link href="/incidents" className="button">
        {t('action.showAll')}
      </Link>
    </Line>
  )
}

function Waiting() {
  return (
    <div className="verdict tone-neutral">
      <div>
        <Skeleton rows={2} />
      </div>
    </div>
  )
}
