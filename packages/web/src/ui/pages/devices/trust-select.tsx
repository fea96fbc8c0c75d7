/** Whether somebody knows a device for theirs: the new state is shown at once, and the old one again when the change failed. */

import { useEffect, useState } from 'react'
import type { Device } from '../../../contract/devices.js'
import { useText } from '../../app/services.js'
import { SelectField } from '../../components/fields.js'
import { ErrorNotice } from '../../components/notice.js'
import { usePatchDevice } from '../../hooks/use-patch-device.js'

const TRUSTS = ['new', 'known', 'ignored'] as const

export function TrustSelect({ device }: { device: Pick<Device, 'id' | 'trust'> }) {
  const { t } = useText()
  const patch = usePatchDevice(device.id)
  const [wanted, setWanted] = useState<Device['trust'] | null>(null)
  useEffect(() => setWanted((old) => (old === device.trust ? null : old)), [device.trust])

  async function choose(text: string): Promise<void> {
    const trust = TRUSTS.find((one) => one === text)
    if (!trust) return
    setWanted(trust)
    if (!(await patch.run({ trust }))) setWanted(null)
  }

  return (
    <>
      <SelectField
        label={t('device.trust')}
        value={wanted ?? device.trust}
        options={TRUSTS.map((value) => ({ value, label: t(`trust.${value}`) }))}
        onChange={(text) => void choose(text)}
      />
      <ErrorNotice error={patch.error} />
    </>
  )
}
