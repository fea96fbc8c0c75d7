/**
 * Who has leased this machine its addresses, from the lease files of
 * systemd-networkd and dhclient(8). Other clients keep theirs where only they
 * can read them.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, parseIp } from '@netwatcher/shared'
import { readSystemFile } from './system-file.js'

const SOURCES = [
  { directory: 'run/systemd/netif/leases', server: /^SERVER_ADDRESS=(\S+)$/gm },
  { directory: 'var/lib/dhcp', server: /^\s*option dhcp-server-identifier (\S+);$/gm },
]

/** Each once; none where no such client runs. Throws when leases are there and cannot be read. */
export async function dhcpServers(root = '/'): Promise<string[]> {
  const servers = await Promise.all(
    SOURCES.map(async ({ directory, server }) => {
      const names = await listIfPresent(root, directory)
      const texts = await Promise.all(names.map((name) => readSystemFile(root, join(directory, name))))
      return texts.flatMap((text) => [...text.matchAll(server)].map((match) => parseIp(match[1] ?? '')))
    }),
  )
  return [...new Set(servers.flat().filter((ip) => ip !== null))]
}

async function listIfPresent(root: string, directory: string): Promise<string[]> {
  try {
    const entries = await readdir(join(root, directory), { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new Error(`/${directory}: ${errorMessage(error)}`, { cause: error })
  }
}
