/**
 * Who has leased this machine its addresses, from the lease files of
 * systemd-networkd, dhclient(8) and NetworkManager. The internal client of the
 * latter keeps its own address alone since 1.26, and dhcpcd(8) what came off
 * the wire, which is not for a process with rights to look into: of these
 * nobody is known. Nor is whoever is seen to answer DHCP: he could make himself
 * one that cannot be blocked.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, parseIp } from '@netwatcher/shared'
import { readSystemFile } from './system-file.js'

const NETWORKD = /^SERVER_ADDRESS=(\S+)$/gm
const DHCLIENT = /^\s*option dhcp-server-identifier (\S+);$/gm
const SOURCES = [
  { directory: 'run/systemd/netif/leases', files: /./, servers: [NETWORKD] },
  { directory: 'var/lib/dhcp', files: /./, servers: [DHCLIENT] },
  // Whichever client it uses; its secrets lie beside the leases.
  { directory: 'var/lib/NetworkManager', files: /\.leases?$/, servers: [NETWORKD, DHCLIENT] },
]

/** Each once; none where no such client runs. Throws when leases are there and cannot be read. */
export async function dhcpServers(root = '/'): Promise<string[]> {
  const servers = await Promise.all(
    SOURCES.map(async ({ directory, files, servers: patterns }) => {
      const names = (await listIfPresent(root, directory)).filter((name) => files.test(name))
      const texts = await Promise.all(names.map((name) => readSystemFile(root, join(directory, name))))
      const found = texts.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)]))
      return found.map((match) => parseIp(match[1] ?? ''))
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
