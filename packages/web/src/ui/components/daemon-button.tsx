/** A button for what only the daemon can do: while it is out of reach it is switched off, and says why. */

import type { ComponentProps } from 'react'
import { useText } from '../app/services.js'
import { useStatus } from '../app/status.js'

export function DaemonButton({ disabled, children, ...rest }: ComponentProps<'button'>) {
  const { t } = useText()
  const isLost = useStatus().isDaemonConnected === false
  const reason = isLost ? { title: t('daemon.needed') } : {}
  return (
    <button type="button" {...rest} {...reason} disabled={disabled || isLost}>
      {children}
    </button>
  )
}
