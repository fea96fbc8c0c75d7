/** The four questions that a list of devices is mostly asked, each on or off. */

import { useText } from '../../app/services.js'
import type { QueryState } from '../../hooks/use-query-state.js'

const CHIPS = [
  { key: 'trust.new', name: 'trust', value: 'new' },
  { key: 'devices.online', name: 'presence', value: 'online' },
  { key: 'devices.alerting', name: 'alerting', value: 'true' },
  { key: 'trust.ignored', name: 'shown', value: 'ignored' },
] as const

export function DeviceChips({ query }: { query: QueryState }) {
  const { t } = useText()
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">{t('devices.chips')}</legend>
      {CHIPS.map(({ key, name, value }) => {
        const isOn = query.get(name) === value
        return (
          <button
            key={key}
            type="button"
            className="button small pill"
            aria-pressed={isOn}
            onClick={() => query.set({ [name]: isOn ? '' : value })}
          >
            {t(key)}
          </button>
        )
      })}
    </fieldset>
  )
}
