/** The whole daemon over its real socket, on an interface that does not exist, so that it needs no rights. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Client, credentials, status } from '@grpc/grpc-js'
import { isNoText, NO_TEXT } from '@netwatcher/shared'
import {
  AlertState,
  GetEvidenceRequest,
  GetEvidenceResponse,
  ListAlertsRequest,
  ListAlertsResponse,
  ListPinnedBindingsResponse,
  PinBindingRequest,
  Severity,
  UnpinBindingRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { StartCaptureRequest, StopCaptureRequest } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { GetStatusResponse } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import {
  type AnnounceKind,
  AnnounceRequest,
  ListInterfacesResponse,
  ListNeighborsRequest,
  ScanPace,
  ScanRequest,
  WakeRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { AcknowledgeRequest, WatchRequest, WatchResponse } from '@netwatcher/shared/gen/netwatcher/v1/event'
import {
  type AuditEntry,
  ListAuditRequest,
  ListAuditResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Config, defaultConfig } from './config.js'
import { startDaemon } from './daemon.js'
import { RawClient } from './rpc/raw-client.js'

const INTERFACE = 'nw-missing'
const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const NOTHING = new Uint8Array(0)
const IP = '192.168.1.1'
const MAC = 'aa:bb:cc:dd:ee:01'

const directory = mkdtempSync(join(tmpdir(), 'netwatcherd-'))
const socketPath = join(directory, 'run', 'netwatcherd.sock')
const adminPath = join(directory, 'run', 'admin.sock')
const CONFIG_PATH = '/home/user/netwatcher/netwatcherd.toml'
const client = new RawClient(socketPath)
let stop: () => Promise<void>

function config(name: string): Config {
  const defaults = defaultConfig()
  return {
    ...defaults,
    capture: { ...defaults.capture, interfaces: [INTERFACE] },
    socket: { path: socketPath, admin: adminPath, group: 'no-such-group' },
    state: { directory: join(directory, name) },
  }
}

function start(name: string, changes: Partial<Config> = {}): Promise<() => Promise<void>> {
  return startDaemon({
    config: { ...config(name), ...changes },
    configPath: CONFIG_PATH,
    version: '1.2.3',
    env: {},
    log: LOG,
    onUnsafe: () => {},
  })
}

async function getStatus(): Promise<GetStatusResponse> {
  const { responses } = await client.call('DaemonService/GetStatus', NOTHING)
  return GetStatusResponse.decode(responses[0] ?? NOTHING)
}

beforeAll(async () => {
  stop = await start('state')
})

afterAll(async () => {
  client.close()
  await stop()
  expect([existsSync(socketPath), existsSync(adminPath)]).toEqual([false, false])
  rmSync(directory, { recursive: true })
})

test('it says what it is and what it may do', async () => {
  const { version, bootId, daemonId, capabilities, sensors, pid, configPath } = await getStatus()
  expect({ version, pid, configPath }).toEqual({
    version: '1.2.3',
    pid: process.pid,
    configPath: CONFIG_PATH,
  })
  expect(bootId).toMatch(/^[0-9a-f]{32}$/)
  expect(daemonId).toMatch(/^[0-9a-f]{32}$/)
  expect(sensors).toMatchObject([{ sensor: { daemonId, interface: INTERFACE }, state: 4 }])
  expect(sensors[0]?.detail?.rule).not.toBe('')
  expect(capabilities.map(({ name }) => name)).toEqual([
    'capture',
    'arp_scan',
    'ping_scan',
    'active_verification',
    'wake',
    'announce',
    'firewall',
    'port_scan',
  ])
  for (const { isEnabled, detail } of capabilities) expect(isEnabled).toBe(isNoText(detail ?? NO_TEXT))
  expect(capabilities.find(({ name }) => name === 'firewall')?.isEnabled).toBe(false)
})

test('only its owner and its group can reach the socket, and the other only its owner', () => {
  expect(statSync(socketPath).mode & 0o777).toBe(0o660)
  expect(statSync(adminPath).mode & 0o777).toBe(0o600)
  expect(statSync(join(directory, 'run')).mode & 0o777).toBe(0o750)
  expect(statSync(join(directory, 'state')).mode & 0o777).toBe(0o700)
})

/** A bidirectional call with one request, which is how reflection is asked. */
function callRaw(path: string, request: number[]): Promise<string> {
  const raw = new Client(`unix:${socketPath}`, credentials.createInsecure())
  const identity = (bytes: Buffer) => bytes
  return new Promise((resolve, reject) => {
    const call = raw.makeBidiStreamRequest(path, identity, identity)
    call.once('data', (response: Buffer) => {
      resolve(response.toString('latin1'))
      call.end()
      raw.close()
    })
    call.once('error', reject)
    call.write(Buffer.from(request))
  })
}

test.each(['v1', 'v1alpha'])(
  'reflection (%s) lists the services, without the sensors’ messages',
  async (version) => {
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`
    // list_services = ""
    const list = await callRaw(path, [(7 << 3) | 2, 0])
    for (const name of ['Daemon', 'Discovery', 'Capture', 'Event', 'Alert', 'Firewall', 'PortScan']) {
      expect(list).toContain(`netwatcher.v1.${name}Service`)
    }
    expect(list).toContain('grpc.health.v1.Health')
    // file_containing_symbol
    const symbol = Buffer.from('netwatcher.sensor.v1.Configure')
    const answer = await callRaw(path, [(4 << 3) | 2, symbol.length, ...symbol])
    expect(answer).not.toContain('ring_bytes')
  },
)

test('the health service says SERVING', async () => {
  const raw = new Client(`unix:${socketPath}`, credentials.createInsecure())
  const identity = (bytes: Buffer) => bytes
  const answer = await new Promise((resolve, reject) => {
    raw.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      identity,
      identity,
      Buffer.alloc(0),
      (error, value) => (error ? reject(error) : resolve(value)),
    )
  })
  raw.close()
  expect(answer).toEqual(Buffer.from([0x08, 0x01]))
})

test('pinned bindings are kept over a restart', async () => {
  const binding = { ip: 'FD00::01', mac: 'AA-BB-CC-DD-EE-01' }
  const pinned = { bindings: [{ ip: 'fd00::1', mac: 'aa:bb:cc:dd:ee:01' }] }
  const pin = await client.call('AlertService/PinBinding', PinBindingRequest.encode({ binding }).finish())
  expect(ListPinnedBindingsResponse.decode(pin.responses[0] ?? NOTHING)).toEqual(pinned)
  const before = await getStatus()
  await stop()
  stop = await start('state')
  const list = await client.call('AlertService/ListPinnedBindings', NOTHING)
  expect(ListPinnedBindingsResponse.decode(list.responses[0] ?? NOTHING)).toEqual(pinned)
  const after = await getStatus()
  expect(after.daemonId).toBe(before.daemonId)
  expect(after.bootId).not.toBe(before.bootId)
})

test('an alert that a killed daemon left is told again, served with its evidence, and then acknowledged', async () => {
  await stop()
  const id = 'c'.repeat(32)
  const evidence = Buffer.concat([Buffer.from('0a0d0d0a', 'hex'), Buffer.alloc(100_000, 7)])
  const alert = {
    ...{
      id,
      kind: 'arp_spoof',
      severity: 'critical',
      state: 'active',
      ip: '10.0.0.1',
      vlan: 0,
      parties: [{ role: 'suspect', mac: MAC, ip: '', certainty: 'likely' }],
    },
    ...{
      expected: NO_TEXT,
      seen: NO_TEXT,
      reasonsFor: [],
      reasonsAgainst: [],
      verifications: [],
      advice: NO_TEXT,
    },
    ...{ firstSeenMs: 1, lastSeenMs: 2, count: 3, interface: 'eth0', evidenceBytes: evidence.length },
  }
  const path = join(directory, 'state', 'alerts', id)
  writeFileSync(`${path}.json`, JSON.stringify({ version: 1, isAcknowledged: false, alert }))
  writeFileSync(`${path}.pcapng`, evidence)
  stop = await start('state')
  const watched = await client.call('EventService/Watch', NOTHING, 1)
  const event = WatchResponse.decode(watched.responses[0] ?? NOTHING).event
  expect(event?.payload).toMatchObject({
    $case: 'alert',
    value: { id, evidenceBytes: evidence.length, state: 2 },
  })
  const download = await client.call(
    'AlertService/GetEvidence',
    GetEvidenceRequest.encode({ alertId: id }).finish(),
  )
  const chunks = download.responses.map((bytes) => GetEvidenceResponse.decode(bytes).chunk)
  expect(chunks.every((chunk) => chunk.length <= 32_768)).toBe(true)
  expect(Buffer.concat(chunks).equals(evidence)).toBe(true)
  const list = await client.call('AlertService/ListAlerts', NOTHING)
  expect(ListAlertsResponse.decode(list.responses[0] ?? NOTHING).alerts).toMatchObject([{ id, count: 3n }])
  expect((await getStatus()).journal?.unacknowledgedAlerts).toBe(1)
  const upTo = event?.position
  await client.call('EventService/Acknowledge', AcknowledgeRequest.encode({ upTo }).finish())
  expect((await getStatus()).journal?.unacknowledgedAlerts).toBe(0)
})

async function auditEntries(): Promise<AuditEntry[]> {
  const { responses } = await client.call('FirewallService/ListAudit', NOTHING)
  return ListAuditResponse.decode(responses[0] ?? NOTHING).entries
}

test('events that nobody was given cannot be acknowledged', async () => {
  await stop()
  stop = await start('unread')
  const { journal } = await getStatus()
  expect(Number(journal?.newest?.sequence)).toBeGreaterThan(0)
  const upTo = journal?.newest
  const outcome = await client.call('EventService/Acknowledge', AcknowledgeRequest.encode({ upTo }).finish())
  expect([outcome.code, outcome.reason]).toEqual([status.FAILED_PRECONDITION, 'POSITION_UNREAD'])
  expect(await auditEntries()).toMatchObject([{ action: 'refuse', verb: 'acknowledge', via: 'group' }])
})

test('a capture that the group stops is a critical alert, on record, and ends when it is started', async () => {
  const ofWatching = async () => {
    const { responses } = await client.call('AlertService/ListAlerts', NOTHING)
    const { alerts } = ListAlertsResponse.decode(responses[0] ?? NOTHING)
    return alerts.filter(({ kind }) => kind === 'watch_stopped')
  }
  await client.call('CaptureService/StopCapture', StopCaptureRequest.encode({ interface: '' }).finish())
  expect(await ofWatching()).toMatchObject([
    { severity: Severity.CRITICAL, state: AlertState.ACTIVE, sensor: { interface: INTERFACE } },
  ])
  expect(await auditEntries()).toContainEqual(
    expect.objectContaining({ action: 'stop_capture', targets: [INTERFACE], via: 'group' }),
  )
  // Without root nothing can be started, so the alert stays; with it, the alert ends.
  const request = StartCaptureRequest.encode({ interface: '' }).finish()
  const { code } = await client.call('CaptureService/StartCapture', request)
  const state = code === status.OK ? AlertState.ENDED : AlertState.ACTIVE
  expect(await ofWatching()).toMatchObject([{ state }])
})

test('what root has forbidden the group is refused, on record, and nothing is changed', async () => {
  await stop()
  const group = { stopCapture: false, pinBindings: false, acknowledgeAlerts: false }
  stop = await start('forbidden', { group })
  const verbs: [string, string, Uint8Array][] = [
    ['stop_capture', 'CaptureService/StopCapture', NOTHING],
    ['pin', 'AlertService/PinBinding', pin(IP, MAC)],
    ['unpin', 'AlertService/UnpinBinding', pin(IP, MAC)],
    ['acknowledge', 'EventService/Acknowledge', NOTHING],
  ]
  for (const [verb, method, request] of verbs) {
    const { code, reason } = await client.call(method, request)
    expect([verb, code, reason]).toEqual([verb, status.PERMISSION_DENIED, 'NOT_FOR_THE_GROUP'])
  }
  const refused = (await auditEntries()).map(({ action, verb, reason }) => [action, verb, reason])
  expect(refused.reverse()).toEqual(verbs.map(([verb]) => ['refuse', verb, 'NOT_FOR_THE_GROUP']))
  const { responses } = await client.call('AlertService/ListPinnedBindings', NOTHING)
  expect(ListPinnedBindingsResponse.decode(responses[0] ?? NOTHING).bindings).toEqual([])
  await stop()
  stop = await start('state')
})

test('a position of an earlier run gives a gap, then what is held', async () => {
  const after = { bootId: '0'.repeat(32), sequence: 7n }
  const { responses } = await client.call(
    'EventService/Watch',
    WatchRequest.encode({ after, kinds: [] }).finish(),
    2,
  )
  const events = responses.map((bytes) => WatchResponse.decode(bytes).event)
  expect(events[0]?.payload).toMatchObject({ $case: 'gap', value: { firstSequence: 0n, lastSequence: 0n } })
  expect(events[1]).toMatchObject({ position: { sequence: 1n } })
})

test('damaged state files are set aside and said, and do not keep it from starting', async () => {
  const state = join(directory, 'damaged')
  const alertFile = `${'a'.repeat(32)}.json`
  const damaged = {
    'daemon-id': 'f00',
    'pinned.json': '{}',
    'firewall-blocks.json': '{"version":1,"savedMs":0,"blocks":[{}]}',
    'firewall-audit.jsonl': 'null\n',
    [`alerts/${alertFile}`]: '{"version":1,"alert":{"reasonsFor":7}}',
  }
  mkdirSync(join(state, 'alerts'), { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(damaged)) writeFileSync(join(state, name), text)
  const told: unknown[] = []
  const log = { ...LOG, error: (_message: string, fields?: object) => void told.push(fields) }
  const own = {
    ...config('damaged'),
    socket: { ...config('damaged').socket, path: join(state, 'socket'), admin: join(state, 'admin') },
  }
  await (
    await startDaemon({ config: own, configPath: '', version: '1.2.3', env: {}, log, onUnsafe: () => {} })
  )()
  for (const [name, text] of Object.entries(damaged)) {
    const [aside = ''] = readdirSync(dirname(join(state, name))).filter((one) =>
      one.startsWith(`${basename(name)}.damaged-`),
    )
    expect(readFileSync(join(state, dirname(name), aside), 'utf8')).toBe(text)
    expect(told).toContainEqual(expect.objectContaining({ file: basename(name) }))
  }
})

test('a socket file that somebody deletes comes back', async () => {
  unlinkSync(socketPath)
  await expect.poll(() => existsSync(socketPath), { timeout: 5000 }).toBe(true)
  const other = new RawClient(socketPath)
  expect((await other.call('DaemonService/GetStatus', NOTHING)).code).toBe(status.OK)
  other.close()
})

test('a second daemon refuses the state directory, and the socket, of the first', async () => {
  await expect(start('state')).rejects.toMatchObject({ reason: 'ALREADY_RUNNING' })
  await expect(start('other')).rejects.toMatchObject({ reason: 'SOCKET' })
  expect((await getStatus()).version).toBe('1.2.3')
})

test('how wide a network may be to be scanned is told with the interfaces', async () => {
  const { responses } = await client.call('DiscoveryService/ListInterfaces', NOTHING)
  expect(ListInterfacesResponse.decode(responses[0] ?? NOTHING).maxScanAddresses).toBe(65_536)
})

const SCAN = { interface: INTERFACE, targets: [], pace: ScanPace.UNSPECIFIED, allowLarge: false, ping: false }
/** Field 3 with a value that no enum has. */
const UNKNOWN_PACE = Uint8Array.of((3 << 3) | 0, 99)

function pin(ip: string, mac: string): Uint8Array {
  return PinBindingRequest.encode({ binding: { ip, mac } }).finish()
}

function watch(bootId: string, sequence: bigint): Uint8Array {
  return WatchRequest.encode({ after: { bootId, sequence }, kinds: [] }).finish()
}

function acknowledge(bootId: string, sequence: bigint): Uint8Array {
  return AcknowledgeRequest.encode({ upTo: { bootId, sequence } }).finish()
}

function announce(kinds: number[], interfaceName = ''): Uint8Array {
  return AnnounceRequest.encode({ interface: interfaceName, kinds: kinds as AnnounceKind[] }).finish()
}

function wake(mac: string, interfaceName = ''): Uint8Array {
  return WakeRequest.encode({ interface: interfaceName, mac }).finish()
}

const HOSTILE: [string, string, Uint8Array, string][] = [
  [
    'AlertService/ListAlerts',
    'page too large',
    ListAlertsRequest.encode({ pageSize: 1001, activeOnly: false }).finish(),
    'INVALID_ARGUMENT PAGE_SIZE_INVALID',
  ],
  ['AlertService/GetEvidence', 'empty', NOTHING, 'INVALID_ARGUMENT ALERT_ID_INVALID'],
  [
    'AlertService/GetEvidence',
    'path',
    GetEvidenceRequest.encode({ alertId: '../../../../etc/shadow' }).finish(),
    'INVALID_ARGUMENT ALERT_ID_INVALID',
  ],
  [
    'AlertService/GetEvidence',
    'path of the right length',
    GetEvidenceRequest.encode({ alertId: '../../../../../../../../etc/shadow' }).finish(),
    'INVALID_ARGUMENT ALERT_ID_INVALID',
  ],
  [
    'AlertService/GetEvidence',
    'unknown',
    GetEvidenceRequest.encode({ alertId: 'a'.repeat(32) }).finish(),
    'NOT_FOUND EVIDENCE_NOT_FOUND',
  ],
  ['AlertService/PinBinding', 'empty', NOTHING, 'INVALID_ARGUMENT IP_INVALID'],
  ['AlertService/PinBinding', 'octal address', pin('192.168.01.1', MAC), 'INVALID_ARGUMENT IP_INVALID'],
  ['AlertService/PinBinding', 'multicast', pin('224.0.0.1', MAC), 'INVALID_ARGUMENT IP_INVALID'],
  ['AlertService/PinBinding', 'unspecified', pin('::', MAC), 'INVALID_ARGUMENT IP_INVALID'],
  ['AlertService/PinBinding', 'no MAC', pin(IP, ''), 'INVALID_ARGUMENT MAC_INVALID'],
  ['AlertService/PinBinding', 'option as MAC', pin(IP, '--mac-source'), 'INVALID_ARGUMENT MAC_INVALID'],
  ['AlertService/UnpinBinding', 'empty', NOTHING, 'INVALID_ARGUMENT IP_INVALID'],
  [
    'AlertService/UnpinBinding',
    'not pinned',
    UnpinBindingRequest.encode({ binding: { ip: IP, mac: MAC } }).finish(),
    'NOT_FOUND BINDING_NOT_PINNED',
  ],
  [
    'CaptureService/StopCapture',
    'unknown interface',
    StopCaptureRequest.encode({ interface: 'eth9' }).finish(),
    'NOT_FOUND INTERFACE_NOT_WATCHED',
  ],
  [
    'CaptureService/StopCapture',
    'option',
    StopCaptureRequest.encode({ interface: '-rf' }).finish(),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  [
    'CaptureService/StartCapture',
    'path',
    StartCaptureRequest.encode({ interface: '../eth0' }).finish(),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  [
    'CaptureService/StartCapture',
    'control characters',
    StartCaptureRequest.encode({ interface: 'a\n\0b' }).finish(),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  [
    'CaptureService/StartCapture',
    'long',
    StartCaptureRequest.encode({ interface: 'x'.repeat(5000) }).finish(),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  [
    'DiscoveryService/ListNeighbors',
    'unknown interface',
    ListNeighborsRequest.encode({ interface: 'eth9' }).finish(),
    'NOT_FOUND INTERFACE_NOT_WATCHED',
  ],
  [
    'DiscoveryService/Scan',
    'unknown interface',
    ScanRequest.encode({ ...SCAN, interface: 'eth9' }).finish(),
    'NOT_FOUND INTERFACE_NOT_WATCHED',
  ],
  [
    'DiscoveryService/Scan',
    'option as target',
    ScanRequest.encode({ ...SCAN, targets: ['--interface=eth0'] }).finish(),
    'INVALID_ARGUMENT TARGET_INVALID',
  ],
  [
    'DiscoveryService/Scan',
    'everything',
    ScanRequest.encode({ ...SCAN, targets: ['0.0.0.0/0'], allowLarge: true }).finish(),
    'INVALID_ARGUMENT TARGET_NOT_ON_LINK',
  ],
  [
    'DiscoveryService/Scan',
    'another network',
    ScanRequest.encode({ ...SCAN, targets: ['8.8.8.8'] }).finish(),
    'INVALID_ARGUMENT TARGET_NOT_ON_LINK',
  ],
  [
    'DiscoveryService/Scan',
    'long target',
    ScanRequest.encode({ ...SCAN, targets: ['1'.repeat(60_000)] }).finish(),
    'INVALID_ARGUMENT TARGET_INVALID',
  ],
  [
    'DiscoveryService/Scan',
    'many targets',
    ScanRequest.encode({ ...SCAN, targets: Array(65).fill(IP) }).finish(),
    'INVALID_ARGUMENT TOO_MANY_TARGETS',
  ],
  ['DiscoveryService/Wake', 'empty', NOTHING, 'INVALID_ARGUMENT MAC_INVALID'],
  ['DiscoveryService/Wake', 'no MAC', wake('aa:bb:cc:dd:ee'), 'INVALID_ARGUMENT MAC_INVALID'],
  ['DiscoveryService/Wake', 'everybody', wake('ff:ff:ff:ff:ff:ff'), 'INVALID_ARGUMENT MAC_INVALID'],
  ['DiscoveryService/Wake', 'a group', wake('01:00:5e:00:00:01'), 'INVALID_ARGUMENT MAC_INVALID'],
  ['DiscoveryService/Wake', 'nobody', wake('00:00:00:00:00:00'), 'INVALID_ARGUMENT MAC_INVALID'],
  [
    'DiscoveryService/Wake',
    'interface that is an option',
    wake('aa:bb:cc:dd:ee:01', '--all'),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  ['DiscoveryService/Announce', 'nothing', NOTHING, 'INVALID_ARGUMENT KIND_INVALID'],
  ['DiscoveryService/Announce', 'no kind', announce([0]), 'INVALID_ARGUMENT KIND_INVALID'],
  ['DiscoveryService/Announce', 'unknown kind', announce([1, 77]), 'INVALID_ARGUMENT KIND_INVALID'],
  ['DiscoveryService/Announce', 'many kinds', announce(Array(4).fill(1)), 'INVALID_ARGUMENT KIND_INVALID'],
  [
    'DiscoveryService/Announce',
    'interface that is a path',
    announce([1], '../eth0'),
    'INVALID_ARGUMENT INTERFACE_INVALID',
  ],
  ['DiscoveryService/Scan', 'unknown pace', UNKNOWN_PACE, 'INVALID_ARGUMENT PACE_INVALID'],
  ['EventService/Watch', 'boot id', watch('x', 1n), 'INVALID_ARGUMENT POSITION_INVALID'],
  [
    'EventService/Watch',
    'sequence',
    watch('a'.repeat(32), 2n ** 64n - 1n),
    'INVALID_ARGUMENT POSITION_INVALID',
  ],
  [
    'EventService/Watch',
    'kind',
    WatchRequest.encode({ after: undefined, kinds: [0] }).finish(),
    'INVALID_ARGUMENT EVENT_KIND_INVALID',
  ],
  [
    'EventService/Watch',
    'many kinds',
    WatchRequest.encode({ after: undefined, kinds: Array(60_000).fill(1) }).finish(),
    'INVALID_ARGUMENT EVENT_KIND_INVALID',
  ],
  ['EventService/Acknowledge', 'empty', NOTHING, 'INVALID_ARGUMENT POSITION_INVALID'],
  [
    'EventService/Acknowledge',
    'another run',
    acknowledge('a'.repeat(32), 1n),
    'FAILED_PRECONDITION BOOT_ID_CHANGED',
  ],
  [
    'FirewallService/ListAudit',
    'page too large',
    ListAuditRequest.encode({ pageSize: 0xffffffff }).finish(),
    'INVALID_ARGUMENT PAGE_SIZE_INVALID',
  ],
  ['FirewallService/PlanBlock', 'empty', NOTHING, 'FAILED_PRECONDITION FIREWALL_DISABLED'],
  ['FirewallService/ApplyPlan', 'empty', NOTHING, 'FAILED_PRECONDITION FIREWALL_DISABLED'],
  ['FirewallService/ConfirmBlock', 'empty', NOTHING, 'FAILED_PRECONDITION FIREWALL_DISABLED'],
  ['FirewallService/RevokeBlock', 'empty', NOTHING, 'FAILED_PRECONDITION FIREWALL_DISABLED'],
  ['PortScanService/ScanPorts', 'empty', NOTHING, 'FAILED_PRECONDITION PORT_SCAN_DISABLED'],
  ['DaemonService/Reboot', 'no such method', NOTHING, 'UNIMPLEMENTED '],
]

test.each(HOSTILE)('%s refuses a request that is wrong: %s', async (method, _what, request, expected) => {
  const { code, reason, details, responses } = await client.call(method, request)
  expect(`${status[code]} ${reason}`).toBe(expected)
  // What a caller wrote at length comes back neither to it nor into the log.
  expect(details.length).toBeLessThan(200)
  expect(responses).toEqual([])
})

test('positions of the future are refused', async () => {
  const { bootId, journal } = await getStatus()
  const future = (journal?.newest?.sequence ?? 0n) + 100n
  expect(await client.call('EventService/Watch', watch(bootId, future))).toMatchObject({
    reason: 'POSITION_IN_FUTURE',
  })
  expect(await client.call('EventService/Acknowledge', acknowledge(bootId, future))).toMatchObject({
    reason: 'POSITION_IN_FUTURE',
  })
})

test.each([...new Set(HOSTILE.map(([method]) => method))].filter((method) => !method.endsWith('Reboot')))(
  '%s survives bytes that are no message, and too many of them',
  async (method) => {
    const garbage = await client.call(method, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0x01))
    expect(garbage.code).not.toBe(status.OK)
    const large = await client.call(method, new Uint8Array(70_000))
    expect(large.code).toBe(status.RESOURCE_EXHAUSTED)
    expect((await getStatus()).version).toBe('1.2.3')
  },
)

test('connections that speak no gRPC are ended and harm nobody', async () => {
  const noise = [
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    '\0'.repeat(5000),
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  ]
  const endings = noise.map(
    (bytes) =>
      new Promise<void>((resolve) => {
        const socket = connect(socketPath, () => socket.write(bytes, 'latin1'))
        socket.on('error', () => {})
        socket.on('close', () => resolve())
        socket.resume()
      }),
  )
  await Promise.all(endings)
  expect((await getStatus()).version).toBe('1.2.3')
})

test('root gets in while the group’s socket is full of connections, calls and streams', async () => {
  const sockets = Array.from({ length: 300 }, () => connect(socketPath).on('error', () => {}))
  const clients = Array.from({ length: 20 }, () => new RawClient(socketPath))
  const watches = clients.flatMap((one) => [1, 2, 3].map(() => one.call('EventService/Watch', NOTHING, 1000)))
  const admin = new RawClient(adminPath)
  expect((await admin.call('DaemonService/GetStatus', NOTHING)).code).toBe(status.OK)
  expect(await admin.call('EventService/Watch', NOTHING, 1)).toMatchObject({ code: status.OK })
  const neither = await admin.call('FirewallService/PlanBlock', NOTHING)
  expect(neither.reason).toBe('FIREWALL_DISABLED')
  for (const socket of sockets) socket.destroy()
  for (const one of [...clients, admin]) one.close()
  await Promise.all(watches)
})

test('streams are limited in number', async () => {
  const calls = Array.from({ length: 40 }, () => client.call('EventService/Watch', NOTHING, 1000))
  const refused = await Promise.race(calls)
  expect(refused).toMatchObject({ code: status.RESOURCE_EXHAUSTED, reason: 'TOO_MANY_STREAMS' })
  expect((await getStatus()).journal?.subscribers).toBeLessThanOrEqual(16)
})
