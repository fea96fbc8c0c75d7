/**
 * Every verb of the socket with every lie in every field, and with bytes that
 * are no message, against the whole daemon: each is answered or refused by a
 * stable reason, nothing fails inside, and it goes on serving.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MethodDefinition, status } from '@grpc/grpc-js'
import { AlertServiceService } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { CaptureServiceService } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { DaemonServiceService } from '@netwatcher/shared/gen/netwatcher/v1/daemon'
import { DiscoveryServiceService } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { EventServiceService } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { FirewallServiceService } from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { PortScanServiceService } from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultConfig } from '../config.js'
import { startDaemon } from '../daemon.js'
import { type Outcome, RawClient } from '../rpc/raw-client.js'
import { SECONDS, SEED, spend, TIMEOUT_MS } from './fake-budget.js'
import { Mutator } from './fake-hostile-bytes.js'
import { liesOf } from './fake-lies.js'
import { Random } from './fake-random.js'

const directory = mkdtempSync(join(tmpdir(), 'netwatcher-calls-'))
const failures: string[] = []
const LOG = {
  info: () => {},
  warn: () => {},
  error: (text: string, fields = {}) => void failures.push(text + JSON.stringify(fields)),
}
let stop: () => Promise<void>
let client: RawClient

beforeAll(async () => {
  const defaults = defaultConfig()
  const path = join(directory, 'socket')
  const config = {
    ...defaults,
    capture: { ...defaults.capture, interfaces: ['nw-missing'] },
    socket: { path, admin: join(directory, 'admin'), group: 'no-such-group' },
    state: { directory: join(directory, 'state') },
  }
  stop = await startDaemon({
    config,
    configPath: '',
    version: '1.2.3',
    env: {},
    log: LOG,
    onUnsafe: () => {},
  })
  client = new RawClient(path)
})

afterAll(async () => {
  client.close()
  await stop()
  rmSync(directory, { recursive: true })
})

const METHODS: MethodDefinition<object, object>[] = [
  AlertServiceService,
  CaptureServiceService,
  DaemonServiceService,
  DiscoveryServiceService,
  EventServiceService,
  FirewallServiceService,
  PortScanServiceService,
].flatMap((service) => Object.values(service))

const BINDING = { ip: '192.0.2.1', mac: '02:00:00:00:00:01' }
const POSITION = { bootId: 'a'.repeat(32), sequence: 1n }
/** What an empty message does not show: the fields below others. */
const INNER: Record<string, object> = {
  PinBinding: { binding: BINDING },
  UnpinBinding: { binding: BINDING },
  Watch: { after: POSITION, kinds: [1] },
  Acknowledge: { upTo: POSITION },
  Scan: { targets: ['192.0.2.0/24'] },
  PlanBlock: {
    targets: [{ target: { $case: 'cidr', value: '192.0.2.7' } }],
    overrideMacs: [BINDING.mac],
    lifetimeSeconds: 60,
  },
}

const nameOf = ({ path }: MethodDefinition<object, object>) => path.replace('/netwatcher.v1.', '')

function soundRequest(method: MethodDefinition<object, object>): object {
  const name = nameOf(method).split('/')[1] ?? ''
  return { ...method.requestDeserialize(Buffer.alloc(0)), ...INNER[name] }
}

/** Null for what the encoder itself refuses, and what is too long to be taken. */
function encoded(method: MethodDefinition<object, object>, request: unknown): Buffer | null {
  try {
    return method.requestSerialize(request as object)
  } catch {
    return null
  }
}

/** A stream that would go on is left after its first answer. */
function ask(method: MethodDefinition<object, object>, request: Uint8Array): Promise<Outcome> {
  return client.call(nameOf(method), request, 1)
}

/** Nothing has come of it yet: a stream without an event, an end that stays away. */
const QUIET = new Set([status.DEADLINE_EXCEEDED])
const INSIDE = new Set([status.INTERNAL, status.UNKNOWN, status.DATA_LOSS])

function isSound(method: MethodDefinition<object, object>, { code, reason }: Outcome): boolean {
  // Bytes that are no message: gRPC itself says so.
  if (code === status.INTERNAL && reason === '') return true
  if (QUIET.has(code)) return method.responseStream
  return !INSIDE.has(code)
}

async function expectServing(): Promise<void> {
  expect((await client.call('DaemonService/GetStatus', new Uint8Array(0))).code).toBe(status.OK)
  expect(failures).toEqual([])
}

const asked = METHODS.filter((method) => !nameOf(method).endsWith('/Watch'))

test.each(asked.map((method) => [nameOf(method), method] as const))(
  '%s with a lie in any field is answered or refused',
  { timeout: 60_000 },
  async (_name, method) => {
    for (const lie of liesOf(soundRequest(method))) {
      const request = encoded(method, lie)
      if (!request) continue
      const outcome = await ask(method, request)
      expect([lie, status[outcome.code], isSound(method, outcome)]).toEqual([lie, status[outcome.code], true])
    }
    await expectServing()
  },
)

test('no bytes in a request do more than have it refused', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(SEED)
  const mutator = new Mutator(random)
  const requests = asked.map((method) => encoded(method, soundRequest(method)) ?? Buffer.alloc(0))
  await spend(async () => {
    const method = random.pick(asked)
    const request = mutator.mutate(random.pick(requests), random.pick(requests))
    const outcome = await ask(method, request)
    const shown = Buffer.from(request).toString('hex')
    expect([nameOf(method), shown, isSound(method, outcome)]).toEqual([nameOf(method), shown, true])
  }, SECONDS)
  await expectServing()
})
