/** Which privileged actions the daemon's configuration allows. */

import type { DaemonState } from '../../../contract/status.js'
import { daemonSettings } from '../../app/daemon-settings.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import { Card } from '../../components/card.js'
import { translateWord } from '../../i18n/language.js'

export function CapabilitiesCard({ daemon }: { daemon: DaemonState }) {
  const translator = useText()
  const { t } = translator
  return (
    <Card title={t('capabilities.title')}>
      {!daemon.connected && <p className="muted">{t('capabilities.unknown')}</p>}
      <ul className="list">
        {daemon.connected &&
          daemon.capabilities.map((capability) => (
            <li key={capability.name}>
              <span className="grow">
                {translateWord(translator, 'capability', capability.name)}
                {capability.detail && <span className="sub">{capability.detail}</span>}
              </span>
              <Badge tone={capability.isEnabled ? 'ok' : 'neutral'}>
                {t(capability.isEnabled ? 'capability.on' : 'capability.off')}
              </Badge>
            </li>
          ))}
      </ul>
      <p className="muted">{t('capabilities.hint', { path: daemonSettings(daemon).path })}</p>
    </Card>
  )
}
