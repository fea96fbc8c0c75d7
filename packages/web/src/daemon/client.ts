/**
 * The daemon over gRPC on its Unix socket, one channel for all services.
 * Reconnecting waits at most a second (the default grows to two minutes), a
 * frozen daemon is noticed by keepalive, unary calls have deadlines.
 */

import {
  type CallOptions,
  Channel,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import { MIB } from '@netwatcher/shared'
import { AlertServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { CaptureServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { DaemonServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import { DiscoveryServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { EventServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { FirewallServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { PortScanServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import {
  ANNOUNCE_KIND,
  type AnnounceKindName,
  PORT_SCAN_PROFILE,
  type PortScanProfileName,
  SCAN_PACE,
} from '@netwatcher/shared/names'
import * as convert from './convert.js'
import * as firewall from './convert-firewall.js'
import { daemonError } from './errors.js'
import { checkSocketOwner } from './socket-owner.js'
import type { Binding, BlockRequest, DaemonApi, Position, Relaxation, ScanOptions } from './types.js'

const UNARY_DEADLINE_MS = 5_000
/** iptables-restore may wait 5 s for its lock, twice (IPv4 and IPv6). */
const FIREWALL_DEADLINE_MS = 15_000
/** Questions are sent one after the other. */
const ANNOUNCE_DEADLINE_MS = 10_000
const AUDIT_ENTRIES = 500
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 2_000,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': 16 * MIB,
  'grpc.enable_http_proxy': 0,
  'grpc.default_authority': 'localhost',
}

interface Services {
  channel: Channel
  alert: AlertServiceClient
  capture: CaptureServiceClient
  daemon: DaemonServiceClient
  discovery: DiscoveryServiceClient
  event: EventServiceClient
  firewall: FirewallServiceClient
  portScan: PortScanServiceClient
}

type UnaryMethod<Q, R> = (
  request: Q,
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (error: ServiceError | null, response: R) => void,
) => unknown

function connect(socketPath: string): Services {
  const address = `unix:${socketPath}`
  const channel = new Channel(address, credentials.createInsecure(), CHANNEL_OPTIONS)
  const make = <C>(
    Client: new (a: string, c: ReturnType<typeof credentials.createInsecure>, o: object) => C,
  ) => new Client(address, credentials.createInsecure(), { channelOverride: channel })
  return {
    channel,
    alert: make(AlertServiceClient),
    capture: make(CaptureServiceClient),
    daemon: make(DaemonServiceClient),
    discovery: make(DiscoveryServiceClient),
    event: make(EventServiceClient),
    firewall: make(FirewallServiceClient),
    portScan: make(PortScanServiceClient),
  }
}

export class DaemonClient implements DaemonApi {
  private services: Services | null = null

  constructor(
    private readonly socketPath: string,
    private readonly ownUid: number,
  ) {}

  close(): void {
    this.services?.channel.close()
    this.services = null
  }

  getStatus() {
    return this.unary((s) => s.daemon.getStatus.bind(s.daemon), {}, convert.statusFrom)
  }

  getCapture() {
    return this.unary(
      (s) => s.capture.getCaptureStatus.bind(s.capture),
      {},
      (response) => response.sensors.map(convert.captureFrom),
    )
  }

  startCapture(interfaceName: string) {
    return this.unary(
      (s) => s.capture.startCapture.bind(s.capture),
      { interface: interfaceName },
      (response) => response.sensors.map(convert.captureFrom),
    )
  }

  stopCapture(interfaceName: string) {
    return this.unary(
      (s) => s.capture.stopCapture.bind(s.capture),
      { interface: interfaceName },
      (response) => response.sensors.map(convert.captureFrom),
    )
  }

  listInterfaces() {
    return this.unary(
      (s) => s.discovery.listInterfaces.bind(s.discovery),
      {},
      (response) => response,
    )
  }

  readNeighborCache() {
    return this.unary(
      (s) => s.discovery.readNeighborCache.bind(s.discovery),
      {},
      (response) => response.hosts.map(convert.hostFrom),
    )
  }

  async *scan(options: ScanOptions, signal: AbortSignal) {
    const request = {
      interface: options.interface ?? '',
      targets: options.targets ?? [],
      pace: SCAN_PACE[options.isFast ? 'fast' : 'normal'],
      allowLarge: options.allowLarge ?? false,
      ping: options.withPing ?? false,
    }
    yield* this.stream((s) => s.discovery.scan(request), signal, convert.scanUpdateFrom)
  }

  async *scanPorts(ip: string, profile: PortScanProfileName, signal: AbortSignal) {
    const request = { ip, profile: PORT_SCAN_PROFILE[profile] }
    yield* this.stream((s) => s.portScan.scanPorts(request), signal, convert.portScanUpdateFrom)
  }

  async *watch(after: Position | null, signal: AbortSignal) {
    const request = { after: after ? convert.positionTo(after) : undefined, kinds: [] }
    yield* this.stream(
      (s) => s.event.watch(request),
      signal,
      ({ event }) => event && convert.eventFrom(event),
    )
  }

  acknowledge(upTo: Position) {
    const request = { upTo: convert.positionTo(upTo) }
    return this.unary(
      (s) => s.event.acknowledge.bind(s.event),
      request,
      () => undefined,
    )
  }

  async *getEvidence(alertId: string, signal: AbortSignal) {
    yield* this.stream(
      (s) => s.alert.getEvidence({ alertId }),
      signal,
      ({ chunk }) => chunk,
    )
  }

  drill(interfaceName: string) {
    return this.unary(
      (s) => s.alert.drill.bind(s.alert),
      { interface: interfaceName },
      (response) => response.sensor?.interface ?? interfaceName,
    )
  }

  wake(interfaceName: string, mac: string) {
    return this.unary(
      (s) => s.discovery.wake.bind(s.discovery),
      { interface: interfaceName, mac },
      (response) => response.sent,
    )
  }

  announce(interfaceName: string, kinds: readonly AnnounceKindName[]) {
    return this.unary(
      (s) => s.discovery.announce.bind(s.discovery),
      { interface: interfaceName, kinds: kinds.map((kind) => ANNOUNCE_KIND[kind]) },
      (response) => response.sent,
      ANNOUNCE_DEADLINE_MS,
    )
  }

  listBindings() {
    return this.unary(
      (s) => s.alert.listPinnedBindings.bind(s.alert),
      {},
      (response) => response.bindings,
    )
  }

  pinBinding(binding: Binding) {
    return this.unary(
      (s) => s.alert.pinBinding.bind(s.alert),
      { binding },
      (response) => response.bindings,
    )
  }

  unpinBinding(binding: Binding) {
    return this.unary(
      (s) => s.alert.unpinBinding.bind(s.alert),
      { binding },
      (response) => response.bindings,
    )
  }

  getFirewall() {
    return this.unary(
      (s) => s.firewall.getFirewallState.bind(s.firewall),
      {},
      (response) => firewall.firewallFrom(response.state),
      FIREWALL_DEADLINE_MS,
    )
  }

  listAudit() {
    return this.unary(
      (s) => s.firewall.listAudit.bind(s.firewall),
      { pageSize: AUDIT_ENTRIES },
      (response) => response.entries.map(firewall.auditEntryFrom),
    )
  }

  planBlock(request: BlockRequest) {
    const { targets, schedule, quarantine, ...rest } = request
    const texts = targets.map((target) => ('mac' in target ? target.mac : target.cidr))
    const standing = {
      schedule: schedule ? firewall.scheduleTo(schedule) : undefined,
      policy: firewall.policyTo({ schedule, quarantine }),
    }
    return this.unary(
      (s) => s.firewall.planBlock.bind(s.firewall),
      { targets: targets.map(firewall.targetTo), ...rest, ...standing, overrideMacs: [] },
      (response) => firewall.planFrom(response, texts),
      FIREWALL_DEADLINE_MS,
    )
  }

  applyPlan(token: string) {
    return this.unary(
      (s) => s.firewall.applyPlan.bind(s.firewall),
      { token },
      (response) => firewall.blockFrom(response.block),
      FIREWALL_DEADLINE_MS,
    )
  }

  confirmBlock(blockId: string) {
    return this.unary(
      (s) => s.firewall.confirmBlock.bind(s.firewall),
      { blockId },
      (response) => firewall.blockFrom(response.block),
      FIREWALL_DEADLINE_MS,
    )
  }

  relaxPolicy(blockId: string, relaxation: Relaxation) {
    return this.unary(
      (s) => s.firewall.relaxPolicy.bind(s.firewall),
      { blockId, relaxation: firewall.relaxationTo(relaxation) },
      (response) => firewall.blockFrom(response.block),
      FIREWALL_DEADLINE_MS,
    )
  }

  revokeAll() {
    return this.unary(
      (s) => s.firewall.revokeAll.bind(s.firewall),
      {},
      (response) => firewall.firewallFrom(response.state),
      FIREWALL_DEADLINE_MS,
    )
  }

  revokeBlock(blockId: string) {
    return this.unary(
      (s) => s.firewall.revokeBlock.bind(s.firewall),
      { blockId },
      (response) => firewall.firewallFrom(response.state),
      FIREWALL_DEADLINE_MS,
    )
  }

  private async open(): Promise<Services> {
    await checkSocketOwner(this.socketPath, this.ownUid)
    this.services ??= connect(this.socketPath)
    return this.services
  }

  private async unary<Q, R, T>(
    method: (services: Services) => UnaryMethod<Q, R>,
    request: Q,
    from: (response: R) => T,
    deadlineMs = UNARY_DEADLINE_MS,
  ): Promise<T> {
    const services = await this.open()
    try {
      const response = await new Promise<R>((resolve, reject) => {
        const options = { deadline: Date.now() + deadlineMs }
        method(services)(request, new Metadata(), options, (error, value) =>
          error ? reject(error) : resolve(value),
        )
      })
      return from(response)
    } catch (error) {
      throw daemonError(error, this.socketPath)
    }
  }

  /** Reading stops while the consumer is busy: the daemon then drops oldest and says so. */
  private async *stream<R, T>(
    call: (services: Services) => ClientReadableStream<R>,
    signal: AbortSignal,
    from: (response: R) => T | null | undefined,
  ): AsyncGenerator<T> {
    const services = await this.open()
    signal.throwIfAborted()
    const responses = call(services)
    const cancel = () => responses.cancel()
    signal.addEventListener('abort', cancel)
    try {
      for await (const response of responses) {
        const value = from(response)
        if (value !== null && value !== undefined) yield value
      }
    } catch (error) {
      throw daemonError(error, this.socketPath)
    } finally {
      signal.removeEventListener('abort', cancel)
      responses.cancel()
      // Cancelling reports itself once more; nobody is listening then.
      responses.on('error', () => {})
    }
  }
}
