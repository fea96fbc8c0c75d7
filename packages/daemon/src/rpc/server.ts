/**
 * The gRPC server. It serves connections that the control socket accepts, with
 * limits for a client that means harm: small requests, few streams, and no
 * connection that is kept for nothing.
 */

import type { Socket } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { KIB, MINUTE_MS, SECOND_MS } from '@netwatcher/shared'
import { HealthImplementation } from 'grpc-health-check'
import { createReflection } from './reflection.js'
import type { RpcService } from './service.js'

const OPTIONS = {
  'grpc.max_receive_message_length': 64 * KIB,
  'grpc.max_concurrent_streams': 64,
  'grpc.max_connection_idle_ms': 5 * MINUTE_MS,
  'grpc.keepalive_time_ms': 30 * SECOND_MS,
  'grpc.keepalive_timeout_ms': 10 * SECOND_MS,
}

export interface RpcServer {
  accept(socket: Socket): void
  /** Ends all calls; open streams end with CANCELLED or UNAVAILABLE. */
  close(): void
}

export function createRpcServer(services: readonly RpcService[]): RpcServer {
  const server = new Server(OPTIONS)
  for (const { definition, implementation } of services) server.addService(definition, implementation)
  const health = new HealthImplementation({ '': 'SERVING' })
  health.addToServer(server)
  createReflection().addToServer(server)
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return {
    accept: (socket) => {
      // A client that vanishes is no news.
      socket.on('error', () => {})
      injector.injectConnection(socket)
    },
    close: () => {
      injector.destroy()
      server.forceShutdown()
    },
  }
}
