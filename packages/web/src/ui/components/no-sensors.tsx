/** Why no sensor is shown: it is not known yet, the daemon is away that knows of them, or there is none. */

import { useText } from '../app/services.js'
import { useStatus } from '../app/status.js'
import { Empty } from './notice.js'
import { Skeleton } from './skeleton.js'

export function NoSensors() {
  const { t } = useText()
  const { resource, isDaemonConnected } = useStatus()
  if (isDaemonConnected === false) {
    return <Empty icon="eyeOff" title={t('daemon.unknown')} text={t('daemon.hint')} />
  }
  if (!resource.data) return <Skeleton />
  return <Empty icon="eyeOff" title={t('sensors.none')} text={t('sensors.noneHint')} />
}
