import { expect, test } from 'vitest'
import { formatTable, judge, parseManifest, readReplay, readVerdict } from './score-verdict.mjs'

test('reads a manifest by its column names', () => {
  expect(parseManifest('file\tpackets\texpected_verdict\na.pcap\t3\tbenign\n')).toEqual([
    { file: 'a.pcap', packets: '3', expected_verdict: 'benign' },
  ])
})

test.each([
  ['benign', { group: 'benign', kinds: [] }],
  ['silence (not visible on this port)', { group: 'silence', kinds: [] }],
  ['arp_spoof(no-baseline)', { group: 'arp_spoof', kinds: ['arp_spoof'] }],
  ['arp_scan+arp_spoof', { group: 'arp_spoof', kinds: ['arp_scan', 'arp_spoof'] }],
  [
    'arp_scan+rogue_dhcp (only evidence: option 54)',
    { group: 'arp_scan', kinds: ['arp_scan', 'rogue_dhcp'] },
  ],
  ['arp_spoof+dns_spoof', { group: 'arp_spoof', kinds: ['arp_spoof'] }],
])('reads the verdict "%s"', (verdict, expected) => {
  expect(readVerdict(verdict)).toEqual(expected)
})

const warning = (kind: string) => ({ kind, severity: 'warning' })
const info = (kind: string) => ({ kind, severity: 'info' })

test.each([
  ['arp_spoof', [warning('gateway_spoof')], { missed: [], falseAlarms: [] }],
  ['arp_spoof', [info('arp_spoof')], { missed: ['arp_spoof'], falseAlarms: [] }],
  ['mac_changed', [info('mac_changed')], { missed: [], falseAlarms: [] }],
  ['arp_scan+port_scan', [warning('arp_scan')], { missed: ['port_scan'], falseAlarms: [] }],
  ['benign', [info('arp_scan'), info('new_device')], { missed: [], falseAlarms: [] }],
  ['benign', [warning('arp_scan')], { missed: [], falseAlarms: ['arp_scan'] }],
  ['silence (far)', [warning('arp_scan')], { missed: [], falseAlarms: ['arp_scan'] }],
  ['arp_scan', [warning('arp_scan'), warning('arp_spoof')], { missed: [], falseAlarms: ['arp_spoof'] }],
  ['arp_scan', [warning('arp_scan'), warning('arp_storm')], { missed: [], falseAlarms: [] }],
  ['robustness', [warning('arp_spoof')], { missed: [], falseAlarms: [] }],
])('judges "%s" against what was said', (verdict, alerts, expected) => {
  expect(judge(readVerdict(verdict), alerts)).toEqual(expected)
})

test('tells a refusal in words from a crash', () => {
  const summary = '{"type":"summary"}\n'
  expect(readReplay({ status: 0, stdout: summary, stderr: '' })).toMatchObject({ isCrashed: false })
  expect(readReplay({ status: 0, stdout: '', stderr: '' })).toMatchObject({ isCrashed: true })
  expect(readReplay({ status: 0, stdout: `x\n${summary}`, stderr: '' })).toMatchObject({ isCrashed: true })
  expect(readReplay({ status: 'SIGKILL', stdout: summary, stderr: '' })).toMatchObject({ isCrashed: true })
  expect(readReplay({ status: 1, stdout: '', stderr: 'unknown format\n' })).toMatchObject({
    isRefused: true,
    isCrashed: false,
  })
  expect(readReplay({ status: 1, stdout: '', stderr: 'Error\n    at main.js:1' })).toMatchObject({
    isCrashed: true,
  })
})

test('prints groups, wrong rows and the sum', () => {
  const row = {
    file: 'a.pcap',
    group: 'benign',
    missed: [],
    falseAlarms: [],
    isCrashed: false,
    said: [],
    seconds: 0.2,
  }
  const wrong = { ...row, file: 'b.pcap', falseAlarms: ['arp_scan'], seconds: 1.5 }
  expect(formatTable([row, wrong]).split('\n')).toEqual([
    'group                     right/files  missed  false  crashed',
    'benign                    1/2          0       1      0',
    '  b.pcap: false alarm arp_scan',
    '1 of 2 verdicts right, 1 files with false alarms, 0 crashes in 2 files, slowest 1.5 s',
  ])
})
