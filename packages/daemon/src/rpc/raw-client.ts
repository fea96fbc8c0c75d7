/**
 * A client for tests that sends any bytes as a request to any method: what a
 * well-behaved generated client never would.
 */

import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'

const identity = (bytes: Buffer) => bytes
const DEADLINE_MS = 5000

export interface Outcome {
  code: status
  /** The stable reason of the daemon's own errors. */
  reason: string
  details: string
  responses: Buffer[]
}

export class RawClient {
  private readonly client: Client

  constructor(socketPath: string) {
    this.client = new Client(`unix:${socketPath}`, credentials.createInsecure())
  }

  /** Collects responses until the call ends, or `enough` of them have come. */
  call(method: string, request: Uint8Array, enough = Number.POSITIVE_INFINITY): Promise<Outcome> {
    return new Promise((resolve) => {
      const responses: Buffer[] = []
      const options = { deadline: Date.now() + DEADLINE_MS }
      const call = this.client.makeServerStreamRequest(
        `/netwatcher.v1.${method}`,
        identity,
        identity,
        Buffer.from(request),
        options,
      )
      const finish = (code: status, reason = '', details = '') => {
        resolve({ code, reason, details, responses })
        call.cancel()
      }
      call.on('data', (response: Buffer) => {
        responses.push(response)
        if (responses.length >= enough) finish(status.OK)
      })
      call.on('error', ({ code, details, metadata }: ServiceError) => {
        finish(code, String(metadata.get('netwatcher-reason')[0] ?? ''), details)
      })
      call.on('end', () => finish(status.OK))
    })
  }

  close(): void {
    this.client.close()
  }
}
