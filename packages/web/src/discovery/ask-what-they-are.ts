/** Has the sensors of a daemon ask all devices what they are; the answers are its events, like what devices say unasked. */

import { NetWatcherError } from '@netwatcher/shared'
import type { DaemonApi } from '../daemon/types.js'

/** Forbidden by root, nothing watched, asked by others just now, or an older daemon: none is a fault. */
const EXPECTED = new Set(['permission_denied', 'failed_precondition', 'resource_exhausted', 'unimplemented'])

export async function askWhatTheyAre(api: Pick<DaemonApi, 'announce'>): Promise<void> {
  try {
    await api.announce('', ['ssdp', 'mdns'])
  } catch (error) {
    if (!(error instanceof NetWatcherError) || !EXPECTED.has(error.code)) throw error
  }
}
