/**
 * Looks at the machine from time to time: have interfaces changed, has a sensor
 * hung, is the socket still there. Looking is cheap; only a change costs more.
 */

import { errorMessage, SECOND_MS } from '@netwatcher/shared'
import type { ControlSocket } from './os/control-socket.js'
import type { Logger } from './os/log.js'
import type { Sensors } from './sensor/sensors.js'

/** Sensors rely on it for the own addresses (judge.ts). */
const INTERVAL_MS = SECOND_MS
/** All else can wait longer: an interface that comes back is used within this and a retry. */
const FULL_LOOKS = 2
/** Routes change without a trace in the interfaces. */
const REFRESH_LOOKS = 30

export interface MachineWatchParts {
  sensors: Pick<Sensors, 'check' | 'refresh'>
  sockets: readonly Pick<ControlSocket, 'check'>[]
  /** Change whenever the links, or the addresses, of the machine do. */
  linkFingerprint(): string
  addressFingerprint(): string
}

export class MachineWatch {
  private links = ''
  /** Of the last machine that the sensors were told of. */
  private told = ''
  private looks = 0

  constructor(private readonly parts: MachineWatchParts) {}

  async look(): Promise<void> {
    const { sensors, sockets, linkFingerprint, addressFingerprint } = this.parts
    if (this.looks++ % FULL_LOOKS === 0) {
      sensors.check()
      for (const socket of sockets) await socket.check()
      this.links = linkFingerprint()
    }
    const now = this.links + addressFingerprint()
    if (now === this.told && this.looks % REFRESH_LOOKS !== 0) return
    await sensors.refresh()
    // Not before: a change that could not be told is told by the next look.
    this.told = now
  }
}

/** Gives what stops it. */
export function watchMachine(parts: MachineWatchParts, log: Logger): () => void {
  const watch = new MachineWatch(parts)
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    watch
      .look()
      .catch((error: unknown) =>
        log.error('The machine could not be looked at', { error: errorMessage(error) }),
      )
      .finally(() => {
        isBusy = false
      })
  }, INTERVAL_MS)
  return () => clearInterval(timer)
}
