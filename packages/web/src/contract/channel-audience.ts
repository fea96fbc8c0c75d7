/** Whether anybody is told by a channel without looking for it. Apart, so that the page needs no schemas for it. */

import type { ChannelRecord, ChannelType } from './channels.js'

/** What only writes down, here or on a server of logs. */
const LOGS: ReadonlySet<ChannelType> = new Set(['journal', 'syslog'])

export function tellsSomebody({
  isEnabled,
  settings,
}: Pick<ChannelRecord, 'isEnabled' | 'settings'>): boolean {
  return isEnabled && !LOGS.has(settings.type)
}
