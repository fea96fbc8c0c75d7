import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { planImport } from './plan.js'
import { readImport } from './read-import.js'

const MAC = 'aa:bb:cc:dd:ee:01'

test.each<[string, string, string, object]>([
  [
    'a CSV of NetAlertX',
    'table',
    '"devMac","devName","devOwner","devType","devVendor","devFavorite","devGroup","devComments","devLastIP","devIsNew","devLocation","devIsArchived"\n' +
      '"AA:BB:CC:DD:EE:01","Ann, her ""big"" TV","Ann","Smart TV","LG",1,"Living","first line\nsecond","192.168.1.7",0,"Hall",1\n',
    {
      ...{ line: 2, mac: MAC, ip: '192.168.1.7', name: 'Ann, her "big" TV', owner: 'Ann', type: 'Smart TV' },
      ...{
        notes: 'first line\nsecond',
        tags: ['Living', 'Hall'],
        isFavorite: true,
        isArchived: true,
        trust: 'known',
      },
    },
  ],
  [
    "WatchYourLAN's table of hosts",
    'table',
    'ID,NAME,DNS,IFACE,IP,MAC,HW,DATE,KNOWN,NOW\n1,,printer.lan,eth0,10.0.0.9,aa:bb:cc:dd:ee:01,Acme,2025-01-01,1,0\n',
    { mac: MAC, ip: '10.0.0.9', name: 'printer.lan', trust: 'known' },
  ],
  [
    'leases of Kea (memfile)',
    'table',
    'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n10.0.0.9,aa:bb:cc:dd:ee:01,,4000,1700000000,1,0,0,phone,0,,0\n',
    { mac: MAC, ip: '10.0.0.9', name: 'phone' },
  ],
  [
    'our own export',
    'table',
    'id,site,mac,name,hostname,tags,trust,isFavorite,notes\r\n7,default,aa:bb:cc:dd:ee:01,\'=Ann,x,"lab, hall",ignored,false,n\r\n',
    { mac: MAC, name: '=Ann', tags: ['lab', 'hall'], trust: 'ignored', notes: 'n' },
  ],
  [
    'leases of dnsmasq and Pi-hole',
    'dnsmasq_leases',
    'duid 00:01:00:01\n1700000000 aa:bb:cc:dd:ee:01 10.0.0.9 phone 01:aa:bb:cc:dd:ee:01\n',
    { line: 2, mac: MAC, ip: '10.0.0.9', name: 'phone' },
  ],
  [
    'fixed leases of dnsmasq and Pi-hole',
    'dnsmasq_hosts',
    '# static\ndhcp-host=AA:BB:CC:DD:EE:01,10.0.0.9,nas,infinite\n',
    { mac: MAC, ip: '10.0.0.9', name: 'nas' },
  ],
  [
    'leases of ISC dhcpd',
    'dhcpd_leases',
    'lease 10.0.0.8 {\n  hardware ethernet aa:bb:cc:dd:ee:01;\n  client-hostname "old";\n}\nlease 10.0.0.9 {\n  hardware ethernet aa:bb:cc:dd:ee:01;\n  client-hostname "new";\n}\n',
    { line: 5, mac: MAC, ip: '10.0.0.9', name: 'new' },
  ],
  [
    '/etc/ethers',
    'ethers',
    'aa:bb:cc:dd:ee:01 nas.lan # the old one\n',
    { mac: MAC, ip: null, name: 'nas.lan' },
  ],
  [
    '/etc/hosts',
    'hosts',
    '127.0.0.1 localhost\n10.0.0.9 nas nas.lan\n',
    { line: 2, mac: null, ip: '10.0.0.9', name: 'nas' },
  ],
])('%s is read', (_what, format, text, expected) => {
  const read = readImport(text)
  expect(read?.format).toBe(format)
  expect(read?.devices).toMatchObject([expected])
})

test.each(['', 'hello', 'a,b\n1,2\n', '\0\0\0', 'lease x {'])('%j names no device', (text) => {
  expect(readImport(text)).toBeNull()
})

/** Read once more for each line, they would take minutes. */
test.each([
  'lease 10.0.0.8 {\n',
  'lease 10.0.0.8 {\n  hardware ethernet aa:bb:cc:dd:ee:01;\n}\n',
  'hardware ethernet ',
  'client-hostname "',
])('%j without end is read once', (piece) => {
  const start = 'lease 10.0.0.9 {\n  hardware ethernet aa:bb:cc:dd:ee:02;\n}\n'
  const text = start + piece.repeat((2 * MIB) / piece.length)
  expect(readImport(text)?.devices.map(({ mac }) => mac)).toContain('aa:bb:cc:dd:ee:02')
})

const entry = (text: string) => {
  const [first] = readImport(text)?.devices ?? []
  if (!first) throw new Error('nothing was read')
  return first
}

test('what a person has said stays, and the rest is brought into form', () => {
  const said = entry(
    'mac,name,owner,type,tags,trust,notes\naa:bb:cc:dd:ee:01,TV,Bob,Smart TV,"hall, <b>x",known,n\n',
  )
  const tags = ['bx', 'hall']
  expect(planImport(said, null)).toEqual({
    name: 'TV',
    owner: 'Bob',
    type: 'smart-tv',
    tags,
    trust: 'known',
    notes: 'n',
  })
  const stored = {
    name: 'Mine',
    notes: '',
    owner: 'Ann',
    type: 'nas',
    tags: ['hall', 'lab'],
    isFavorite: false,
    trust: 'ignored' as const,
    archivedMs: null,
  }
  expect(planImport(said, stored)).toEqual({ notes: 'n', tags: ['bx', 'hall', 'lab'] })
  expect(planImport(said, { ...stored, notes: 'x', tags })).toEqual({})
})
