import { expect, test } from 'vitest'
import { decodeBeacon } from './beacons.js'
import { decodeBrowserAnnouncement } from './browser-announcement.js'
import { decodeCdp } from './cdp.js'
import { announcementBytes, cdpBytes, lldpBytes, lldpText, lldpTlv, textBytes } from './fake-announcements.js'
import { concat } from './fake-frames.js'
import { decodeLldp } from './lldp.js'
import { decodeSsdp } from './ssdp.js'

const SWITCH = lldpBytes(
  lldpText(4, 'Uplink'),
  lldpText(5, 'core'),
  lldpText(6, 'Some Switch\nversion 2'),
  lldpTlv(7, 0, 0x14, 0, 0x04),
  lldpTlv(8, 5, 1, 192, 0, 2, 1, 2, 0, 0, 0, 1, 0),
  lldpTlv(127, 0x00, 0x12, 0xbb, 10, 0x58, 0x31),
)

test('LLDP tells the station, its port and what it is', () => {
  expect(decodeLldp(SWITCH, 0, SWITCH.length)).toEqual({
    chassisId: '02:00:00:00:00:0a',
    portId: 'ge-0/0/1',
    portDescription: 'Uplink',
    systemName: 'core',
    systemDescription: 'Some Switch version 2',
    capabilities: ['bridge'],
    manufacturer: '',
    model: 'X1',
    managementIp: '192.0.2.1',
  })
})

test('LLDP without its three first fields is none', () => {
  const bytes = Uint8Array.from(lldpText(5, 'core'))
  expect(decodeLldp(bytes, 0, bytes.length)).toBeNull()
  expect(decodeLldp(bytes, 0, 0)).toBeNull()
})

test('CDP tells the device, its platform and capabilities', () => {
  const bytes = cdpBytes('SEP0200', 'IP Phone 1', 0x90)
  expect(decodeCdp(bytes, 0, bytes.length)).toEqual({
    deviceId: 'SEP0200',
    portId: 'Port 1',
    platform: 'IP Phone 1',
    version: 'Software, Version 1',
    capabilities: ['host', 'telephone'],
  })
  expect(decodeCdp(Uint8Array.of(9, 180, 0, 0), 0, 4)).toBeNull()
})

test('SSDP announcements, searches and answers are told apart', () => {
  const read = (...lines: string[]) => {
    const bytes = textBytes(...lines)
    return decodeSsdp(bytes, 0, bytes.length)
  }
  expect(
    read(
      'NOTIFY * HTTP/1.1',
      'NT: upnp:rootdevice',
      'USN: uuid:1::upnp:rootdevice',
      'Server: X/1 UPnP/1.0',
      'HUE-BRIDGEID: 01',
    ),
  ).toEqual({
    kind: 'notify',
    target: 'upnp:rootdevice',
    usn: 'uuid:1::upnp:rootdevice',
    server: 'X/1 UPnP/1.0',
    userAgent: '',
    others: ['hue-bridgeid: 01'],
  })
  expect(read('M-SEARCH * HTTP/1.1', 'ST: ssdp:all', 'USER-AGENT: Browser/1')).toMatchObject({
    kind: 'search',
    target: 'ssdp:all',
    userAgent: 'Browser/1',
  })
  expect(read('HTTP/1.1 200 OK', 'LOCATION: http://192.0.2.1/x.xml')).toMatchObject({
    kind: 'answer',
    server: '',
  })
  expect(read('GET / HTTP/1.1')).toBeNull()
})

test('a workgroup announcement tells the name, the version and what the machine serves', () => {
  const bytes = announcementBytes('FILES', [6, 1], 0x9204, 'The office')
  expect(decodeBrowserAnnouncement(bytes, 0, bytes.length)).toEqual({
    name: 'FILES',
    osVersion: '6.1',
    types: ['sql-server', 'print-server', 'nt-workstation', 'nt-server'],
    comment: 'The office',
  })
  expect(decodeBrowserAnnouncement(bytes, 0, 100)).toBeNull()
})

const ONVIF =
  '<e:Envelope><e:Body><d:Hello><d:Types>dn:NetworkVideoTransmitter</d:Types>' +
  '<d:Scopes>onvif://www.onvif.org/hardware/C1 onvif://www.onvif.org/name/Door</d:Scopes></d:Hello></e:Body></e:Envelope>'

test.each([
  [
    10001,
    concat([2, 6, 0, 12], [0x14, 0, 4, 0x55, 0x47, 0x57, 0x33], [0x0b, 0, 2, 0x61, 0x62]),
    ['model=UGW3', 'hostname=ab'],
  ],
  [2190, new TextEncoder().encode('TiVoConnect=1\nmachine=R1\nidentity=secret\n'), ['machine=R1']],
  [3702, new TextEncoder().encode(ONVIF), ['type=dn:NetworkVideoTransmitter', 'hardware=C1', 'name=Door']],
  [32412, textBytes('M-SEARCH * HTTP/1.1'), ['asks=1']],
  [6667, concat([0, 0, 0x55, 0xaa], new Uint8Array(12)), []],
])('a beacon to port %i', (port, bytes, facts) => {
  expect(decodeBeacon(bytes, 0, bytes.length, 40_000, port)?.facts).toEqual(facts)
  expect(decodeBeacon(bytes, 0, 0, 40_000, port)).toBeNull()
})

test('no cut of any of them makes a decoder throw', () => {
  const samples = [
    SWITCH,
    cdpBytes('a', 'b', 1),
    textBytes('NOTIFY * HTTP/1.1', 'NT: x'),
    announcementBytes('A', [1, 2], 0, 'c'),
  ]
  for (const bytes of samples) {
    for (let end = 0; end <= bytes.length; end++) {
      const cut = bytes.subarray(0, end)
      decodeLldp(cut, 0, end)
      decodeCdp(cut, 0, end)
      decodeSsdp(cut, 0, end)
      decodeBrowserAnnouncement(cut, 0, end)
      for (const port of [10001, 2190, 3702, 32412, 6667]) decodeBeacon(cut, 0, end, port, port)
    }
  }
  expect(decodeSsdp(new Uint8Array(0), 0, 0)).toBeNull()
})
