/** All pinned bindings, to look over and to take back. */

import { useText } from '../../app/services.js'
import { Card } from '../../components/card.js'
import { MacLink } from '../../components/device-name.js'
import { ErrorNotice } from '../../components/notice.js'
import { PinButton, useBindings } from '../../components/pin-button.js'
import { Skeleton } from '../../components/skeleton.js'

export function BindingsCard() {
  const { t } = useText()
  const bindings = useBindings()
  return (
    <Card title={t('binding.title')}>
      <ErrorNotice error={bindings.error} />
      {!bindings.list && !bindings.error && <Skeleton />}
      {bindings.list?.length === 0 && <p className="muted">{t('binding.none')}</p>}
      <ul className="list">
        {bindings.list?.map((binding) => (
          <li key={`${binding.ip} ${binding.mac}`}>
            <span className="grow">
              <span className="mono">{binding.ip}</span>
              <span className="sub">
                <MacLink mac={binding.mac} />
              </span>
            </span>
            <PinButton ip={binding.ip} mac={binding.mac} bindings={bindings} />
          </li>
        ))}
      </ul>
      <p className="muted">{t('binding.hint')}</p>
    </Card>
  )
}
