import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dhcpServers } from './dhcp-leases.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('the servers of the leases of networkd and dhclient, each once', async () => {
  mkdirSync(join(root, 'run/systemd/netif/leases'), { recursive: true })
  writeFileSync(
    join(root, 'run/systemd/netif/leases/2'),
    '# private\nADDRESS=10.0.0.5\nSERVER_ADDRESS=10.0.0.2\nROUTER=10.0.0.1\n',
  )
  mkdirSync(join(root, 'var/lib/dhcp'), { recursive: true })
  writeFileSync(
    join(root, 'var/lib/dhcp/dhclient.eth1.leases'),
    'lease {\n  option dhcp-server-identifier 10.0.1.2;\n}\nlease {\n  option dhcp-server-identifier 10.0.0.2;\n}\n',
  )
  expect(await dhcpServers(root)).toEqual(['10.0.0.2', '10.0.1.2'])
})

test('the servers of the leases of NetworkManager, whichever client it uses; nothing else of its is read', async () => {
  const directory = join(root, 'var/lib/NetworkManager')
  mkdirSync(directory, { recursive: true })
  const header = '# This is private data. Do not parse.\n'
  const lease = 'lease {\n  option dhcp-server-identifier 10.0.2.2;\n}\n'
  writeFileSync(
    join(directory, 'internal-1-eth0.lease'),
    `${header}ADDRESS=10.0.0.5\nSERVER_ADDRESS=10.0.1.2\n`,
  )
  writeFileSync(join(directory, 'internal-2-eth1.lease'), `${header}ADDRESS=10.0.0.5\n`)
  writeFileSync(join(directory, 'dhclient-3-eth2.lease'), lease)
  writeFileSync(join(directory, 'secret_key'), 'SERVER_ADDRESS=10.0.9.9\n')
  expect((await dhcpServers(root)).toSorted()).toEqual(['10.0.1.2', '10.0.2.2'])
})

test('without a client there is no server; leases that cannot be read are an error', async () => {
  expect(await dhcpServers(root)).toEqual([])
  mkdirSync(join(root, 'var/lib'), { recursive: true })
  writeFileSync(join(root, 'var/lib/dhcp'), '')
  await expect(dhcpServers(root)).rejects.toThrow('/var/lib/dhcp')
})
