/** The router, by what was seen, to be confirmed and pinned. */

import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { deviceTitle } from '../../components/device-name.js'
import { ErrorNotice } from '../../components/notice.js'
import { PinButton, useBindings } from '../../components/pin-button.js'

export function RouterStep({ routers }: { routers: readonly Device[] }) {
  const translator = useText()
  const { t } = translator
  const bindings = useBindings()
  if (routers.length === 0) return <p>{t('first.noRouter')}</p>
  return (
    <>
      <ErrorNotice error={bindings.error} />
      <ul className="list">
        {routers.map((router) => {
          const address = router.addresses.find(({ ip, isDisputed }) => !ip.includes(':') && !isDisputed)
          return (
            <li key={router.id}>
              <span className="grow">
                {deviceTitle(router, translator)}
                <span className="sub mono">
                  {address?.ip} {router.mac}
                </span>
              </span>
              {address ? (
                <PinButton ip={address.ip} mac={router.mac} bindings={bindings} />
              ) : (
                t('binding.disputed')
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}
