/**
 * The gRPC server of one control socket. It serves the connections that the
 * socket accepts, within limits for a client that means harm. Each connection
 * has an HTTP/2 server of its own (gRPC's connection injector), so that each of
 * its calls is known to be its own. The root-only socket has limits of its own,
 * so that root gets in whatever happens on the other.
 */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type serialize as Encode,
  experimental,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { KIB } from '@netwatcher/shared'
import { HealthImplementation } from 'grpc-health-check'
import type { Logger } from '../os/log.js'
import { Connections, type Session } from './connections.js'
import { LimitedCall } from './limited-call.js'
import { type QuotaLimits, Quotas } from './quota.js'
import type { RpcService } from './service.js'

const OPTIONS = {
  'grpc.max_receive_message_length': 64 * KIB,
  'grpc.max_concurrent_streams': 32,
  // Of one connection, in MiB: what HTTP/2 itself keeps for it. Beyond, new streams are refused.
  'grpc-node.max_session_memory': 8,
  'grpc.enable_channelz': 0,
}

export interface RpcServer {
  accept(socket: Socket): void
  /** Ends all calls; open streams end with CANCELLED or UNAVAILABLE. */
  close(): void
}

export function createRpcServer(
  services: readonly RpcService[],
  limits: QuotaLimits,
  log: Logger,
): RpcServer {
  const server = new EncodedServer({
    ...OPTIONS,
    'grpc.max_connection_idle_ms': limits.idleMs,
    'grpc.keepalive_time_ms': limits.keepaliveMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
  })
  for (const { definition, implementation } of services) server.addService(definition, implementation)
  new HealthImplementation({ '': 'SERVING' }).addToServer(server)
  const quotas = new Quotas(limits)
  const connections = new Connections(limits, (socket) =>
    serve(socket, { server, quotas, requestMs: limits.requestMs, log }),
  )
  return {
    accept: (socket) => connections.accept(socket),
    close: () => {
      connections.close()
      server.forceShutdown()
    },
  }
}

interface Surroundings {
  server: EncodedServer
  quotas: Quotas
  requestMs: number
  log: Logger
}

function serve(connection: Duplex, { server, quotas, requestMs, log }: Surroundings): Session {
  const quota = quotas.open(() => {
    log.warn('A client of the control socket used up what is there for all, and was disconnected')
    connection.destroy()
  })
  const limit: ServerInterceptor = (method, call) =>
    new LimitedCall(call, { method, encode: server.encoderOf(method.path), quota, requestMs, log })
  const { createServerCredentialsWithInterceptors } = experimental
  const plain = ServerCredentials.createInsecure()
  const injector = server.createConnectionInjector(createServerCredentialsWithInterceptors(plain, [limit]))
  injector.injectConnection(connection)
  return {
    get calls() {
      return quota.calls.held
    },
    end: () => injector.drain(0),
    close: () => {
      quota.close()
      injector.destroy()
    },
  }
}

/** Takes answers that are encoded already; `LimitedCall` does that, to know how large they are. */
class EncodedServer extends Server {
  private readonly encoders = new Map<string, Encode<unknown>>()

  override addService(definition: ServiceDefinition, implementation: UntypedServiceImplementation): void {
    const encoded = Object.entries(definition).map(([name, method]) => {
      this.encoders.set(method.path, method.responseSerialize)
      return [name, { ...method, responseSerialize: (bytes: Buffer) => bytes }]
    })
    super.addService(Object.fromEntries(encoded), implementation)
  }

  encoderOf(path: string): Encode<unknown> {
    const encode = this.encoders.get(path)
    if (!encode) throw new Error(`no method ${path}`)
    return encode
  }
}
