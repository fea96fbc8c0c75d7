/** Messages for the fake daemon, with ordinary values where a test does not care. */

import type { Alert } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import type { CaptureStatus } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import type { Evidence, Host } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { Event, NameSighting, TrafficRow } from '@netwatcher/shared/gen/netwatcher/v1/event'

export const DAEMON_ID = 'd'.repeat(32)

const sensor = (interfaceName = 'eth0') => ({ daemonId: DAEMON_ID, interface: interfaceName })

export function host(ip: string, mac: string, seenMs = Date.now(), evidence: Evidence = 1): Host {
  return {
    sensor: sensor(),
    ip,
    mac,
    evidence,
    seenMs: BigInt(seenMs),
    isSelf: false,
    isGateway: false,
    vlan: 0,
    isDisputed: false,
  }
}

export function captureStatus(interfaceName: string): CaptureStatus {
  return {
    sensor: sensor(interfaceName),
    state: 3,
    detail: undefined,
    packets: 1000n,
    bytes: 500_000n,
    dropped: 0n,
    interfaceDropped: 0n,
    malformed: 0n,
    overflowed: 0n,
    flows: 10,
    flowCapacity: 65_536,
    vantage: 1,
    foreignUnicast: 0n,
    probesSent: 0n,
    sentPackets: 0n,
    sentBytes: 0n,
    pid: 4242,
    uid: 990,
    rssBytes: 50_000_000n,
    restarts: 0,
    startedMs: BigInt(Date.now()),
    learningUntilMs: 0n,
    kernelPackets: 1000n,
    kernelBytes: 500_000n,
    tables: [{ table: 'flows', entries: 10n, capacity: 65_536n, evicted: 0n, refused: 0n }],
    clockSteps: 0,
    segment: '',
    decoys: [],
    hellos: undefined,
    uplink: undefined,
  }
}

export function observation(hosts: Host[], names: NameSighting[] = []): Event['payload'] {
  return { $case: 'observation', value: { hosts, names, clues: [] } }
}

export function trafficRow(row: Partial<TrafficRow> = {}): TrafficRow {
  return {
    deviceMac: 'aa:bb:cc:dd:ee:01',
    deviceIp: '192.168.1.10',
    remoteIp: '8.8.8.8',
    protocol: 17,
    servicePort: 53,
    txBytes: 100n,
    rxBytes: 200n,
    txPackets: 1n,
    rxPackets: 2n,
    vlan: 0,
    isSecondView: false,
    ...row,
  }
}

export function traffic(rows: TrafficRow[], startMs = Date.now(), durationMs = 1000): Event['payload'] {
  const counters = { otherBytes: 0n, otherPackets: 0n, dropped: 0n }
  return {
    $case: 'traffic',
    value: { sensor: sensor(), startMs: BigInt(startMs), durationMs, rows, ...counters },
  }
}

export function alert(change: Partial<Alert> = {}): Alert {
  return {
    id: 'a'.repeat(32),
    sensor: sensor(),
    kind: 'arp_spoof',
    severity: 3,
    state: 1,
    ip: '192.168.1.1',
    vlan: 0,
    parties: [
      { role: 1, mac: 'aa:bb:cc:dd:ee:66', ip: '', certainty: 2 },
      { role: 2, mac: 'aa:bb:cc:dd:ee:01', ip: '192.168.1.1', certainty: 2 },
      { role: 3, mac: 'aa:bb:cc:dd:ee:02', ip: '192.168.1.20', certainty: 2 },
    ],
    expected: { rule: '', params: { text: '192.168.1.1 is at aa:bb:cc:dd:ee:01.' } },
    seen: { rule: '', params: { text: 'aa:bb:cc:dd:ee:66 says that it has 192.168.1.1.' } },
    reasonsFor: [{ rule: 'unsolicited_cadence', params: { interval_ms: '2000' }, frames: [1, 2] }],
    reasonsAgainst: [],
    verifications: [
      {
        method: 'unicast_who_has',
        target: { ip: '192.168.1.1', mac: 'aa:bb:cc:dd:ee:01' },
        result: 'answered',
        atMs: BigInt(Date.now()),
      },
    ],
    advice: {
      rule: '',
      params: { text: 'Find the device with the MAC address aa:bb:cc:dd:ee:66 and disconnect it.' },
    },
    firstSeenMs: BigInt(Date.now()),
    lastSeenMs: BigInt(Date.now()),
    count: 12n,
    evidenceBytes: 512,
    ...change,
  }
}

export function alertEvent(change: Partial<Alert> = {}): Event['payload'] {
  return { $case: 'alert', value: alert(change) }
}

export function gap(): Event['payload'] {
  const value = {
    ...{ firstSequence: 1n, lastSequence: 2n, trafficBytes: 5_000n, sensor: sensor() },
    ...{
      cause: { rule: 'gap_journal_full', params: {} },
      fromMs: BigInt(Date.now() - 5000),
      toMs: BigInt(Date.now()),
    },
  }
  return { $case: 'gap', value }
}

/** The same, said by another daemon: every sensor in it is that one's. */
export function saidBy<T>(daemonId: string, message: T): T {
  return rewrite(message, (key, value) => (key === 'daemonId' ? daemonId : value)) as T
}

function rewrite(value: unknown, change: (key: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, change(key, rewrite(inner, change))]),
  )
}
