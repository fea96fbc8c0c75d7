/** What this place in the network can and cannot see, per interface. */

import { Link } from 'wouter'
import { useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { Card } from '../../components/card.js'
import { NoSensors } from '../../components/no-sensors.js'
import { Vantage } from '../../components/vantage.js'

export function CoverageCard() {
  const { t } = useText()
  const { sensors } = useStatus()
  return (
    <Card title={t('coverage.title')} actions={<Link href="/status">{t('action.details')}</Link>}>
      {sensors.length === 0 && <NoSensors />}
      {sensors.map((sensor) => (
        <Vantage key={sensor.interface} sensor={sensor} />
      ))}
    </Card>
  )
}
