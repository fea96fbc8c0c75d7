/** The refusal of what only a running sensor can do. */

import { NetWatcherError } from '@netwatcher/shared'

/** An empty name means that no interface at all is watched. */
export function notWatched(name: string): NetWatcherError {
  const what = name === '' ? 'No interface is watched at present.' : `${name} is not watched at present.`
  return new NetWatcherError('failed_precondition', 'NOT_WATCHED', what)
}
