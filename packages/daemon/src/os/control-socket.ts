/**
 * A Unix socket that the daemon is controlled through. Who may connect is
 * decided by the file system alone (gRPC for Node has no peer credentials): the
 * directory is 0750 and the group's socket 0660, both root:netwatcher; the
 * root-only socket beside it is 0600. A socket is
 * bound in a directory of its own that nobody else may enter, given its rights
 * there, and then renamed into place: it is never reachable with wider rights,
 * not even for a moment, and closing it (which removes the file under the name
 * it was bound to) can never remove the socket of another daemon.
 */

import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import type { Logger } from './log.js'
import { findGroupId } from './users.js'

/** Bytes of sun_path without its NUL (unix(7)); a longer one would be cut silently. */
const MAX_PATH_BYTES = 107
const GROUP_MODE = 0o660
const OWNER_MODE = 0o600
const DIRECTORY_MODE = 0o750

export interface ControlSocketOptions {
  path: string
  /** Who may use it beside the daemon's own user; null: nobody. */
  group: string | null
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
    this.makeDirectory()
    await removeStaleSocket(path)
    await this.bind()
  }

  /** Binds again when somebody has deleted the socket file. Called from time to time. */
  async check(): Promise<void> {
    if (!this.server || fileIdentity(this.options.path) !== '') return
    this.log.warn('The socket file was deleted; making it again', { path: this.options.path })
    this.server.close()
    await this.listen()
  }

  /** Stops accepting. Removes the socket file only when it is still our own. */
  close(): void {
    const { path } = this.options
    if (this.server && fileIdentity(path) === this.identity) rmSync(path)
    this.server?.close()
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

  private async bind(): Promise<void> {
    const { path, onConnection } = this.options
    const bindDirectory = makeBindDirectory(path)
    try {
      const bound = join(bindDirectory, 's')
      const tooLong = [path, bound].find((one) => Buffer.byteLength(one) > MAX_PATH_BYTES)
      if (tooLong) throw unusable(path, `${tooLong} is longer than ${MAX_PATH_BYTES} bytes`)
      const server = createServer(onConnection)
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(unusable(path, error.message)))
        server.listen({ path: bound }, resolve)
      })
      chmodSync(bound, this.options.group === null ? OWNER_MODE : GROUP_MODE)
      this.giveToGroup(bound)
      this.warnIfAlone()
      renameSync(bound, path)
      this.identity = fileIdentity(path)
      this.server = server
    } finally {
      rmSync(bindDirectory, { recursive: true, force: true })
    }
  }

  private warnIfAlone(): void {
    const { group } = this.options
    if (group === null || process.getuid?.() !== 0 || findGroupId(group) !== null) return
    this.log.warn('There is no such group: only root can connect', { group })
  }

  private giveToGroup(path: string): void {
    const { group } = this.options
    const groupId = group === null ? null : findGroupId(group)
    if (group === null || groupId === null || statSync(path).gid === groupId) return
    try {
      chownSync(path, -1, groupId)
    } catch (error) {
      this.log.warn('The socket stays with the own group', { path, group, error: errorMessage(error) })
    }
  }
}

function makeBindDirectory(path: string): string {
  try {
    return mkdtempSync(join(dirname(path), '.bind-'))
  } catch (error) {
    throw unusable(path, errorMessage(error))
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
