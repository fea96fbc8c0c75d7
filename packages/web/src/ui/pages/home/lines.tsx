/** The two verdicts of `judge.ts` in words, with where to go next. */

import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { IncidentsResponse } from '../../../contract/incidents.js'
import type { UplinkState } from '../../../contract/internet.js'
import { useOpenAlerts } from '../../app/open-alerts.js'
import { useLive, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { judgeWatching, type Watching } from '../../app/watching.js'
import type { Tone } from '../../components/badge.js'
import { Icon, type IconName } from '../../components/icons.js'
import { Skeleton } from '../../components/skeleton.js'
import { formatDuration, formatRelative } from '../../format/time.js'
import { useNow } from '../../hooks/use-now.js'
import type { Translator } from '../../i18n/language.js'
import { judgeInternet, judgeThreat, judgeWatch, type WatchState } from './judge.js'

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

function useWatching(): Watching {
  const connection = useLive((state) => state.connection)
  const { isDaemonConnected, sensors } = useStatus()
  return judgeWatching({ connection, isDaemonConnected, sensors })
}

export function WatchLine() {
  const translator = useText()
  const { sensors, clockOffsetMs } = useStatus()
  const nowMs = useNow(5000) + clockOffsetMs
  const state = judgeWatch(useWatching(), sensors, nowMs)
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
  const isWatching = useWatching().kind === 'watching'
  const unread = useOpenAlerts()
  if (incidents === null || unread === null) return <Waiting />
  const { severity, count } = judgeThreat(incidents.counts, unread)
  if (severity === 'none') {
    const tone = isWatching ? 'ok' : 'neutral'
    return <Line tone={tone} icon="shieldCheck" title={t('home.noThreat')} text={t('home.noThreatText')} />
  }
  const isOver = severity === 'over'
  return (
    <Line
      tone={isOver ? 'critical' : severity}
      icon="warning"
      title={plural(`home.${severity}`, count)}
      text={t(isOver ? 'home.overText' : `health.${severity}.text`)}
    >
      <Link href={isOver ? '/alerts?severity=critical' : '/incidents'} className="button">
        {t('action.showAll')}
      </Link>
    </Line>
  )
}

const INTERNET_TONES: Record<UplinkState, Tone> = {
  up: 'ok',
  unknown: 'neutral',
  beyond_silent: 'warning',
  gateway_silent: 'warning',
}

/** Nothing where it is not watched. */
export function InternetLine() {
  const { t, language } = useText()
  const { sensors, clockOffsetMs } = useStatus()
  const nowMs = useNow(5000) + clockOffsetMs
  const uplink = judgeInternet(sensors)
  if (uplink === null) return null
  const { state, gateway, evidence } = uplink
  const ago = (ms: number) => formatRelative(ms, nowMs, language)
  const answered = t(`internet.by.${evidence}`, { ago: ago(uplink.answeredMs) })
  const since =
    state === 'unknown' ? '' : t('internet.since', { time: formatDuration(nowMs - uplink.sinceMs, language) })
  return (
    <Line
      tone={INTERNET_TONES[state]}
      icon={state === 'up' ? 'check' : state === 'unknown' ? 'eyeOff' : 'warning'}
      title={t(`internet.${state}`, { gateway })}
      text={[since, answered].filter(Boolean).join(' ')}
    />
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
