/**
 * Tells systemd how the service is doing (sd_notify(3)). Node cannot open the
 * datagram socket that this needs, so systemd-notify(1) sends each message;
 * the unit has NotifyAccess=all for that. Outside systemd nothing happens.
 */

import { execFile } from 'node:child_process'
import type { Logger } from './log.js'

export interface ServiceManager {
  ready(status: string): void
  stopping(): void
  /** Starts the keep-alive messages that the unit asks for (WatchdogSec=). */
  startWatchdog(): void
  stop(): void
}

const MICROSECONDS_PER_MS = 1000
const TIMEOUT_MS = 5000

export function createServiceManager(env: NodeJS.ProcessEnv, log: Logger): ServiceManager {
  const socket = env.NOTIFY_SOCKET
  let timer: NodeJS.Timeout | undefined
  const notify = (...states: string[]) => {
    if (socket === undefined) return
    const options = { env: { NOTIFY_SOCKET: socket }, timeout: TIMEOUT_MS }
    execFile('/usr/bin/systemd-notify', states, options, (error) => {
      if (error) log.warn('systemd could not be notified', { error: error.message })
    })
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
