/**
 * `netwatcher-web --login-link`: a link with a ticket that logs in once. Whoever
 * took the port before the server would get the ticket from the browser, and a
 * session for it, so the link is only made while it is the server's own user who
 * listens where the server said that it does.
 */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, NetWatcherError } from '@netwatcher/shared'
import { type RunningInstance, readInstance } from './auth/running-instance.js'
import { makeTicket, readToken } from './auth/token.js'
import { listenerUid, readTcpTable } from './os/tcp-table.js'

/** At `publicUrl`, or where the server listens. Throws unless the server of this state directory is running. */
export function freshLoginLink(stateDir: string, publicUrl: string | null, nowMs: number): string {
  const { ip, port, token, runId } = ownServer(stateDir)
  return loginLink(publicUrl ?? httpUrl(ip, port), makeTicket({ token, runId }, nowMs))
}

/** The running server, with the token; throws unless it is its user who listens where it said that it does. */
export function ownServer(stateDir: string): RunningInstance & { token: string } {
  const tokenPath = join(stateDir, 'token')
  const { token, owner } = readSecret(tokenPath)
  const instance = readInstance(join(stateDir, INSTANCE_FILE))
  if (!instance) throw notRunning('The web part is not running: start it first.')
  const { ip, port } = instance
  const uid = listenerUid(readTcpTable(), ip, port)
  if (uid === null) throw notRunning(`Nobody listens on ${ip} port ${port}: start the web part first.`)
  if (uid !== owner) {
    throw notRunning(
      `Another user (uid ${uid}) listens on ${ip} port ${port}, and would get the login: stop that program, then start the web part.`,
    )
  }
  return { ...instance, token }
}

export const INSTANCE_FILE = 'instance.json'

export function loginLink(url: string, ticket: string): string {
  return `${url}/login?token=${ticket}`
}

export function httpUrl(ip: string, port: number): string {
  return `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}`
}

/** The token, and the user whose server it is. */
function readSecret(path: string): { token: string; owner: number } {
  try {
    return { token: readToken(path), owner: statSync(path).uid }
  } catch (error) {
    if (error instanceof NetWatcherError) throw error
    throw new NetWatcherError(
      'failed_precondition',
      'NO_TOKEN',
      `The token in ${path} cannot be read (${errorMessage(error)}): start NetWatcher once, and ask as its user or as root.`,
    )
  }
}

function notRunning(sentence: string): NetWatcherError {
  return new NetWatcherError('failed_precondition', 'NOT_RUNNING', sentence)
}
