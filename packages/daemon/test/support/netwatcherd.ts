/** Runs the built netwatcherd inside a host of the lab and talks to it over its real socket. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  type ChannelCredentials,
  type Client,
  type ClientUnaryCall,
  credentials,
  type ServiceError,
} from '@grpc/grpc-js'
import { AlertServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { CaptureServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { DaemonServiceClient, type GetStatusResponse } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import { DiscoveryServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { type Event, EventServiceClient, type Position } from '@netwatcher/shared/gen/netwatcher/v1/event'
import {
  type BlockTarget,
  FirewallServiceClient,
  type PlanBlockRequest,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import type { Lab, LabProcess } from '../../src/lab/lab.js'

const NETWATCHERD = fileURLToPath(new URL('../../bin/netwatcherd', import.meta.url))
const START_TIMEOUT_MS = 60_000

export class Netwatcherd {
  readonly program = NETWATCHERD
  readonly directory = mkdtempSync(join(tmpdir(), 'netwatcherd-test-'))
  readonly socketPath = join(this.directory, 'run', 'netwatcherd.sock')
  readonly adminPath = join(this.directory, 'run', 'admin.sock')
  process!: LabProcess
  private clients: Client[] = []

  private constructor(
    private readonly lab: Lab,
    readonly host: string,
    config: string,
    private readonly group: string,
    private readonly within: readonly string[],
  ) {
    // The socket's own directory is the control; this one may be passed through.
    chmodSync(this.directory, 0o711)
    writeFileSync(join(this.directory, 'netwatcherd.toml'), config)
  }

  /**
   * `config` is the text of netwatcherd.toml; `within` a command that runs the
   * rest of its arguments. Settles once every sensor is running.
   */
  static async start(
    lab: Lab,
    host: string,
    config = '',
    group = 'root',
    within: readonly string[] = [],
  ): Promise<Netwatcherd> {
    const netwatcherd = new Netwatcherd(lab, host, config, group, within)
    await netwatcherd.restart()
    return netwatcherd
  }

  /** Starts the daemon again with the same state, after it has ended. */
  async restart(): Promise<void> {
    const [program = process.execPath, ...before] = [...this.within, process.execPath]
    this.process = this.lab.start(this.host, [
      program,
      ...before,
      NETWATCHERD,
      '--config',
      join(this.directory, 'netwatcherd.toml'),
      '--socket',
      this.socketPath,
      '--state-dir',
      join(this.directory, 'state'),
      '--group',
      this.group,
    ])
    await waitUntil(
      async () => {
        if (!this.process.isRunning) throw new Error(`netwatcherd has ended:\n${this.process.output}`)
        const { sensors } = await this.status()
        return sensors.length > 0 && sensors.every((sensor) => sensor.state === 3)
      },
      START_TIMEOUT_MS,
      () => `netwatcherd is not ready:\n${this.process.output}`,
    )
  }

  status(): Promise<GetStatusResponse> {
    const client = this.client(DaemonServiceClient)
    return unary((done) => client.getStatus({}, done))
  }

  get capture(): CaptureServiceClient {
    return this.client(CaptureServiceClient)
  }

  get discovery(): DiscoveryServiceClient {
    return this.client(DiscoveryServiceClient)
  }

  get alerts(): AlertServiceClient {
    return this.client(AlertServiceClient)
  }

  get firewall(): FirewallServiceClient {
    return this.client(FirewallServiceClient)
  }

  /** Collects events from a position (or the oldest held) on. */
  watch(after?: Position): EventCollector {
    return new EventCollector(this.client(EventServiceClient), after)
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close()
    await this.process.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  private client<T extends Client>(
    ClientType: new (address: string, credentials: ChannelCredentials, options: object) => T,
  ): T {
    const existing = this.clients.find((client): client is T => client instanceof ClientType)
    if (existing) return existing
    const created = new ClientType(`unix:${this.socketPath}`, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
    })
    this.clients.push(created)
    return created
  }
}

export class EventCollector {
  readonly events: { event: Event; receivedMs: number }[] = []
  private readonly cancel: () => void

  constructor(client: EventServiceClient, after: Position | undefined) {
    const call = client.watch({ after, kinds: [] })
    call.on('data', ({ event }) => {
      if (event) this.events.push({ event, receivedMs: Date.now() })
    })
    // The stream ends with the daemon or with `close`; what was collected stays.
    call.on('error', () => {})
    this.cancel = () => call.cancel()
  }

  /** The first event, already received or still to come, that `select` gives something for. */
  async find<T>(
    select: (event: Event) => T | undefined | false,
    timeoutMs: number,
    describe = 'the event',
  ): Promise<{ found: T; receivedMs: number }> {
    let result: { found: T; receivedMs: number } | undefined
    await waitUntil(
      () => {
        for (const { event, receivedMs } of this.events) {
          const found = select(event)
          if (found) {
            result = { found, receivedMs }
            return true
          }
        }
        return false
      },
      timeoutMs,
      () => `${describe} did not come within ${timeoutMs} ms`,
    )
    if (!result) throw new Error('unreachable: waitUntil throws on a time-out')
    return result
  }

  close(): void {
    this.cancel()
  }
}

/** Polls until true; an error in `condition` counts as "not yet", the last one is told at the time-out. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  describe: () => string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  while (performance.now() < deadline) {
    try {
      if (await condition()) return
    } catch (error) {
      lastError = error
    }
    await sleep(25)
  }
  throw new Error(describe(), { cause: lastError })
}

export function unary<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => ClientUnaryCall,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)))
  })
}

/** For a block of these, all of them or none. */
export function planRequest(
  targets: BlockTarget['target'][],
  lifetimeSeconds: number,
  confirmSeconds: number,
): PlanBlockRequest {
  return {
    targets: targets.map((target) => ({ target })),
    lifetimeSeconds,
    confirmSeconds,
    reason: '',
    schedule: undefined,
    policy: undefined,
    overrideMacs: [],
  }
}
