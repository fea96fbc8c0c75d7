/** An interface's place in the network: what is seen from there and what is not. */

import type { SensorStatus } from '../../contract/sniff.js'
import { useText } from '../app/services.js'
import { Badge, type Tone } from './badge.js'
import { Icon } from './icons.js'

const STATE_TONES: Record<SensorStatus['state'], Tone> = {
  running: 'ok',
  starting: 'info',
  retrying: 'warning',
  stopped: 'neutral',
}

export function SensorState({ sensor }: { sensor: SensorStatus }) {
  const { t } = useText()
  return <Badge tone={STATE_TONES[sensor.state]}>{t(`sensor.${sensor.state}`)}</Badge>
}

export function Vantage({ sensor }: { sensor: SensorStatus }) {
  const { t } = useText()
  return (
    <div className="vantage">
      <p className="row">
        <strong className="mono">{sensor.interface}</strong>
        <SensorState sensor={sensor} />
        <span className="muted">{t(`vantage.${sensor.vantage}`)}</span>
      </p>
      <ul className="sees">
        {sensor.state === 'running' ? (
          <>
            <li>
              <Icon name="eye" size={18} />
              <span>{t(`vantage.${sensor.vantage}.sees`)}</span>
            </li>
            <li className="muted">
              <Icon name="eyeOff" size={18} />
              <span>{t(`vantage.${sensor.vantage}.misses`)}</span>
            </li>
          </>
        ) : (
          <li>
            <Icon name="eyeOff" size={18} />
            <span>{t('vantage.seesNothing')}</span>
          </li>
        )}
      </ul>
    </div>
  )
}
