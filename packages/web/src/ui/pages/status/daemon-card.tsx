/** The privileged daemon and the unprivileged web app, each with its process. */

import type { DaemonState, StatusResponse } from '../../../contract/status.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Badge } from '../../components/badge.js'
import { Card, Facts } from '../../components/card.js'
import { Notice } from '../../components/notice.js'
import { Age } from '../../components/time.js'
import { formatBytes, formatCount } from '../../format/bytes.js'

export function DaemonCard({ status, daemon }: { status: StatusResponse; daemon: DaemonState }) {
  const { t, language } = useText()
  const { isDaemonConnected, daemonDetail } = useStatus()
  const { daemons, web } = status
  const state = (
    <Badge tone={isDaemonConnected ? 'ok' : 'critical'}>
      {t(isDaemonConnected ? 'daemon.connected' : 'daemon.disconnected')}
    </Badge>
  )
  return (
    <Card title={t('daemon.title')} actions={state}>
      {daemons.length > 1 && <DaemonList daemons={daemons} />}
      {!isDaemonConnected && daemonDetail && <p>{daemonDetail}</p>}
      {daemon.connected &&
        daemon.notices.map(({ text, atMs }) => (
          <Notice key={`${atMs} ${text}`} tone="warning">
            {text} <Age atMs={atMs} />
          </Notice>
        ))}
      {daemon.connected &&
        daemon.leftOut.map(({ name, cause }) => (
          <Notice key={name} tone="neutral">
            {name}: {cause}
          </Notice>
        ))}
      {daemon.connected ? (
        <Facts
          items={[
            { name: t('status.version'), value: daemon.version },
            { name: t('status.since'), value: <Age atMs={daemon.startedMs} /> },
            { name: t('status.process'), value: String(daemon.pid) },
            { name: t('status.memory'), value: formatBytes(daemon.rssBytes, language) },
            {
              name: t('daemon.probes'),
              value: t('daemon.probesValue', {
                used: daemon.probesLastMinute,
                budget: daemon.probeBudgetPerMinute,
              }),
            },
            { name: t('daemon.undelivered'), value: formatCount(daemon.unacknowledgedAlerts, language) },
          ]}
        />
      ) : (
        <p className="muted">
          {t('daemon.since')} <Age atMs={daemon.sinceMs} />
        </p>
      )}
      {daemon.foreignEvents > 0 && (
        <Notice tone="critical">
          {t('daemon.foreign', { count: formatCount(daemon.foreignEvents, language) })}
        </Notice>
      )}
      <h3>{t('web.title')}</h3>
      <Facts
        items={[
          { name: t('status.version'), value: status.version },
          { name: t('status.since'), value: <Age atMs={web.startedMs} /> },
          { name: t('status.process'), value: String(web.pid) },
          { name: t('status.memory'), value: formatBytes(web.rssBytes, language) },
          { name: t('web.streams'), value: formatCount(web.liveStreams, language) },
        ]}
      />
    </Card>
  )
}

/** All daemons of the settings, where there are several. */
function DaemonList({ daemons }: { daemons: readonly DaemonState[] }) {
  const { t } = useText()
  return (
    <ul className="list">
      {daemons.map(({ name, site, connected }) => (
        <li key={name}>
          <span className="grow">
            {name}
            <span className="sub">{site}</span>
          </span>
          <Badge tone={connected ? 'ok' : 'critical'}>
            {t(connected ? 'daemon.connected' : 'daemon.disconnected')}
          </Badge>
        </li>
      ))}
    </ul>
  )
}
