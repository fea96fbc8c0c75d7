/** What is wrong with the connections behind the page. Stored data stays visible below. */

import { Link } from 'wouter'
import type { FirewallResponse } from '../../contract/firewall.js'
import { Notice } from '../components/notice.js'
import { useResource } from '../hooks/use-resource.js'
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
      <StandingPolicies />
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

/** What blocks by itself is said on every page. */
function StandingPolicies() {
  const { plural } = useText()
  const { daemon } = useStatus()
  const firewall = useLive((state) => state.firewalls.get(daemon?.name ?? ''))
  // Not before it is known which daemon is looked at.
  const resource = useResource<FirewallResponse>(daemon ? '/api/firewall' : null)
  const standing = (firewall ?? resource.data)?.blocks.filter(({ policy }) => policy !== null) ?? []
  if (standing.length === 0) return null
  return (
    <Notice tone="info">
      <Link href="/firewall">{plural('banner.policies', standing.length)}</Link>
    </Notice>
  )
}
