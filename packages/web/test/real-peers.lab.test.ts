/**
 * Devices as Debian makes them, each in a network namespace with real programs: a client that asks dnsmasq for a lease,
 * a printer of CUPS behind avahi, a media server (minidlna), a Windows-like file server (nmbd) and a switch (lldpd).
 * Each gets its name and type in the inventory, those that keep silent by being asked.
 */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnnounceKind, type AnnounceResponse } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../../daemon/src/lab/lab.js'
import { type EventCollector, unary, waitUntil } from '../../daemon/test/support/netwatcherd.js'
import type { Device, DevicesResponse } from '../src/contract/devices.js'
import { type LabSystem, startLabSystem } from './support/lab-system.js'

const host = (name: string, n: number) => ({
  ...{ name, mac: `02:00:00:00:72:0${n}` },
  addresses: [`10.72.0.${n}/24`],
})
const WATCHER = host('watcher', 1)
const LAPTOP = { ...host('laptop', 2), addresses: [] }
const PRINTER = host('printer', 3)
const MEDIA = host('media', 4)
const FILES = host('files', 5)
const WITHIN_MS = 40_000

let directory: string
let lab: Lab
let system: LabSystem
let events: EventCollector

/** What a program writes to fixed places is its own, and goes with it. */
function start(name: string, script: string): void {
  const own = 'for place in /run /var/lib /var/cache /var/log; do mount -t tmpfs own $place; done'
  const argv = ['sh', '-c', `${own}; hostname ${name}; cd ${directory}; ${script}`] as const
  lab.start(name, ['unshare', '--uts', '--mount', '--propagation', 'private', ...argv])
}

function write(name: string, ...lines: string[]): string {
  const file = join(directory, name)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-peers-'))
  chmodSync(directory, 0o755)
  lab = await Lab.create({ medium: 'switch', hosts: [WATCHER, LAPTOP, PRINTER, MEDIA, FILES] })
  await startMedia()
  const config = '[capture]\nbucket_seconds = 1\n[detection]\nlearning_minutes = 0\n'
  system = await startLabSystem({
    ...{ lab, watcher: WATCHER.name, config, settings: '[discovery]\nscan_every_minutes = 0\n' },
    beforeWeb: (netwatcherd) => {
      events = netwatcherd.watch()
    },
  })
  startPeers()
}, 120_000)

/** Before anybody watches: it announces itself when it starts, and not again for a quarter of an hour. */
async function startMedia(): Promise<void> {
  mkdirSync(join(directory, 'films'))
  const settings = [`media_dir=${directory}/films`, 'friendly_name=Films', 'db_dir=/var/cache']
  const file = write('minidlna.conf', ...settings, 'network_interface=eth0')
  start(MEDIA.name, `mkdir /var/log/minidlna && exec minidlnad -S -f ${file} -P /run/minidlna.pid`)
  await waitUntil(
    async () => (await lab.check(MEDIA.name, ['ss', '-uln'])).includes(':1900'),
    WITHIN_MS,
    () => 'the media server does not listen',
  )
}

function startPeers(): void {
  start(
    WATCHER.name,
    'exec dnsmasq -k -C /dev/null --port=0 -i eth0 -F 10.72.0.100,10.72.0.110,2m -l /run/leases',
  )
  const client = write('dhclient.conf', 'send host-name "kitchen-laptop";')
  start(LAPTOP.name, `exec dhclient -d -1 -cf ${client} -lf /run/leases -pf /run/pid -sf /bin/true eth0`)
  const bus =
    'mkdir -p /run/dbus && dbus-daemon --system --fork && avahi-daemon --daemonize --no-chroot --no-drop-root'
  const model = '-M Brother -m "HL-L2350DW series" -p 8631'
  start(PRINTER.name, `${bus} && exec ippeveprinter ${model} "Office printer"`)
  const samba = write(
    'smb.conf',
    '[global]',
    'netbios name = ARCHIVE',
    'workgroup = HOME',
    'local master = no',
  )
  start(
    FILES.name,
    `mkdir -p /run/samba /var/lib/samba/private /var/cache/samba /var/log/samba && exec nmbd -F -s ${samba}`,
  )
  start('switch', 'mkdir -p /run/lldpd && exec lldpd -d')
}

afterAll(async () => {
  events?.close()
  await system?.[Symbol.asyncDispose]()
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
})

async function devices(): Promise<Device[]> {
  return (await system.ask<DevicesResponse>('/api/devices')).devices
}

async function becomes(hostname: string, type: string): Promise<Device> {
  let all: Device[] = []
  const found = () => all.filter((one) => one.hostname === hostname && one.deviceType === type)
  await waitUntil(
    async () => {
      all = await devices()
      return found().length === 1
    },
    WITHIN_MS,
    () => `no ${type} ${hostname} among ${all.map((one) => `${one.mac} ${one.hostname} ${one.deviceType}`)}`,
  )
  return found()[0] as Device
}

test('a client that dnsmasq gives a lease has the name that it told', async () => {
  expect(await becomes('kitchen-laptop', 'computer')).toMatchObject({
    hostnameSource: 'dhcp',
    mac: LAPTOP.mac,
  })
})

test('a printer of CUPS is known by what it announces, with its model', async () => {
  const printer = await becomes('printer', 'printer')
  expect(printer).toMatchObject({ mac: PRINTER.mac, model: 'Brother HL-L2350DW series' })
})

test('a file server of Samba is known by its NetBIOS name, and is no Windows', async () => {
  expect(await becomes('ARCHIVE', 'computer')).toMatchObject({ mac: FILES.mac, os: 'Linux or Unix' })
})

test('a switch that only speaks LLDP is listed, with its name', async () => {
  expect(await becomes('switch', 'switch')).toMatchObject({ hostnameSource: 'lldp' })
})

test('a media server that has long been silent tells what it is when it is asked', async () => {
  const said = () =>
    events.events.flatMap(({ event }) =>
      event.payload?.$case === 'observation'
        ? event.payload.value.clues.flatMap(({ mac, value }) => (mac === MEDIA.mac ? [value] : []))
        : [],
    )
  expect(said().filter((value) => value.includes('MediaServer'))).toEqual([])
  const asked = { interface: '', kinds: [AnnounceKind.SSDP, AnnounceKind.MDNS] }
  const { sent } = await unary<AnnounceResponse>((done) => system.netwatcherd.discovery.announce(asked, done))
  // A search, an enumeration, and the types of service that the printer has.
  expect(sent).toBe(3)
  await waitUntil(
    () =>
      said().some((value) => value.includes('device:MediaServer')) &&
      said().some((value) => /MiniDLNA/.test(value)),
    WITHIN_MS,
    () => `the media server only says ${said().join(', ')}`,
  )
})
