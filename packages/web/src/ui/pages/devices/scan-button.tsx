/** Starts a scan of the network and shows how far it is; hosts appear by the live stream. */

import { useEffect } from 'react'
import { useApi, useLive, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Icon } from '../../components/icons.js'
import { useAction } from '../../hooks/use-action.js'

export function ScanButton() {
  const { t } = useText()
  const api = useApi()
  const { daemon, isDaemonConnected } = useStatus()
  const scan = useAction(() => api.post('/api/scan', {}))
  const running = [...useLive((state) => state.scans).values()].find(
    (one) => !one.finished && one.daemon === daemon?.name,
  )
  useEffect(() => {
    if (running) scan.clear()
  }, [running, scan.clear])
  return (
    <div className="scan">
      {running && (
        <span className="muted" role="status">
          {t('scan.progress', {
            interface: running.interface,
            asked: running.asked,
            total: running.total,
            found: running.found,
          })}
        </span>
      )}
      {scan.error && (
        <span className="is-error" role="alert">
          {scan.error.status === 0 ? t('error.unreachable') : scan.error.message}
        </span>
      )}
      <button
        type="button"
        className="button"
        disabled={scan.isBusy || running !== undefined || isDaemonConnected === false}
        onClick={() => void scan.run()}
      >
        <Icon name="scan" size={18} />
        {t('scan.start')}
      </button>
    </div>
  )
}
