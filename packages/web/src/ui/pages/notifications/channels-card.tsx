/** The channels: their state, a test of each, a new one. */

import { useState } from 'react'
import type { z } from 'zod'
import { tellsSomebody } from '../../../contract/channel-audience.js'
import type { ChannelRecord, channelsSchema, TestResult } from '../../../contract/channels.js'
import { useApi, useText } from '../../app/services.js'
import { Badge, type Tone } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { Empty, ErrorNotice, Notice } from '../../components/notice.js'
import { Skeleton } from '../../components/skeleton.js'
import { Age } from '../../components/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useResource } from '../../hooks/use-resource.js'
import { ChannelForm } from './channel-form.js'
import { RulesForm } from './rules-form.js'

const REFRESH_MS = 5_000

export function ChannelsCard() {
  const { t } = useText()
  const list = useResource<z.infer<typeof channelsSchema>>('/api/channels', {}, { refreshMs: REFRESH_MS })
  return (
    <Card title={t('notify.channels')} className="span-2">
      <ErrorNotice error={list.data ? null : list.error} onRetry={list.reload} />
      {!list.data && !list.error && <Skeleton rows={6} />}
      {list.data?.channels.length === 0 && (
        <Empty icon="alerts" title={t('notify.none')} text={t('notify.noneHint')} />
      )}
      {list.data?.channels.some(tellsSomebody) === false && list.data.channels.length > 0 && (
        <Notice tone="warning">{t('notify.onlyLogs')}</Notice>
      )}
      <ul className="list">
        {list.data?.channels.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} onChange={list.reload} />
        ))}
      </ul>
      <ChannelForm onMade={list.reload} />
    </Card>
  )
}

function ChannelRow({ channel, onChange }: { channel: ChannelRecord; onChange: () => void }) {
  const { t } = useText()
  const api = useApi()
  const [tried, setTried] = useState<TestResult | null>(null)
  const test = useAction(async () =>
    setTried(await api.post<TestResult>(`/api/channels/${channel.id}/test`, {})),
  )
  const change = useAction(async (isEnabled: boolean) => {
    await api.patch(`/api/channels/${channel.id}`, { isEnabled })
    onChange()
  })
  const remove = useAction(async () => {
    await api.delete(`/api/channels/${channel.id}`)
    onChange()
  })
  const { name, settings, isEnabled, state } = channel
  const isBusy = test.isBusy || change.isBusy || remove.isBusy
  return (
    <li>
      <span className="grow">
        <strong>{name}</strong> <Badge tone={toneOf(channel)}>{t(`notify.type.${settings.type}`)}</Badge>
        <span className="sub">
          {t('notify.counts', { sent: state.sent, waiting: state.waiting, dropped: state.dropped })}{' '}
          {state.lastSentMs !== null && <Age atMs={state.lastSentMs} />}
        </span>
        {state.lastError && <span className="sub is-error">{state.lastError}</span>}
        {tried && (
          <span className="sub" role="status">
            {tried.isAccepted
              ? t('notify.accepted', { ms: tried.durationMs })
              : t('notify.refused', { error: tried.error })}
          </span>
        )}
        <ErrorNotice error={test.error ?? change.error ?? remove.error} />
      </span>
      <span className="row">
        <button type="button" className="button small" disabled={isBusy} onClick={() => void test.run()}>
          {t('notify.test')}
        </button>
        <button
          type="button"
          className="button small"
          disabled={isBusy}
          onClick={() => void change.run(!isEnabled)}
        >
          {t(isEnabled ? 'notify.disable' : 'notify.enable')}
        </button>
        <button type="button" className="button small" disabled={isBusy} onClick={() => void remove.run()}>
          {t('notify.remove')}
        </button>
      </span>
      <details>
        <summary>{t('notify.rules')}</summary>
        <RulesForm channel={channel} onChange={onChange} />
      </details>
    </li>
  )
}

function toneOf({ isEnabled, state }: ChannelRecord): Tone {
  if (!isEnabled) return 'neutral'
  if (state.lastError) return 'warning'
  return state.lastSentMs === null ? 'info' : 'ok'
}
