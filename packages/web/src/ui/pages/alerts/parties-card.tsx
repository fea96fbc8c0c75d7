/** Who is involved, in which role and how surely, with pinning and blocking at hand. */

import { Link } from 'wouter'
import type { AlertRecord } from '../../../contract/alerts.js'
import { useText } from '../../app/services.js'
import { Badge } from '../../components/badge.js'
import { Card, Facts } from '../../components/card.js'
import { DeviceRef } from '../../components/device-ref.js'
import { Icon } from '../../components/icons.js'
import { ErrorNotice } from '../../components/notice.js'
import { PartyAddress, type PartyAddressProps } from '../../components/party-address.js'
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
        {alert.parties.map((party) => (
          <li key={`${party.role} ${party.mac} ${party.ip}`} className="party">
            <PartyName party={party} parties={alert.parties} />
            {alert.ip && party.mac && party.role === 'holder' && (
              <PinButton ip={alert.ip} mac={party.mac} bindings={bindings} />
            )}
            {party.mac && party.role === 'suspect' && (
              <Link href={`/firewall?target=${encodeURIComponent(party.mac)}`} className="button small">
                <Icon name="firewall" size={16} />
                {t('device.block')}
              </Link>
            )}
          </li>
        ))}
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

function PartyName({ party, parties }: PartyAddressProps) {
  const { t } = useText()
  const { role, mac, certainty } = party
  return (
    <span className="grow">
      {mac && <DeviceRef mac={mac} />}
      <span className="sub">
        <PartyAddress party={party} parties={parties} /> {t(`role.${role}`)}{' '}
        <Badge>{t(`certainty.${certainty}`)}</Badge>
      </span>
    </span>
  )
}
