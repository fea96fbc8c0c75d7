/** Starts a scan of the network and shows how far it is; hosts appear by the live stream. */

import { useState } from 'react'
import type { ScanCost } from '../../../contract/scan.js'
import { useApi, useLive, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { Icon } from '../../components/icons.js'
import { useAction } from '../../hooks/use-action.js'
import type { ScanEvent } from '../../live/state.js'
import { LargeScan } from './large-scan.js'

export function ScanButton() {
  const { t } = useText()
  const api = useApi()
  const { daemon } = useStatus()
  const [cost, setCost] = useState<ScanCost | null>(null)
  const start = useAction((scope: 'all' | 'small') => {
    setCost(null)
    return api.post('/api/scan', { allowLarge: scope === 'all' })
  })
  // A wide network takes long and bothers everybody in it: the person decides.
  const ask = useAction(async () => {
    const found = await api.get<ScanCost>('/api/scan/cost')
    if (found.isLarge) setCost(found)
    else await start.run('small')
  })
  const scans = [...useLive((state) => state.scans).values()].filter((one) => one.daemon === daemon?.name)
  const running = scans.find((one) => !one.finished)
  const error = running ? null : (start.error ?? ask.error)
  return (
    <>
      <div className="scan">
        {running && <Running scan={running} />}
        {!running && scans.map((one) => one.detail && <ScanDetail key={one.interface} detail={one.detail} />)}
        {error && (
          <span className="is-error" role="alert">
            {error.status === 0 ? t('error.unreachable') : error.message}
          </span>
        )}
        <DaemonButton
          className="button"
          disabled={start.isBusy || ask.isBusy || running !== undefined}
          onClick={() => void ask.run()}
        >
          <Icon name="scan" size={18} />
          {t('scan.start')}
        </DaemonButton>
      </div>
      {cost && !running && (
        <LargeScan cost={cost} onStart={(scope) => void start.run(scope)} onCancel={() => setCost(null)} />
      )}
    </>
  )
}

function ScanDetail({ detail }: { detail: string }) {
  return (
    <span className="muted" role="status">
      {detail}
    </span>
  )
}

function Running({ scan }: { scan: ScanEvent }) {
  const { t } = useText()
  const api = useApi()
  const cancel = useAction(() => {
    const body = scan.interface === '' ? {} : { interface: scan.interface }
    return api.post('/api/scan/cancel', body)
  })
  return (
    <>
      <span className="muted" role="status">
        {t('scan.progress', {
          interface: scan.interface || t('scan.everywhere'),
          asked: scan.asked,
          total: scan.total,
          found: scan.found,
        })}
      </span>
      <progress max={Math.max(1, scan.total)} value={scan.asked} aria-label={t('scan.running')} />
      <DaemonButton className="button small" disabled={cancel.isBusy} onClick={() => void cancel.run()}>
        {t('scan.cancel')}
      </DaemonButton>
    </>
  )
}
