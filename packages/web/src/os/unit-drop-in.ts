/**
 * A drop-in for the unit, which lets nothing out to the internet: the addresses
 * of the hosts that channels need (systemd.resource-control(5), IPAddressAllow=).
 * Root names the hosts on the command line; nothing that the web part has
 * stored is read for it.
 */

import { promises as dns } from 'node:dns'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorMessage, invalidArgument, isLocalIp, isLoopbackIp, NetWatcherError } from '@netwatcher/shared'

export const CHANNELS_DROP_IN = '/etc/systemd/system/netwatcher-web.service.d/channels.conf'

export interface AllowedHost {
  name: string
  addresses: string[]
}

const HOST = /^(?!-)[0-9A-Za-z.:-]{1,253}$/

/** Throws for what is no host name, or has no address. */
export async function resolveHosts(names: readonly string[]): Promise<AllowedHost[]> {
  return await Promise.all(
    names.map(async (name) => {
      if (!HOST.test(name)) throw invalidArgument('USAGE', `${name} is not a host name or an address.`)
      try {
        const found = await dns.lookup(name, { all: true })
        return { name, addresses: [...new Set(found.map(({ address }) => address))].sort() }
      } catch (error) {
        throw invalidArgument('NO_ADDRESS', `${name} has no address: ${errorMessage(error)}.`)
      }
    }),
  )
}

export function dropInText(hosts: readonly AllowedHost[]): string {
  const lines = hosts.flatMap(({ name, addresses }) => [
    `# ${name}`,
    ...addresses.map((address) => `IPAddressAllow=${address}`),
  ])
  return [
    '# Written by netwatcher-web --allow-host: what channels reach. Addresses change; then it is written again.',
    '[Service]',
    ...lines,
    '',
  ].join('\n')
}

/** Addresses that the settings have to list, too. */
export function localAddresses(hosts: readonly AllowedHost[]): string[] {
  return hosts.flatMap(({ addresses }) => addresses.filter((ip) => isLocalIp(ip) || isLoopbackIp(ip)))
}

/** Whole or not at all. */
export function writeDropIn(path: string, text: string): void {
  try {
    // Not recursively: below /proc that never ends, and the directory of units is always there.
    if (!existsSync(dirname(path))) mkdirSync(dirname(path))
    writeFileSync(`${path}.new`, text, { mode: 0o644 })
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw new NetWatcherError(
      'permission_denied',
      'DROP_IN',
      `${path} cannot be written: ${errorMessage(error)}.`,
    )
  }
}
