/** What a scan of wide networks costs, before it begins: addresses and time, and a word of the person. */

import { SECOND_MS } from '@netwatcher/shared'
import type { ScanCost } from '../../../contract/scan.js'
import { useText } from '../../app/services.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Notice } from '../../components/notice.js'
import { formatCount } from '../../format/bytes.js'
import { formatDuration } from '../../format/time.js'

export interface LargeScanProps {
  cost: ScanCost
  onStart: (scope: 'all' | 'small') => void
  onCancel: () => void
}

export function LargeScan({ cost, onStart, onCancel }: LargeScanProps) {
  const { t, language } = useText()
  const large = cost.networks.filter((network) => network.isLarge)
  const tooWide = cost.networks.filter((network) => network.isTooWide)
  const hasSmall = large.length + tooWide.length < cost.networks.length
  return (
    <Notice tone="warning">
      <p>
        {t('scan.large', {
          networks: namesOf(large),
          addresses: formatCount(cost.addresses, language),
          time: formatDuration(cost.seconds * SECOND_MS, language),
        })}
      </p>
      {tooWide.length > 0 && (
        <p>
          {t('scan.too_wide', {
            networks: namesOf(tooWide),
            limit: formatCount(cost.maxAddresses, language),
          })}
        </p>
      )}
      <div className="row">
        <DaemonButton className="button primary" onClick={() => onStart('all')}>
          {t('scan.large.start')}
        </DaemonButton>
        {hasSmall && (
          <DaemonButton className="button" onClick={() => onStart('small')}>
            {t('scan.large.small')}
          </DaemonButton>
        )}
        <button type="button" className="button" onClick={onCancel}>
          {t('action.cancel')}
        </button>
      </div>
    </Notice>
  )
}

function namesOf(networks: ScanCost['networks']): string {
  return networks.map(({ cidr, interface: name }) => `${cidr} (${name})`).join(', ')
}
