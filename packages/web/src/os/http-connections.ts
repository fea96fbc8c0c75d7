/**
 * The connections of the HTTP server. When all places are taken, the user of
 * this machine who has most of them gives one up: the oldest whose request has
 * not come yet, or else the oldest that waits for a next one, or else, where one
 * user has most places, the oldest of all. So half requests shut nobody out, and
 * what one user does shuts out no other. Users of reverse proxies carry
 * everybody's connections and are asked last.
 */

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { endpoint, type TcpSocket } from './tcp-table.js'

/** Reading the kernel's table for every connection would be a way to keep us busy. */
const TABLE_LIFE_MS = 250
const UNKNOWN_UID = -1

export interface ConnectionLimits {
  connections: number
  /** Users of reverse proxies, as the kernel's table shows them. */
  proxyUids: ReadonlySet<number>
  readTable(): TcpSocket[]
  monotonicMs(): number
}

interface Connection {
  socket: Socket
  /** Both, as its client sees them. */
  ends: string
  phase: 'no request' | 'answering' | 'waiting'
}

export class HttpConnections {
  /** The oldest first. */
  private readonly open = new Map<Socket, Connection>()
  /** By the ends of the connection. */
  private uids = new Map<string, number>()
  private readAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly limits: ConnectionLimits) {}

  watch(server: Server): void {
    server.on('connection', (socket) => this.accept(socket))
    server.prependListener('request', ({ socket }, response) => {
      const connection = this.open.get(socket)
      if (!connection) return
      connection.phase = 'answering'
      response.once('close', () => {
        connection.phase = 'waiting'
      })
    })
  }

  private accept(socket: Socket): void {
    if (this.open.size >= this.limits.connections && !this.makeRoom()) {
      socket.destroy()
      return
    }
    const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
    const ends = `${endpoint(remoteAddress, remotePort)} ${endpoint(localAddress, localPort)}`
    this.open.set(socket, { socket, ends, phase: 'no request' })
    socket.once('close', () => this.open.delete(socket))
  }

  /** False when nobody has to give way. */
  private makeRoom(): boolean {
    const most = this.byUser().reduce((most, one) => (one.length > most.length ? one : most), [])
    const isMonopoly = most.length > this.limits.connections / 2
    const leaving =
      most.find(({ phase }) => phase === 'no request') ??
      most.find(({ phase }) => phase === 'waiting') ??
      (isMonopoly ? most[0] : undefined)
    if (!leaving) return false
    this.open.delete(leaving.socket)
    leaving.socket.destroy()
    return true
  }

  /** Without proxies, unless there is nobody else. */
  private byUser(): Connection[][] {
    this.readTable()
    const users = new Map<number, Connection[]>()
    for (const connection of this.open.values()) {
      const uid = this.uids.get(connection.ends) ?? UNKNOWN_UID
      users.set(uid, [...(users.get(uid) ?? []), connection])
    }
    const others = [...users].filter(([uid]) => !this.limits.proxyUids.has(uid))
    return (others.length > 0 ? others : [...users]).map(([, connections]) => connections)
  }

  private readTable(): void {
    const nowMs = this.limits.monotonicMs()
    if (nowMs - this.readAtMs < TABLE_LIFE_MS) return
    this.readAtMs = nowMs
    this.uids = new Map(this.limits.readTable().map(({ local, remote, uid }) => [`${local} ${remote}`, uid]))
  }
}
