/** What is wrong with the connections behind the page. Stored data stays visible below. */

import { Notice } from '../components/notice.js'
import { useLive, useText } from './services.js'
import { useStatus } from './status.js'

export function Banners() {
  const { t } = useText()
  const connection = useLive((state) => state.connection)
  const { isDaemonConnected, daemonDetail } = useStatus()
  return (
    <div className="banners" role="status">
      {connection === 'lost' && (
        <Notice tone="warning">
          <p>
            <strong>{t('banner.stream.title')}</strong> {t('banner.stream.text')}
          </p>
        </Notice>
      )}
      {connection !== 'lost' && isDaemonConnected === false && (
        <Notice tone="warning">
          <p>
            <strong>{t('banner.daemon.title')}</strong> {t('banner.daemon.text')}
          </p>
          {daemonDetail && <p className="muted">{daemonDetail}</p>}
        </Notice>
      )}
    </div>
  )
}
