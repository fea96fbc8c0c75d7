/**
 * The example network: a home with a router, a few devices that talk to the
 * "internet" (addresses of RFC 5737 that the router itself answers for), one
 * guest who turns out to be an attacker, and the machine NetWatcher runs on.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Lab, type LabHost } from './lab.js'

export const SUBNET = '10.77.0.0/24'
export const GATEWAY = { name: 'router', mac: '3c:84:6a:10:20:01', ip: '10.77.0.1' }
export const WATCHER = { name: 'watcher', mac: 'b8:27:eb:00:00:02', ip: '10.77.0.2' }
export const DEVICES = [
  { name: 'laptop', mac: 'a4:bb:6d:31:07:10', ip: '10.77.0.10' },
  { name: 'phone', mac: '82:9a:5e:41:10:11', ip: '10.77.0.11' },
  { name: 'tv', mac: '5c:49:7d:20:30:12', ip: '10.77.0.12' },
  { name: 'nas', mac: '00:11:32:aa:bb:13', ip: '10.77.0.13' },
] as const
export const ATTACKER = { name: 'guest', mac: '08:00:27:be:ef:66', ip: '10.77.0.66' }

const REMOTES = ['203.0.113.10', '198.51.100.20', '192.0.2.30']
const NAMES = { 'video.example': REMOTES[0], 'mail.example': REMOTES[1], 'updates.example': REMOTES[2] }

/** Where NetWatcher sits: it sees everything, only what a switch port shows, or what the router passes on. */
export type Place = 'mirror' | 'switch' | 'router'

export interface HomeNetwork {
  lab: Lab
  /** The host that NetWatcher runs on. */
  watcher: string
  close(): Promise<void>
}

export async function createHomeNetwork(place: Place): Promise<HomeNetwork> {
  const lab = await Lab.create({ medium: place === 'switch' ? 'switch' : 'hub', hosts: hosts(place) })
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-lab-'))
  const close = async () => {
    await lab.close()
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    startRouter(lab, directory)
    for (const device of DEVICES) startDevice(lab, directory, device)
  } catch (error) {
    await close()
    throw error
  }
  return { lab, watcher: place === 'router' ? GATEWAY.name : WATCHER.name, close }
}

function hosts(place: Place): LabHost[] {
  const router: LabHost = {
    ...GATEWAY,
    addresses: [`${GATEWAY.ip}/24`, ...REMOTES.map((remote) => `${remote}/32`)],
    isForwarding: true,
  }
  const others = [...(place === 'router' ? [] : [WATCHER]), ...DEVICES, ATTACKER]
  return [router, ...others.map((host) => ({ ...host, addresses: [`${host.ip}/24`], gateway: GATEWAY.ip }))]
}

/** DHCP with a fixed address per device, DNS for the example names, and servers on every remote address. */
function startRouter(lab: Lab, directory: string): void {
  lab.start(GATEWAY.name, [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-hosts',
    '--no-resolv',
    '--user=root',
    '--interface=eth0',
    '--bind-interfaces',
    `--pid-file=${join(directory, 'dnsmasq.pid')}`,
    `--dhcp-leasefile=${join(directory, 'dnsmasq.leases')}`,
    '--dhcp-range=10.77.0.100,10.77.0.199,255.255.255.0,1h',
    ...DEVICES.map((device) => `--dhcp-host=${device.mac},${device.ip}`),
    ...Object.entries(NAMES).map(([name, address]) => `--address=/${name}/${address}`),
  ])
  lab.start(GATEWAY.name, actor('server'))
}

function startDevice(lab: Lab, directory: string, device: { name: string }): void {
  // The exchange tells the network the device's name; the address is already set, so the script has nothing to do.
  lab.start(device.name, [
    'dhclient',
    '-1',
    '-d',
    '-sf',
    '/bin/true',
    '-H',
    device.name,
    '-pf',
    join(directory, `${device.name}.pid`),
    '-lf',
    join(directory, `${device.name}.leases`),
    'eth0',
  ])
  lab.start(device.name, actor('client', GATEWAY.ip, ...Object.keys(NAMES)))
}

function actor(...args: string[]): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL('./actor.js', import.meta.url)), ...args]
}
