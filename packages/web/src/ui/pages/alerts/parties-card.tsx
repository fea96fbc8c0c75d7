/** Who is involved: the claimants and the one they affect, with pinning and blocking at hand. */

import { Link } from 'wouter'
import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Card, Facts } from '../../components/card.js'
import { DeviceRef } from '../../components/device-ref.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { PinButton, useBindings } from '../../components/pin-button.js'
import { DateTime } from '../../components/time.js'
import { formatCount } from '../../format/bytes.js'

export function PartiesCard({ alert }: { alert: AlertRecord }) {
  const { t, language } = useText()
  const bindings = useBindings()
  return (
    <Card title={t('alert.parties')}>
      <ErrorNotice error={bindings.error} />
      <ul className="list">
        {alert.macs.map((mac) => (
          <li key={mac} className="party">
            <span className="grow">
              <DeviceRef mac={mac} />
              <span className="sub">{t('alert.claimant')}</span>
            </span>
            {alert.ip && <PinButton ip={alert.ip} mac={mac} bindings={bindings} />}
            <Link href={`/firewall?target=${encodeURIComponent(mac)}`} className="button small">
              <Icon name="firewall" size={16} />
              {t('device.block')}
            </Link>
          </li>
        ))}
        {alert.victim && (
          <li className="party">
            <span className="grow">
              {alert.victim.mac && <DeviceRef mac={alert.victim.mac} />}
              <span className="sub">
                <span className="mono">{alert.victim.ip}</span> {t('alert.victim')}
              </span>
            </span>
          </li>
        )}
      </ul>
      {alert.ip && <p className="muted">{t('binding.hint')}</p>}
      <Facts
        items={[
          { name: t('device.interface'), value: <span className="mono">{alert.interface}</span> },
          { name: t('device.firstSeen'), value: <DateTime atMs={alert.firstSeenMs} /> },
          { name: t('device.lastSeen'), value: <DateTime atMs={alert.lastSeenMs} /> },
          { name: t('alerts.count'), value: formatCount(alert.count, language) },
        ]}
      />
    </Card>
  )
}
