/**
 * Blocks that wait for their confirmation, on every page: whom, how long still, keep or undo. What is
 * in force is said in one line. The page of the firewall shows both itself.
 */

import { Link, useLocation } from 'wouter'
import type { FirewallBlock } from '../../contract/firewall.js'
import { DaemonButton } from '../components/daemon-button.js'
import { ErrorNotice, Notice } from '../components/notice.js'
import { useTargetName } from '../components/target-name.js'
import { formatCountdown } from '../format/time.js'
import { useBlockActions } from '../hooks/use-block-actions.js'
import { useNow } from '../hooks/use-now.js'
import { useFirewall } from './firewall.js'
import { useText } from './services.js'
import { useStatus } from './status.js'

export function BlockBar() {
  const [location] = useLocation()
  const blocks = useFirewall().firewall?.blocks ?? []
  if (location === '/firewall') return null
  const waiting = blocks.filter(({ state }) => state === 'applied')
  return (
    <>
      {waiting.map((block) => (
        <WaitingBlock key={block.id} block={block} />
      ))}
      <InForce blocks={blocks} />
    </>
  )
}

function WaitingBlock({ block }: { block: FirewallBlock }) {
  const { t } = useText()
  const nowMs = useNow(1000) + useStatus().clockOffsetMs
  const { confirm, revoke } = useBlockActions(block)
  const name = useTargetName([...block.targets, ...(block.policy?.interfaces ?? [])])
  return (
    <Notice tone="warning">
      <p>
        <strong>{t('banner.trial', { name })}</strong> {t('block.stillWorks')}{' '}
        <strong className="num" role="timer" aria-label={t('block.remaining')}>
          {formatCountdown(block.confirmByMs - nowMs)}
        </strong>
      </p>
      <div className="row">
        <DaemonButton className="button primary" disabled={confirm.isBusy} onClick={() => void confirm.run()}>
          {t('block.confirm')}
        </DaemonButton>
        <DaemonButton className="button" disabled={revoke.isBusy} onClick={() => void revoke.run()}>
          {t('block.revoke')}
        </DaemonButton>
      </div>
      <ErrorNotice error={confirm.error ?? revoke.error} />
    </Notice>
  )
}

function InForce({ blocks }: { blocks: readonly FirewallBlock[] }) {
  const { plural } = useText()
  const standing = blocks.filter(({ policy }) => policy !== null).length
  const plain = blocks.filter(({ policy, state }) => policy === null && state !== 'applied').length
  if (standing + plain === 0) return null
  return (
    <Notice tone="info">
      <Link href="/firewall">
        {[
          ...(plain > 0 ? [plural('banner.blocks', plain)] : []),
          ...(standing > 0 ? [plural('banner.policies', standing)] : []),
        ].join(' · ')}
      </Link>
    </Notice>
  )
}
