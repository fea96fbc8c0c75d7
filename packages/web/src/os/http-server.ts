/** The listening socket: limits of what clients may hold, and words for a port that cannot be had. */

import { createServer, type RequestListener, type Server } from 'node:http'
import { NetWatcherError, SECOND_MS } from '@netwatcher/shared'
import { HttpConnections } from './http-connections.js'
import { readTcpTable } from './tcp-table.js'
import { findUid } from './user-ids.js'

const MAX_CONNECTIONS = 256

export function createHttpServer(listener: RequestListener, proxyUsers: readonly string[]): Server {
  const server = createServer({ connectionsCheckingInterval: SECOND_MS }, listener)
  server.headersTimeout = 5 * SECOND_MS
  server.requestTimeout = 30 * SECOND_MS
  server.keepAliveTimeout = 5 * SECOND_MS
  new HttpConnections({
    connections: MAX_CONNECTIONS,
    proxyUids: new Set(proxyUsers.map(findUid).filter((uid) => uid !== null)),
    readTable: readTcpTable,
    monotonicMs: () => performance.now(),
  }).watch(server)
  return server
}

/** Where it listens: the port that was asked for, or some free one for 0. */
export function listen(server: Server, host: string, port: number): Promise<{ ip: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    server.listen(port, host, () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null)
        resolve({ ip: address.address, port: address.port })
    })
  })
}

/** Requests that are under way get a second to end. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), SECOND_MS).unref()
  await closed
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `${host} port ${port}`
  const sentences: Record<string, string> = {
    EADDRINUSE: `Another program already listens on ${where}; stop it, or choose another port with --port.`,
    EACCES: `This user may not listen on ${where}; choose a port above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}.`,
  }
  const sentence = sentences[error.code ?? '']
  if (sentence === undefined) return error
  return new NetWatcherError('failed_precondition', 'CANNOT_LISTEN', sentence, { cause: error })
}
