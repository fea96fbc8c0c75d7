/**
 * A daemon for tests and for development without root: the same gRPC services
 * on a Unix socket, answering from values that the test sets. Its journal has
 * a boot id and sequences like the real one, so that reconnecting and resuming
 * can be shown; `kill` ends it as a crash would.
 */

import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import type { Text } from '@netwatcher/shared'
import { AlertServiceService } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { CaptureServiceService } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import type { Host } from '@netwatcher/shared/gen/netwatcher/v1/common'
import { DaemonServiceService, type GetStatusResponse } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import {
  DiscoveryServiceService,
  type Interface,
  type ScanRequest,
  type ScanResponse,
  type ScanSummary,
  type WakeRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import {
  type Event,
  EventServiceService,
  type WatchRequest,
  type WatchResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/event'
import {
  FirewallServiceService,
  type RelaxPolicyRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { PortScanServiceService } from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import { CAPTURE_STATE, SCAN_METHOD } from '@netwatcher/shared/names'
import { FakeFirewall } from './fake-firewall.js'
import { captureStatus, DAEMON_ID, host } from './fake-messages.js'
import type { Binding } from './types.js'

export interface FakeFailure {
  code: status
  reason: string
  details: string
  /** As the real one says it, for other languages. */
  said?: Text
}

type Unary<Q, R> = (request: Q) => R

const NMAP_REPORT = `<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun><host><ports>
<port protocol="tcp" portid="22"><state state="open"/><service name="ssh"/></port></ports></host>
<runstats><finished exit="success"/></runstats></nmaprun>`

export class FakeDaemon {
  bootId = 'b'.repeat(32)
  daemonId = DAEMON_ID
  version = '0.0.0-fake'
  configPath = '/home/user/netwatcher/netwatcherd.toml'
  hosts: Host[] = [host('192.168.1.10', 'aa:bb:cc:dd:ee:01')]
  neighbors: Host[] = []
  /** Address and prefix length of eth0. */
  network = { ip: '192.168.1.2', prefixLength: 24 }
  maxScanAddresses = 65_536
  /** A scan that has begun ends only when it is cancelled. */
  isScanHeld = false
  readonly scans: ScanRequest[] = []
  /** MACs that it was asked to wake. */
  readonly woken: string[] = []
  sensors = [captureStatus('eth0')]
  bindings: Binding[] = []
  evidence = new Map<string, Uint8Array[]>()
  readonly firewall = new FakeFirewall(() => Date.now())
  /** Calls of these methods fail so: `scan`, `getStatus`, … */
  readonly failures = new Map<string, FakeFailure>()
  /** Methods that were called, in order. */
  readonly calls: string[] = []
  acknowledged: { bootId: string; sequence: bigint } | null = null
  private journal: Event[] = []
  private readonly watchers = new Set<ServerWritableStream<WatchRequest, WatchResponse>>()
  private server: Server | null = null

  constructor(readonly socketPath: string) {}

  async start(): Promise<void> {
    const server = new Server()
    this.addServices(server)
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${this.socketPath}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      )
    })
    this.server = server
  }

  /** Every connection breaks; the socket is gone. */
  kill(): void {
    this.server?.forceShutdown()
    this.server = null
    this.watchers.clear()
  }

  /** As after a restart: a new boot id and an empty journal. */
  reboot(bootId: string): void {
    this.bootId = bootId
    this.journal = []
  }

  emit(payload: Event['payload'], atMs = Date.now()): Event {
    const position = { bootId: this.bootId, sequence: BigInt(this.journal.length + 1) }
    const event = { position, atMs: BigInt(atMs), payload }
    this.journal.push(event)
    for (const watcher of this.watchers) watcher.write({ event })
    return event
  }

  private addServices(server: Server): void {
    const unary = <Q, R>(name: string, answer: Unary<Q, R>) => this.unary(name, answer)
    const sensors = () => ({ sensors: this.sensors })
    const bindings = () => ({ bindings: this.bindings })
    server.addService(DaemonServiceService, { getStatus: unary('getStatus', () => this.status()) })
    server.addService(EventServiceService, {
      watch: this.watch(),
      acknowledge: unary('acknowledge', ({ upTo }: { upTo?: FakeDaemon['acknowledged'] }) => {
        this.acknowledged = upTo ?? null
        return { unacknowledgedAlerts: 0 }
      }),
    })
    server.addService(CaptureServiceService, {
      getCaptureStatus: unary('getCaptureStatus', sensors),
      startCapture: unary('startCapture', () => this.setSensors('start')),
      stopCapture: unary('stopCapture', () => this.setSensors('stop')),
    })
    server.addService(DiscoveryServiceService, {
      listInterfaces: unary('listInterfaces', () => ({
        interfaces: [this.eth0()],
        maxScanAddresses: this.maxScanAddresses,
      })),
      listNeighbors: unary('listNeighbors', () => ({ hosts: this.hosts })),
      readNeighborCache: unary('readNeighborCache', () => ({ hosts: this.neighbors })),
      scan: this.scan(),
      wake: unary('wake', ({ mac }: WakeRequest) => {
        this.woken.push(mac)
        return { sent: 3 }
      }),
      announce: unary('announce', () => ({ sent: 1 })),
    })
    server.addService(AlertServiceService, {
      listAlerts: unary('listAlerts', () => ({ alerts: [] })),
      drill: unary('drill', () => ({ startedMs: 1n, sensor: { daemonId: DAEMON_ID, interface: 'eth0' } })),
      getEvidence: this.stream('getEvidence', ({ alertId }: { alertId: string }) =>
        (this.evidence.get(alertId) ?? []).map((chunk) => ({ chunk })),
      ),
      listPinnedBindings: unary('listPinnedBindings', bindings),
      pinBinding: unary('pinBinding', ({ binding }: { binding: Binding }) => {
        this.bindings = [...this.bindings, binding]
        return bindings()
      }),
      unpinBinding: unary('unpinBinding', ({ binding }: { binding: Binding }) => {
        this.bindings = this.bindings.filter(({ ip, mac }) => ip !== binding.ip || mac !== binding.mac)
        return bindings()
      }),
    })
    server.addService(FirewallServiceService, {
      getFirewallState: unary('getFirewallState', () => ({ state: this.firewall.state() })),
      listAudit: unary('listAudit', () => ({ entries: this.firewall.audit })),
      planBlock: unary('planBlock', this.firewall.plan.bind(this.firewall)),
      applyPlan: unary('applyPlan', ({ token }: { token: string }) => ({
        block: this.firewall.apply(token),
      })),
      confirmBlock: unary('confirmBlock', ({ blockId }: { blockId: string }) => ({
        block: this.firewall.confirm(blockId),
      })),
      relaxPolicy: unary('relaxPolicy', (request: RelaxPolicyRequest) => ({
        block: this.firewall.relax(request),
      })),
      revokeAll: unary('revokeAll', () => ({ state: this.firewall.revokeAll() })),
      revokeBlock: unary('revokeBlock', ({ blockId }: { blockId: string }) => ({
        state: this.firewall.revoke(blockId),
      })),
    })
    server.addService(PortScanServiceService, {
      scanPorts: this.stream('scanPorts', () => [
        { result: { $case: 'output' as const, value: Buffer.from(NMAP_REPORT) } },
        {
          result: {
            $case: 'outcome' as const,
            value: { rule: 'port_scan_finished', params: { count: '100' } },
          },
        },
      ]),
    })
  }

  private unary<Q, R>(name: string, answer: Unary<Q, R>): handleUnaryCall<Q, R> {
    return (call, done) => {
      this.calls.push(name)
      const failure = this.failures.get(name)
      if (failure) return done(serviceError(failure))
      try {
        done(null, answer(call.request))
      } catch (error) {
        done(serviceError({ code: status.INVALID_ARGUMENT, reason: 'FAKE', details: String(error) }))
      }
    }
  }

  private stream<Q, R>(name: string, answers: (request: Q) => R[]): handleServerStreamingCall<Q, R> {
    return (call) => {
      this.calls.push(name)
      const failure = this.failures.get(name)
      if (failure) return call.emit('error', serviceError(failure))
      for (const answer of answers(call.request)) call.write(answer)
      call.end()
    }
  }

  private scan(): handleServerStreamingCall<ScanRequest, ScanResponse> {
    const whole = this.stream('scan', () => this.scanResponses())
    return (call) => {
      this.scans.push(call.request)
      if (!this.isScanHeld) return whole(call)
      this.calls.push('scan')
      call.write({ result: { $case: 'progress', value: { asked: 4_000, total: 65_534, found: 1 } } })
      call.on('cancelled', () => call.end())
    }
  }

  private eth0(): Interface {
    const addresses = [this.network]
    const flags = { isUp: true, isLoopback: false, isWatched: true }
    return { name: 'eth0', mac: '02:00:00:00:00:02', ...flags, addresses, gateways: [], mtu: 1500 }
  }

  private watch(): handleServerStreamingCall<WatchRequest, WatchResponse> {
    return (call) => {
      this.calls.push('watch')
      const { after } = call.request
      const isSameBoot = after?.bootId === this.bootId
      if (after && !isSameBoot) call.write({ event: this.bootGap() })
      const from = isSameBoot ? Number(after.sequence) : 0
      for (const event of this.journal.slice(from)) call.write({ event })
      this.watchers.add(call)
      call.on('cancelled', () => this.watchers.delete(call))
    }
  }

  /** What the real journal says first to a reader that knew an earlier run. */
  private bootGap(): Event {
    const gap = {
      firstSequence: 0n,
      lastSequence: 0n,
      trafficBytes: 0n,
      cause: { rule: 'gap_restarted', params: {} },
      fromMs: 0n,
      toMs: 0n,
      sensor: undefined,
    }
    const position = { bootId: this.bootId, sequence: 0n }
    return { position, atMs: BigInt(Date.now()), payload: { $case: 'gap', value: gap } }
  }

  private scanResponses(): ScanResponse[] {
    const total = 254
    const found = this.hosts.length
    const summary: ScanSummary = {
      method: SCAN_METHOD.arp,
      details: [],
      found,
      total,
      sent: total,
      durationMs: 1,
      targets: ['192.168.1.0/24'],
      vlan: 0,
      isComplete: true,
      interfaces: [{ interface: 'eth0', method: SCAN_METHOD.arp, details: [] }],
    }
    return [
      { result: { $case: 'progress', value: { asked: 100, total, found: 0 } } },
      ...this.hosts.map((value): ScanResponse => ({ result: { $case: 'host', value } })),
      { result: { $case: 'summary', value: summary } },
    ]
  }

  private setSensors(verb: 'start' | 'stop') {
    this.sensors = this.sensors.map((sensor) => ({
      ...sensor,
      state: CAPTURE_STATE[verb === 'start' ? 'running' : 'stopped'],
    }))
    return { sensors: this.sensors }
  }

  private status(): GetStatusResponse {
    return {
      version: this.version,
      daemonId: this.daemonId,
      bootId: this.bootId,
      startedMs: BigInt(Date.now()),
      sensors: this.sensors,
      capabilities: [{ name: 'capture', isEnabled: true, detail: undefined }],
      journal: undefined,
      pid: process.pid,
      rssBytes: 0n,
      probeBudgetPerMinute: 30,
      probesLastMinute: 0,
      configPath: this.configPath,
      tables: [{ table: 'alerts', entries: 0n, capacity: 1000n, evicted: 0n, refused: 0n }],
      notices: [],
      leftOut: [],
    }
  }
}

function serviceError({ code, reason, details, said }: FakeFailure) {
  const metadata = new Metadata()
  metadata.set('netwatcher-reason', reason)
  if (said) metadata.set('netwatcher-said-bin', Buffer.from(JSON.stringify(said)))
  return Object.assign(new Error(details), { code, details, metadata })
}
