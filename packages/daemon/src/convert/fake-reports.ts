/** One sound report of each kind, with something in every field, for tests that change them. */

import type { Alert } from '@netwatcher/shared'
import type { SensorCounters } from '../model/capture.js'
import type { HostSeen } from '../model/host.js'
import type { Report } from '../model/sensor.js'
import type { TrafficReport } from '../model/traffic.js'

const MAC = '02:00:00:00:00:01'
export const EVIDENCE = Buffer.from('0a0d0d0a00', 'hex')
export const HOST: HostSeen = {
  ip: '10.0.0.1',
  mac: MAC,
  evidence: 'arp_solicited',
  seenMs: 1_700_000_000_000,
  vlan: 0,
}
export const ROW = {
  deviceMac: MAC,
  deviceIp: '10.0.0.1',
  remoteIp: '2001:db8::1',
  protocol: 6,
  servicePort: 443,
  txBytes: 1,
  rxBytes: 2,
  txPackets: 3,
  rxPackets: 4,
  isSecondView: true,
}
export const TRAFFIC: TrafficReport = {
  startMs: 1,
  durationMs: 1000,
  rows: [ROW],
  otherBytes: 5,
  otherPackets: 6,
  dropped: 7,
}
export const COUNTERS: SensorCounters = {
  packets: 1,
  bytes: 2,
  dropped: 3,
  interfaceDropped: 4,
  malformed: 5,
  overflowed: 6,
  flows: 7,
  flowCapacity: 8,
  vantage: 'mirror',
  foreignUnicast: 9,
  probesSent: 10,
  sentPackets: 13,
  sentBytes: 14,
  rssBytes: 11,
  tables: [{ table: 'flows', entries: 1, capacity: 9, evicted: 0, refused: 2 }],
  learningUntilMs: 12,
  clockSteps: 13,
  decoys: [],
  hellos: { named: 14, veiled: 15, split: 16, unnamed: 17 },
  uplink: {
    state: 'beyond_silent',
    sinceMs: 20,
    answeredMs: 18,
    evidence: 'resolver',
    gateway: '10.0.0.1',
    gatewayAnsweredMs: 19,
  },
}
export const ALERT: Alert = {
  id: 'a'.repeat(32),
  kind: 'arp_spoof',
  severity: 'critical',
  state: 'active',
  ip: '10.0.0.1',
  vlan: 7,
  parties: [
    { role: 'suspect', mac: MAC, ip: '', certainty: 'proven' },
    { role: 'affected', mac: MAC, ip: '10.0.0.2', certainty: 'possible' },
  ],
  expected: { rule: 'expected_something', params: { ip: '10.0.0.1' } },
  seen: { rule: 'seen_something', params: { ip: '10.0.0.1' } },
  reasonsFor: [{ rule: 'unsolicited_cadence', params: { interval_ms: '2000' }, frames: [1, 2] }],
  reasonsAgainst: [],
  verifications: [
    {
      method: 'forwarding_probe',
      target: { ip: '10.0.0.1', mac: MAC },
      result: 'forwarded',
      atMs: 1,
    },
  ],
  advice: { rule: 'advice_something', params: { ip: '10.0.0.1' } },
  firstSeenMs: 1,
  lastSeenMs: 2,
  count: 3,
}

export const SOUND: Report[] = [
  { type: 'ready', pid: 1, uid: 2, gid: 3, effectiveCapabilities: 4n },
  { type: 'status', counters: COUNTERS },
  { type: 'traffic', traffic: TRAFFIC },
  {
    type: 'observation',
    hosts: [HOST],
    clues: [{ mac: MAC, source: 'dhcp_60', value: 'MSFT 5.0', vlan: 7 }],
    names: [{ ip: '10.0.0.1', mac: '', name: 'printer.local', source: 'mdns' }],
  },
  { type: 'alert', alert: ALERT, evidence: EVIDENCE },
  { type: 'alert', alert: { ...ALERT, parties: [], ip: '' }, evidence: null },
  { type: 'scan', scanId: 1, step: { type: 'host', host: HOST } },
  { type: 'scan', scanId: 1, step: { type: 'progress', progress: { asked: 1, total: 2, found: 3 } } },
  {
    type: 'scan',
    scanId: 1,
    step: {
      type: 'summary',
      summary: {
        method: 'arp',
        details: [{ rule: 'scan_send_failed', params: { error: 'no' } }],
        found: 1,
        total: 2,
        sent: 3,
        durationMs: 4,
        targets: ['10.0.0.0/24'],
        vlan: 7,
        isComplete: false,
      },
    },
  },
  { type: 'failure', code: 'open_failed', message: 'no' },
  { type: 'learnt', snapshot: Buffer.from([1]) },
  { type: 'clock_step', stepMs: -86_400_000 },
  { type: 'woken', wakeId: 7, sent: 3 },
  { type: 'announced', announceId: 8, sent: 4 },
]
