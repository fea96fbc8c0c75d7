import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { endianness, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultRoutes, dnsServers, isForwarding } from './routes.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netwatcher-root-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, lines: string[]): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), `${lines.join('\n')}\n`)
}

/** /proc/net/route prints addresses as numbers of the host. */
function hostOrder(...octets: number[]): string {
  const bytes = endianness() === 'LE' ? octets.reverse() : octets
  return bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}

const ZERO = '0'.repeat(32)
const LINK_LOCAL_1 = `fe80${'0'.repeat(27)}1`

test('default gateways of both families, the lowest metric first, bad rows skipped', async () => {
  const gateway1 = hostOrder(192, 168, 1, 1)
  const gateway2 = hostOrder(10, 0, 0, 1)
  write('proc/net/route', [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    `wlan0\t00000000\t${gateway2}\t0003\t0\t0\t600\t00000000\t0\t0\t0`,
    `eth0\t00000000\t${gateway1}\t0003\t0\t0\t100\t00000000\t0\t0\t0`,
    `eth0\t${hostOrder(192, 168, 1, 0)}\t00000000\t0001\t0\t0\t100\t${hostOrder(255, 255, 255, 0)}\t0\t0\t0`,
    `eth0\t${hostOrder(8, 0, 0, 0)}\t${gateway1}\t0003\t0\t0\t0\t${hostOrder(255, 0, 0, 0)}\t0\t0\t0`,
    `down0\t00000000\t${gateway2}\t0002\t0\t0\t0\t00000000\t0\t0\t0`,
    'ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0',
    'bad0\t00000000\tXYZ\t0003\t0\t0\t0\t00000000',
    'bad1\t00000000\t0102\t0003\t0\t0\t0\t00000000',
    '',
    'short',
  ])
  write('proc/net/if_inet6', [])
  write('proc/net/ipv6_route', [
    `${ZERO} 00 ${ZERO} 00 ${LINK_LOCAL_1} 00000400 00000002 00000000 00000003     eth0`,
    `${ZERO} 00 ${ZERO} 00 ${ZERO} ffffffff 00000001 00000000 00200200       lo`,
    `fd00${'0'.repeat(28)} 40 ${ZERO} 00 ${LINK_LOCAL_1} 00000100 00000001 00000000 00000003     eth0`,
    'garbage',
  ])
  expect(await defaultRoutes(root)).toEqual([
    { interface: 'eth0', gateway: '192.168.1.1', metric: 100 },
    { interface: 'wlan0', gateway: '10.0.0.1', metric: 600 },
    { interface: 'eth0', gateway: 'fe80::1', metric: 1024 },
  ])
})

test('a kernel without IPv6 has routes of IPv4 alone; one whose routes cannot be read is an error', async () => {
  await expect(defaultRoutes(root)).rejects.toThrow('/proc/net/route: there is no such file')
  write('proc/net/route', ['Iface\tDestination'])
  expect(await defaultRoutes(root)).toEqual([])
  write('proc/net/if_inet6', [])
  await expect(defaultRoutes(root)).rejects.toThrow('/proc/net/ipv6_route')
})

test('DNS servers, with comments, scopes, repeats and nonsense', async () => {
  write('etc/resolv.conf', [
    '# nameserver 1.1.1.1',
    'search home.arpa',
    'nameserver 192.168.1.1',
    'nameserver   fe80::1%eth0',
    'nameserver 192.168.1.1',
    'nameserver 010.0.0.1',
    'nameserver',
  ])
  expect(await dnsServers(root)).toEqual(['192.168.1.1', 'fe80::1'])
})

test("systemd-resolved's stub is followed to the servers behind it", async () => {
  write('etc/resolv.conf', ['nameserver 127.0.0.53', 'options edns0'])
  write('run/systemd/resolve/resolv.conf', ['nameserver 9.9.9.9', 'nameserver 2620:fe::fe'])
  expect(await dnsServers(root)).toEqual(['9.9.9.9', '2620:fe::fe'])
})

test('a list of DNS servers that cannot be read is an error that says why, never an empty list', async () => {
  mkdirSync(join(root, 'etc'))
  const file = join(root, 'etc/resolv.conf')
  await expect(dnsServers(root)).rejects.toThrow('/etc/resolv.conf: there is no such file')
  symlinkSync('../run/NetworkManager/resolv.conf', file)
  await expect(dnsServers(root)).rejects.toThrow(
    '/etc/resolv.conf, a link to ../run/NetworkManager/resolv.conf: there is no such file',
  )
  rmSync(file)
  symlinkSync('resolv.conf', file)
  await expect(dnsServers(root)).rejects.toThrow('the links lead in a circle')
  rmSync(file)
  mkdirSync(file)
  await expect(dnsServers(root)).rejects.toThrow('it is a directory')
  rmSync(file, { recursive: true })
  write('etc/resolv.conf', ['search home.arpa'])
  expect(await dnsServers(root)).toEqual([])
})

test("systemd-resolved's stub without the servers behind it is an error", async () => {
  write('etc/resolv.conf', ['nameserver 127.0.0.53'])
  await expect(dnsServers(root)).rejects.toThrow('/run/systemd/resolve/resolv.conf: there is no such file')
})

test('forwarding of either family counts', async () => {
  await expect(isForwarding(root)).rejects.toThrow('ip_forward')
  write('proc/sys/net/ipv4/ip_forward', ['0'])
  expect(await isForwarding(root)).toBe(false)
  write('proc/net/if_inet6', [])
  await expect(isForwarding(root)).rejects.toThrow('forwarding')
  write('proc/sys/net/ipv6/conf/all/forwarding', ['0'])
  expect(await isForwarding(root)).toBe(false)
  write('proc/sys/net/ipv6/conf/all/forwarding', ['1'])
  expect(await isForwarding(root)).toBe(true)
})
