/** What is wrong with the connections behind the page, and what is blocked. Stored data stays visible below. */

import { Notice } from '../components/notice.js'
import { BlockBar } from './block-bar.js'
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
      {connection !== 'lost' && <OtherDaemons />}
      <BlockBar />
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

/** Daemons that are out of reach besides the one that is looked at. */
function OtherDaemons() {
  const { t } = useText()
  const { daemon, resource } = useStatus()
  const live = useLive((state) => state.daemons)
  const others = resource.data?.daemons.filter(({ name }) => name !== daemon?.name) ?? []
  const lost = others.filter(({ name, connected }) => !(live.get(name)?.connected ?? connected))
  return lost.map(({ name, site }) => (
    <Notice key={name} tone="warning">
      <p>
        {name} ({site}): {t('daemon.disconnected')}
      </p>
    </Notice>
  ))
}
