/**
 * The daemons that the settings name, each with the way to it. Who asks for
 * something says whose it is by that name; with one daemon nobody has to.
 */

import { invalidArgument, NetWatcherError, render, type Text, text } from '@netwatcher/shared'
import type { DaemonLink } from './link.js'
import type { DaemonApi, DaemonStatus, SensorId } from './types.js'
import { worksWith } from './version.js'

export interface Daemon {
  /** As in the settings. */
  name: string
  site: string
  siteId: number
  api: DaemonApi
  link: DaemonLink
}

/** Something answers that must not be spoken with. */
export class DaemonRefused extends NetWatcherError {
  constructor(reason: string, said: Text) {
    super('failed_precondition', reason, render(said, 'en'), { said })
  }
}

export class Daemons {
  constructor(
    readonly all: readonly Daemon[],
    private readonly ownVersion: string,
  ) {}

  /** Whom a request is for. */
  pick(name: string | undefined): Daemon {
    const daemon = name === undefined ? this.only() : this.all.find((one) => one.name === name)
    if (!daemon) {
      throw new NetWatcherError(
        'not_found',
        'NO_DAEMON',
        `The settings name no daemon ${name}: ${this.names}.`,
      )
    }
    const { refusal } = daemon.link
    if (refusal !== null) throw new DaemonRefused('DAEMON_REFUSED', refusal)
    return daemon
  }

  /** Those that may be spoken with. */
  ofSite(site: string): Daemon[] {
    return this.all.filter((one) => one.site === site && one.link.refusal === null)
  }

  /** Whose sensor that is. */
  ofSensor({ daemonId }: SensorId): Daemon {
    const daemon = this.all.find(({ link }) => link.daemonId === daemonId)
    if (daemon) return daemon
    // It has not answered yet; asking the only one tells why.
    if (this.all.length === 1) return this.only()
    throw new NetWatcherError(
      'unavailable',
      'DAEMON_UNAVAILABLE',
      'The daemon of that sensor is not connected.',
    )
  }

  watchingSinceMs(sensor: SensorId): number | null {
    for (const { link } of this.all) {
      const sinceMs = link.watchingSinceMs(sensor)
      if (sinceMs !== null) return sinceMs
    }
    return null
  }

  /** Throws when what answers on the way to `daemon` is too old or too new, or is another one's. */
  admit(daemon: Daemon, { version, daemonId }: DaemonStatus): void {
    if (!worksWith(this.ownVersion, version)) {
      throw new DaemonRefused('DAEMON_VERSION', text('daemon_version', { version, own: this.ownVersion }))
    }
    const other = this.all.find((one) => one !== daemon && one.link.daemonId === daemonId)
    if (other) {
      throw new DaemonRefused(
        'DAEMON_TWICE',
        text('daemon_twice', { daemon: daemon.name, other: other.name }),
      )
    }
  }

  close(): void {
    for (const { api } of this.all) api.close()
  }

  private get names(): string {
    return this.all.map(({ name }) => name).join(', ')
  }

  private only(): Daemon {
    const [first, ...others] = this.all
    if (first && others.length === 0) return first
    throw invalidArgument(
      'WHICH_DAEMON',
      `There are several daemons (${this.names}): say which one, as in ?daemon=${first?.name ?? ''}.`,
    )
  }
}
