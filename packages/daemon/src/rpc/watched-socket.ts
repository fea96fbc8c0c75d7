/**
 * The socket as HTTP/2 is given it. Node tells nobody when HTTP/2 itself has
 * ended a session for a fault of the client's: a GOAWAY goes out, and the
 * connection stays for as long as the client likes. So what goes out is watched,
 * and the socket is closed behind such a GOAWAY.
 */

import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { FrameReader } from './frames.js'

type Done = (error?: Error | null) => void

export class WatchedSocket extends Duplex {
  private readonly sent = new FrameReader(0)

  /** `received` has been read from the socket already. */
  constructor(
    private readonly socket: Socket,
    received: Buffer,
  ) {
    super({ emitClose: true })
    this.push(received)
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause()
    })
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
  }

  override _read(): void {
    this.socket.resume()
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
    this.socket.destroy()
    done(error)
  }
}
