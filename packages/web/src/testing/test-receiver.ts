/** An HTTP server on the loopback that remembers what it was sent, for tests of channels. */

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface Receiver extends AsyncDisposable {
  url: string
  received: Received[]
  /** What it answers; a promise lets the request hang. */
  answer: (received: Received) => Promise<{ status: number; headers?: Record<string, string> }>
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = []
  const receiver = { received, answer: async (_: Received): Promise<Answer> => ({ status: 200 }) }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    const { status, headers = {} } = await receiver.answer(one)
    response.writeHead(status, headers).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => closed(server),
  })
}

interface Answer {
  status: number
  headers?: Record<string, string>
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await done
}
