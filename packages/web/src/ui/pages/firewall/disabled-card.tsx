/** Why nothing can be blocked, and what the administrator of the machine has to do to allow it. */

import { daemonSettings } from '../../app/daemon-settings.js'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'

const CONFIG = '[firewall]\nenabled = true'

export function DisabledCard({ detail }: { detail: string }) {
  const { t } = useText()
  const { path, restart } = daemonSettings(useStatus().daemon)
  return (
    <Card title={t('firewall.disabled.title')}>
      <p>{t('firewall.disabled.text')}</p>
      {detail && <p className="muted">{detail}</p>}
      <h3>{t('firewall.disabled.how')}</h3>
      <ol>
        <li>
          {t('firewall.disabled.step1')} <code>{path}</code>
          <pre>{CONFIG}</pre>
        </li>
        <li>
          {t('firewall.disabled.step2')}
          <pre>{restart}</pre>
        </li>
      </ol>
      <p className="muted">{t('firewall.disabled.why')}</p>
    </Card>
  )
}
