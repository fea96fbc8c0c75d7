/**
 * The journal of this machine: a line on standard error, which systemd stores
 * with the priority that it begins with (sd-daemon(3)), so that neither a socket
 * nor another program is needed. `journalctl -u netwatcher-web -g '"notification"'`.
 */

import type { Severity } from '@netwatcher/shared'
import type { Channel } from './channel.js'

const PRIORITY: Record<Severity, number> = { info: 6, warning: 4, critical: 2 }

export function journalChannel(write: (line: string) => void): Channel {
  return {
    async send({ id, event, severity, title, text, kind, site, atMs }) {
      const notification = {
        id,
        event,
        severity,
        kind,
        site,
        title,
        text,
        time: new Date(atMs).toISOString(),
      }
      write(`<${PRIORITY[severity]}>${JSON.stringify({ notification })}\n`)
    },
    async close() {},
  }
}
