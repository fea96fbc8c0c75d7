import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { endianness, type NetworkInterfaceInfo, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listInterfaces } from './interfaces.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
  mkdirSync(join(root, 'sys/class/net'), { recursive: true })
  mkdirSync(join(root, 'proc/net'), { recursive: true })
  writeFileSync(join(root, 'proc/net/route'), 'Iface\n')
})
afterEach(() => rmSync(root, { recursive: true }))

function link(name: string, flags: string, mtu: string, mac: string): void {
  const directory = join(root, 'sys/class/net', name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'flags'), `${flags}\n`)
  writeFileSync(join(directory, 'mtu'), `${mtu}\n`)
  writeFileSync(join(directory, 'address'), `${mac}\n`)
}

function address(cidr: string | null, mac = '02:00:00:00:00:01', internal = false): NetworkInterfaceInfo {
  const ip = cidr?.split('/')[0] ?? 'nonsense'
  return { address: ip, netmask: '', mac, internal, cidr, family: 'IPv4' }
}

test('addresses with their real prefix lengths, links and gateways come together', async () => {
  link('lo', '0x9', '65536', '00:00:00:00:00:00')
  link('eth0', '0x1003', '9000', '02:00:00:00:00:01')
  link('tun0', '0x1091', '1420', '')
  link('eth1', '0x1002', '1500', '02:00:00:00:00:02')
  writeFileSync(join(root, 'sys/class/net/bonding_masters'), '')
  const gateway = endianness() === 'LE' ? '0101A8C0' : 'C0A80101'
  writeFileSync(
    join(root, 'proc/net/route'),
    `Iface\nbad row\neth0\t00000000\t${gateway}\t0003\t0\t0\t100\t00000000\t0\t0\t0\n`,
  )
  const addresses = () => ({
    lo: [address('127.0.0.1/8', '00:00:00:00:00:00', true)],
    eth0: [address('192.168.1.5/23'), address('2001:db8::5/64'), address(null)],
    'eth0:1': [address('10.9.0.1/30')],
    tun0: [address('10.8.0.2/32')],
  })
  expect(await listInterfaces({ root, addresses })).toEqual([
    {
      name: 'eth0',
      mac: '02:00:00:00:00:01',
      isUp: true,
      isLoopback: false,
      isPointToPoint: false,
      hasArp: true,
      mtu: 9000,
      addresses: [
        { ip: '192.168.1.5', prefixLength: 23 },
        { ip: '2001:db8::5', prefixLength: 64 },
        { ip: '10.9.0.1', prefixLength: 30 },
      ],
      gateways: ['192.168.1.1'],
      kind: 'virtual',
      master: '',
      lower: '',
    },
    expect.objectContaining({ name: 'eth1', isUp: false, mac: '02:00:00:00:00:02', addresses: [] }),
    expect.objectContaining({ name: 'lo', isLoopback: true, mac: '', mtu: 65536 }),
    expect.objectContaining({ name: 'tun0', isPointToPoint: true, hasArp: false, mac: '' }),
  ])
})

test('an interface that /sys does not show is still listed', async () => {
  const interfaces = await listInterfaces({ root, addresses: () => ({ veth0: [address('10.0.0.1/24')] }) })
  expect(interfaces).toEqual([
    expect.objectContaining({ name: 'veth0', mac: '02:00:00:00:00:01', isUp: true, mtu: 1500 }),
  ])
})

test('a machine with nothing at all has no interfaces', async () => {
  expect(await listInterfaces({ root, addresses: () => ({}) })).toEqual([])
})

test('a list of interfaces that cannot be read is an error', async () => {
  rmSync(join(root, 'sys/class/net'), { recursive: true })
  await expect(listInterfaces({ root, addresses: () => ({}) })).rejects.toThrow('sys/class/net')
})
