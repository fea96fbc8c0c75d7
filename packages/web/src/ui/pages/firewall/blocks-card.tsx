/** The blocks in force: those that wait for their confirmation with the time that is left, then the others. */

import { HOUR_MS } from '@netwatcher/shared'
import type { FirewallBlock, FirewallResponse } from '../../../contract/firewall.js'
import { useServices, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Badge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Empty, ErrorNotice, Notice } from '../../components/notice.js'
import { useTargetName } from '../../components/target-name.js'
import { DateTime } from '../../components/time.js'
import { formatCountdown, formatDuration } from '../../format/time.js'
import { useAction } from '../../hooks/use-action.js'
import { useBlockActions } from '../../hooks/use-block-actions.js'
import { useNow } from '../../hooks/use-now.js'
import { WeekView } from './week-view.js'

export interface BlocksCardProps {
  firewall: FirewallResponse
  onChanged: (block: FirewallBlock) => void
}

export function BlocksCard({ firewall, onChanged }: BlocksCardProps) {
  const { t } = useText()
  const { api, live } = useServices()
  const end = useAction(async () => {
    const ended = await api.post<FirewallResponse>('/api/firewall/revoke-all', {})
    live.push({ type: 'firewall', firewall: ended })
  })
  const blocks = firewall.blocks.toSorted(
    (a, b) => a.state.localeCompare(b.state) || b.appliedMs - a.appliedMs,
  )
  return (
    <Card
      title={t('firewall.blocks')}
      actions={
        <>
          <span className="muted">{firewall.backend}</span>
          {blocks.length > 0 && (
            <DaemonButton className="button danger" disabled={end.isBusy} onClick={() => void end.run()}>
              {t('firewall.endAll')}
            </DaemonButton>
          )}
        </>
      }
    >
      <ErrorNotice error={end.error} />
      {blocks.length === 0 && (
        <Empty icon="firewall" title={t('firewall.noBlocks')} text={t('firewall.noBlocksHint')} />
      )}
      <ul className="blocks">
        {blocks.map((block) => (
          <BlockItem key={block.id} block={block} onChanged={onChanged} />
        ))}
      </ul>
    </Card>
  )
}

function BlockItem({
  block,
  onChanged,
}: {
  block: FirewallBlock
  onChanged: (block: FirewallBlock) => void
}) {
  const { t, language } = useText()
  const nowMs = useNow(1000) + useStatus().clockOffsetMs
  const { confirm, revoke } = useBlockActions(block)
  const isWaiting = block.state === 'applied'
  const targets = [...block.targets, ...(block.policy?.interfaces ?? [])]
  const name = useTargetName(targets)
  return (
    <li className={isWaiting ? 'block is-waiting' : 'block'}>
      <div className="row">
        <strong>{name}</strong>
        {block.policy && <Badge tone="info">{t(`policy.${block.policy.kind}`)}</Badge>}
        <Badge tone={block.state === 'confirmed' ? 'ok' : 'warning'}>{t(`block.${block.state}`)}</Badge>
        <span className="grow muted">{block.reason}</span>
        {isWaiting && (
          <DaemonButton
            className="button primary"
            disabled={confirm.isBusy}
            onClick={() => void confirm.run()}
          >
            {t('block.confirm')}
          </DaemonButton>
        )}
        <DaemonButton className="button" disabled={revoke.isBusy} onClick={() => void revoke.run()}>
          {t('block.revoke')}
        </DaemonButton>
      </div>
      {isWaiting ? (
        <Countdown block={block} nowMs={nowMs} />
      ) : (
        <p className="muted">
          {t('block.expires', { time: formatDuration(block.expiresMs - nowMs, language) })} (
          <DateTime atMs={block.expiresMs} />)
        </p>
      )}
      {name !== targets.join(', ') && <p className="muted mono">{targets.join(', ')}</p>}
      {block.schedule && <StandingHours block={block} onChanged={onChanged} />}
      {block.suspended && <Notice tone="warning">{block.suspended}</Notice>}
      <details>
        <summary>{t('block.rules')}</summary>
        <pre>{block.rules.join('\n')}</pre>
      </details>
      <ErrorNotice error={confirm.error ?? revoke.error} />
    </li>
  )
}

/** The hours of a schedule, and more time for today. */
function StandingHours({
  block,
  onChanged,
}: {
  block: FirewallBlock
  onChanged: (block: FirewallBlock) => void
}) {
  const { t } = useText()
  const { api } = useServices()
  const nowMs = useNow(1000) + useStatus().clockOffsetMs
  const lift = useAction(async () => {
    const untilMs = Math.round(nowMs) + HOUR_MS
    onChanged(await api.post<FirewallBlock>('/api/firewall/lift', { blockId: block.id, untilMs }))
  })
  const lifted = block.schedule?.exceptions.findLast(
    ({ isBlocked, untilMs }) => !isBlocked && untilMs > nowMs,
  )
  return (
    <>
      {block.schedule && <WeekView slots={block.schedule.slots} />}
      <div className="row">
        <span className="muted">{block.schedule?.timeZone}</span>
        {lifted && (
          <span>
            {t('schedule.lifted')} <DateTime atMs={lifted.untilMs} />
          </span>
        )}
        <DaemonButton className="button" disabled={lift.isBusy} onClick={() => void lift.run()}>
          {t('schedule.lift')}
        </DaemonButton>
      </div>
      <ErrorNotice error={lift.error} />
    </>
  )
}

/** Time until the daemon takes the block back by itself. */
function Countdown({ block, nowMs }: { block: FirewallBlock; nowMs: number }) {
  const { t } = useText()
  const totalMs = block.confirmByMs - block.appliedMs
  const remainingMs = Math.min(totalMs, Math.max(0, block.confirmByMs - nowMs))
  return (
    <div className="countdown">
      <p>
        {t(remainingMs > 0 ? 'block.stillWorks' : 'block.rollingBack')}{' '}
        <strong className="num" role="timer" aria-label={t('block.remaining')}>
          {formatCountdown(remainingMs)}
        </strong>
      </p>
      <progress max={totalMs} value={remainingMs} aria-hidden="true" />
    </div>
  )
}
