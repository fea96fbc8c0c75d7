import type { Alert } from '@netwatcher/shared'
import { NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { TrafficRow } from '../model/traffic.js'
import { ReplayResult } from './replay-result.js'

const ALERT: Alert = {
  id: 'a',
  kind: 'arp_spoof',
  severity: 'warning',
  state: 'active',
  ip: '192.168.1.1',
  vlan: 0,
  parties: [{ role: 'suspect', mac: 'aa:bb:cc:dd:ee:66', ip: '', certainty: 'likely' }],
  expected: NO_TEXT,
  seen: NO_TEXT,
  reasonsFor: [],
  reasonsAgainst: [],
  verifications: [],
  advice: NO_TEXT,
  firstSeenMs: 1,
  lastSeenMs: 1,
  count: 1,
}
const NOTHING = { alerts: [], hosts: [], names: [], clues: [], probes: [] }

test('keeps the last state of an alert and its highest severity', () => {
  const result = new ReplayResult()
  for (const change of [
    { severity: 'warning' as const },
    { severity: 'critical' as const },
    { severity: 'info' as const, state: 'ended' as const },
  ])
    result.addOutput({ ...NOTHING, alerts: [{ alert: { ...ALERT, ...change }, evidence: null }] })
  expect([...result.alerts.values()]).toEqual([{ ...ALERT, severity: 'critical', state: 'ended' }])
})

test('gathers addresses and the name of a device', () => {
  const result = new ReplayResult()
  const mac = 'aa:bb:cc:dd:ee:01'
  const host = (ip: string, seenMs: number) => ({ ip, mac, evidence: 'nd' as const, seenMs, vlan: 0 })
  result.addOutput({ ...NOTHING, hosts: [host('10.0.0.1', 5), host('fe80::1', 9), host('10.0.0.1', 7)] })
  result.addOutput({ ...NOTHING, names: [{ ip: '10.0.0.1', mac, name: 'laptop', source: 'dhcp' }] })
  expect([...result.devices.values()]).toEqual([
    {
      mac,
      ips: ['10.0.0.1', 'fe80::1'],
      hostname: 'laptop',
      clues: new Map(),
      firstSeenMs: 5,
      lastSeenMs: 9,
    },
  ])
})

test('adds up the rows of all buckets', () => {
  const result = new ReplayResult()
  const row: TrafficRow = {
    deviceMac: 'aa:bb:cc:dd:ee:01',
    deviceIp: '',
    remoteIp: '8.8.8.8',
    protocol: 17,
    servicePort: 53,
    txBytes: 70,
    rxBytes: 100,
    txPackets: 1,
    rxPackets: 1,
    isSecondView: false,
  }
  const bucket = { startMs: 0, durationMs: 1, otherBytes: 10, otherPackets: 1 }
  result.addBucket({ ...bucket, rows: [row] })
  result.addBucket({
    ...bucket,
    rows: [
      { ...row, deviceIp: '10.0.0.1' },
      { ...row, servicePort: 5353 },
    ],
  })
  expect([...result.rows.values()]).toEqual([
    { ...row, deviceIp: '10.0.0.1', txBytes: 140, rxBytes: 200, txPackets: 2, rxPackets: 2 },
    { ...row, servicePort: 5353 },
  ])
  expect(result).toMatchObject({ otherBytes: 20, otherPackets: 2 })
})
