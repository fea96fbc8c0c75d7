/** Why nothing can be blocked, and what the administrator of the machine has to do to allow it. */

import { render } from '@netwatcher/shared'
import type { WordedText } from '../../../api/contract.js'
import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'

const CONFIG = '[firewall]\nenabled = true'
const RESTART = 'sudo systemctl restart netwatcherd'

export function DisabledCard({ detail }: { detail: WordedText }) {
  const { t, language } = useText()
  return (
    <Card title={t('firewall.disabled.title')}>
      <p>{t('firewall.disabled.text')}</p>
      {detail.rule && <p className="muted">{render(detail, language)}</p>}
      <h3>{t('firewall.disabled.how')}</h3>
      <ol>
        <li>
          {t('firewall.disabled.step1')} <code>/etc/netwatcher/netwatcherd.toml</code>
          <pre>{CONFIG}</pre>
        </li>
        <li>
          {t('firewall.disabled.step2')}
          <pre>{RESTART}</pre>
        </li>
      </ol>
      <p className="muted">{t('firewall.disabled.why')}</p>
    </Card>
  )
}
