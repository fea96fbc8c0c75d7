/**
 * By which name, over what and from where a request came. A reverse proxy says
 * so in X-Forwarded-Host, -Proto and -For; it is believed only when its address
 * is configured, and only as far as its own entry goes, which is the last one.
 */

import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

export interface Seen {
  /** Host header in lower case, as the browser wrote it. */
  host: string | undefined
  /** Over TLS. */
  isSecure: boolean
  /** Of the client; empty when that is not known. */
  address: string
  isForwarded: boolean
}

export function seenOf(c: Context, isProxy: (address: string) => boolean): Seen {
  const address = peerOf(c)
  const isForwarded = isProxy(address)
  const forwarded = (name: string) => (isForwarded ? lastOf(c.req.header(`x-forwarded-${name}`)) : undefined)
  return {
    host: (forwarded('host') ?? c.req.header('host'))?.toLowerCase(),
    isSecure: forwarded('proto')?.toLowerCase() === 'https',
    address: forwarded('for')?.slice(0, 64) ?? address,
    isForwarded,
  }
}

/** Without the prefix of IPv4 in IPv6 (RFC 4291 section 2.5.5.2). */
function peerOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>
  return (incoming?.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d)/, '')
}

function lastOf(list: string | undefined): string | undefined {
  return list?.split(',').at(-1)?.trim() || undefined
}
