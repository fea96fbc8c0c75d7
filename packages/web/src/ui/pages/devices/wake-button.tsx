/** Wakes a device that sleeps: the sensors of its site send a magic packet, where the daemon may. */

import { useState } from 'react'
import type { Device } from '../../../contract/devices.js'
import { useApi, useText } from '../../app/services.js'
import { useStatus } from '../../app/status.js'
import { DaemonButton } from '../../components/daemon-button.js'
import { useAction } from '../../hooks/use-action.js'

export function WakeButton({ device }: { device: Device }) {
  const { t } = useText()
  const api = useApi()
  const { daemon } = useStatus()
  const [isSent, setIsSent] = useState(false)
  const wake = useAction(async () => {
    setIsSent(false)
    await api.post(`/api/devices/${device.id}/wake`, {})
    setIsSent(true)
  })
  const mayWake =
    daemon?.connected && daemon.capabilities.some(({ name, isEnabled }) => name === 'wake' && isEnabled)
  if (!mayWake || device.presence === 'online') return null
  return (
    <>
      {isSent && (
        <span className="muted" role="status">
          {t('device.woken')}
        </span>
      )}
      {wake.error && (
        <span className="is-error" role="alert">
          {wake.error.message}
        </span>
      )}
      <DaemonButton className="button" disabled={wake.isBusy} onClick={() => void wake.run()}>
        {t('device.wake')}
      </DaemonButton>
    </>
  )
}
