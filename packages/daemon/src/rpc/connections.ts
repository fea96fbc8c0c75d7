/**
 * The connections of one control socket: few at a time, and none that is kept
 * for nothing. One that does not send the beginning of HTTP/2 in time is closed.
 * When all places are taken, a new one gets the place of the oldest that has
 * not sent it, or else of the oldest without a call.
 */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { judgePreface, MAX_PREFACE_BYTES } from './preface.js'
import type { QuotaLimits } from './quota.js'
import { Turns } from './turns.js'
import { WatchedSocket } from './watched-socket.js'

/** What serves a connection that has begun. */
export interface Session {
  /** Calls under way. */
  readonly calls: number
  /** Ends its calls, tells the client and closes the socket. */
  end(): void
  /** The socket has closed. */
  close(): void
}

interface Connection {
  socket: Socket
  /** Null until HTTP/2 has begun. */
  session: Session | null
}

export class Connections {
  /** The oldest first. */
  private readonly open = new Set<Connection>()
  private readonly turns = new Turns(() => performance.now())

  constructor(
    private readonly limits: Pick<QuotaLimits, 'connections' | 'prefaceMs'>,
    private readonly serve: (connection: Duplex) => Session,
  ) {}

  accept(socket: Socket): void {
    // A client that vanishes is no news.
    socket.on('error', () => {})
    if (!this.makeRoom()) {
      socket.destroy()
      return
    }
    const connection: Connection = { socket, session: null }
    this.open.add(connection)
    socket.once('close', () => {
      this.open.delete(connection)
      connection.session?.close()
    })
    // HTTP/2 is over: a client that keeps its end open does not keep our descriptor.
    socket.once('finish', () => socket.destroy())
    this.awaitPreface(connection)
  }

  close(): void {
    for (const { socket, session } of this.open) {
      if (session) session.end()
      else socket.destroy()
    }
  }

  /** False when everybody is busy. */
  private makeRoom(): boolean {
    if (this.open.size < this.limits.connections) return true
    const all = [...this.open]
    const idle = all.find(({ session }) => !session) ?? all.find(({ session }) => session?.calls === 0)
    if (!idle) return false
    this.open.delete(idle)
    idle.socket.destroy()
    return true
  }

  private awaitPreface(connection: Connection): void {
    const { socket } = connection
    let received = Buffer.alloc(0)
    const timer = setTimeout(() => socket.destroy(), this.limits.prefaceMs)
    socket.once('close', () => clearTimeout(timer))
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const verdict = judgePreface(received.subarray(0, MAX_PREFACE_BYTES))
      if (verdict === 'wrong') socket.destroy()
      if (verdict !== 'whole') return
      clearTimeout(timer)
      socket.off('data', onData).pause()
      this.begin(connection, received)
    }
    socket.on('data', onData)
  }

  /** A session costs something to make, so that too is done when it is the connection's turn. */
  private begin(connection: Connection, received: Buffer): void {
    const place = this.turns.join(() => {
      const { socket } = connection
      if (!socket.destroyed) connection.session = this.serve(new WatchedSocket(socket, received, this.turns))
      return false
    })
    place.ready()
  }
}
