/**
 * The socket as HTTP/2 is given it. What comes in is handed on in small pieces,
 * when it is this connection's turn. What goes out is watched: Node tells nobody
 * when HTTP/2 itself has ended a session for a fault of the client's; a GOAWAY
 * goes out, and the connection would stay for as long as the client likes. So
 * the socket is closed behind such a GOAWAY.
 */

import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { KIB } from '@netwatcher/shared'
import { FrameReader } from './frames.js'
import type { Place, Turns } from './turns.js'

type Done = (error?: Error | null) => void

/** A call or a few of them. */
const PIECE_BYTES = 2 * KIB
/** Beyond, the socket is not read. */
const MOST_WAITING_BYTES = 64 * KIB

export class WatchedSocket extends Duplex {
  private readonly sent = new FrameReader(0)
  private waiting: Buffer
  private hasEnded = false
  private isWanted = true
  private readonly place: Place

  /** `received` has been read from the socket already. */
  constructor(
    private readonly socket: Socket,
    received: Buffer,
    turns: Turns,
  ) {
    super()
    this.waiting = received
    this.place = turns.join(() => this.takePiece())
    socket.on('data', (chunk) => {
      this.waiting = Buffer.concat([this.waiting, chunk])
      if (this.waiting.length > MOST_WAITING_BYTES) socket.pause()
      this.place.ready()
    })
    socket.on('end', () => {
      this.hasEnded = true
      this.place.ready()
    })
    socket.on('close', () => this.destroy())
    this.place.ready()
  }

  override _read(): void {
    this.isWanted = true
    this.place.ready()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    const isOver = this.sent.read(chunk).some(({ errorCode }) => errorCode !== 0)
    this.socket.write(chunk, (error) => {
      if (isOver) this.socket.destroy()
      done(error)
    })
  }

  override _final(done: Done): void {
    this.socket.end(done)
  }

  override _destroy(error: Error | null, done: Done): void {
    this.place.leave()
    this.socket.destroy()
    done(error)
  }

  /** True when there is another piece. */
  private takePiece(): boolean {
    if (this.destroyed || !this.isWanted) return false
    const piece = this.waiting.subarray(0, PIECE_BYTES)
    this.waiting = this.waiting.subarray(piece.length)
    if (piece.length > 0) this.isWanted = this.push(piece)
    else if (this.hasEnded) this.push(null)
    if (this.waiting.length <= MOST_WAITING_BYTES) this.socket.resume()
    return this.isWanted && (this.waiting.length > 0 || (this.hasEnded && piece.length > 0))
  }
}
