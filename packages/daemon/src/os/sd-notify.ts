/**
 * Tells systemd how the service is doing (sd_notify(3)). The daemon sends each
 * message itself, for the unit hears nobody else (NotifyAccess=main). Outside
 * systemd nothing happens.
 */

import { errorMessage } from '@netwatcher/shared'
import type { Logger } from './log.js'
import { sendDatagram } from './system-calls.js'

export interface ServiceManager {
  ready(status: string): void
  stopping(): void
  /** Starts the keep-alive messages that the unit asks for (WatchdogSec=). */
  startWatchdog(): void
  stop(): void
}

const MICROSECONDS_PER_MS = 1000

export function createServiceManager(env: NodeJS.ProcessEnv, log: Logger): ServiceManager {
  const socket = env.NOTIFY_SOCKET
  let timer: NodeJS.Timeout | undefined
  const notify = (...states: string[]) => {
    if (socket === undefined) return
    try {
      sendDatagram(socket, states.join('\n'))
    } catch (error) {
      log.warn('systemd could not be notified', { error: errorMessage(error) })
    }
  }
  return {
    ready: (status) => notify('READY=1', `STATUS=${status}`),
    stopping: () => notify('STOPPING=1'),
    startWatchdog: () => {
      const intervalMs = Number(env.WATCHDOG_USEC) / MICROSECONDS_PER_MS
      if (intervalMs > 0) timer = setInterval(() => notify('WATCHDOG=1'), intervalMs / 2)
    },
    stop: () => clearInterval(timer),
  }
}
