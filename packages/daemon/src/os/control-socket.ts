/**
 * The Unix socket that the daemon is controlled through. Who may connect is
 * decided by the file system alone (gRPC for Node has no peer credentials): the
 * directory is 0750 and the socket 0660, both root:netwatcher. The socket is
 * bound under a umask, so that it never exists with wider rights, not even for
 * a moment.
 */

import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { Logger } from './log.js'
import { findGroupId } from './users.js'

/** Bytes of sun_path without its NUL (unix(7)); a longer one would be cut silently. */
const MAX_PATH_BYTES = 107
const SOCKET_UMASK = 0o117
const DIRECTORY_MODE = 0o750
const MAX_CONNECTIONS = 128

export interface ControlSocketOptions {
  path: string
  group: string
  onConnection(socket: Socket): void
}

export class ControlSocket {
  private server: Server | null = null
  /** Device and inode of the socket file that is ours. */
  private identity = ''

  constructor(
    private readonly options: ControlSocketOptions,
    private readonly log: Logger,
  ) {}

  /** Throws when another daemon answers on the path, or the path cannot be used. */
  async listen(): Promise<void> {
    const { path } = this.options
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
      throw unusable(path, `it is longer than ${MAX_PATH_BYTES} bytes`)
    }
    this.makeDirectory()
    await removeStaleSocket(path)
    await this.bind()
  }

  /** Binds again when somebody has deleted the socket file. Called from time to time. */
  async check(): Promise<void> {
    if (!this.server || fileIdentity(this.options.path) !== '') return
    this.log.warn('The socket file was deleted; making it again', { path: this.options.path })
    // Closing removes the file of that name, so the old one goes before the new one comes.
    this.server.close()
    await this.listen()
  }

  /** Stops accepting. Removes the socket file only when it is still our own. */
  close(): void {
    if (!this.server) return
    if (fileIdentity(this.options.path) === this.identity) this.server.close()
    // Closing would remove a file that another daemon has put in its place.
    else this.server.unref()
    this.server = null
  }

  private makeDirectory(): void {
    const directory = dirname(this.options.path)
    if (fileIdentity(directory) !== '') return
    try {
      mkdirSync(directory, { mode: DIRECTORY_MODE })
    } catch (error) {
      throw unusable(this.options.path, errorMessage(error))
    }
    this.giveToGroup(directory)
  }

  private bind(): Promise<void> {
    const { path, onConnection } = this.options
    const server = createServer(onConnection)
    server.maxConnections = MAX_CONNECTIONS
    this.server = server
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(unusable(path, error.message)))
      const previous = process.umask(SOCKET_UMASK)
      try {
        // Node binds before it returns, so the umask is in force and nothing else runs under it.
        server.listen({ path })
      } finally {
        process.umask(previous)
      }
      server.once('listening', () => {
        this.giveToGroup(path)
        this.identity = fileIdentity(path)
        resolve()
      })
    })
  }

  private giveToGroup(path: string): void {
    const { group } = this.options
    const groupId = findGroupId(group)
    if (groupId === null) {
      if (process.getuid?.() === 0) this.log.warn('There is no such group: only root can connect', { group })
      return
    }
    if (statSync(path).gid === groupId) return
    try {
      chownSync(path, -1, groupId)
    } catch (error) {
      this.log.warn('The socket stays with the own group', { path, group, error: errorMessage(error) })
    }
  }
}

/** Removes the socket file that a killed daemon left; throws when a daemon answers on it. */
export async function removeStaleSocket(path: string): Promise<void> {
  let isSocket: boolean
  try {
    isSocket = statSync(path).isSocket()
  } catch {
    return
  }
  if (!isSocket) throw unusable(path, 'it is not a socket')
  if (await answers(path)) throw unusable(path, 'another netwatcherd is serving it already')
  rmSync(path, { force: true })
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const settle = (isAlive: boolean) => {
      socket.destroy()
      resolve(isAlive)
    }
    socket.once('connect', () => settle(true))
    // Only a refused connection proves that nobody listens; a full backlog (EAGAIN) does not.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}

function fileIdentity(path: string): string {
  try {
    const { dev, ino } = statSync(path)
    return `${dev}:${ino}`
  } catch {
    return ''
  }
}

function unusable(path: string, why: string): NetWatcherError {
  return new NetWatcherError('failed_precondition', 'SOCKET', `The socket ${path} cannot be used: ${why}.`)
}
