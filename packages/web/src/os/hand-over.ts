/**
 * `netwatcher-web --hand-over`: gives the state directory to the user that the
 * web part will run as. Root does so before setpriv(1) starts the web part as
 * that user, which then could not; the web part itself never runs as root.
 */

import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { directoriesTo, errorMessage, NetWatcherError, pathFault } from '@netwatcher/shared'

export interface Account {
  name: string
  uid: number
  gid: number
}

/** From /etc/passwd text: Node has no getpwnam, and a service account is always local. */
export function findAccount(passwd: string, name: string): Account | null {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name) return { name, uid: Number(uid), gid: Number(gid) }
  }
  return null
}

/** Throws, with what to do, when there is no such user. */
export function accountOf(userName: string, passwd = '/etc/passwd'): Account {
  const account = findAccount(readFileSync(passwd, 'utf8'), userName)
  if (account) return account
  throw new NetWatcherError(
    'failed_precondition',
    'NO_SUCH_USER',
    `There is no user "${userName}". Create it (sudo useradd --system --shell /usr/sbin/nologin ${userName}) or name another with --user.`,
  )
}

export function handOver(userName: string, stateDir: string, passwd = '/etc/passwd'): void {
  const account = accountOf(userName, passwd)
  if (account.uid === 0 || account.gid === 0) {
    throw new NetWatcherError('invalid_argument', 'USER_IS_ROOT', 'The web part does not run as root.')
  }
  try {
    giveDirectory(stateDir, account)
  } catch (error) {
    if (error instanceof NetWatcherError) throw error
    const why = pathFault(error) ?? errorMessage(error)
    throw new NetWatcherError(
      'failed_precondition',
      'STATE_DIR',
      `The state directory ${stateDir} cannot be handed over: ${why}.`,
    )
  }
}

/** What this program keeps in its state directory; SQLite adds -wal, -shm and -journal. */
const OWN_FILE = /^(netwatcher\.db|lock\.db|token|instance\.json|notify-secrets\.json)([.-].*)?$/

export function isOwnFile(name: string): boolean {
  return OWN_FILE.test(name)
}

/**
 * A directory with anything else in it is not ours to give away (think of
 * `--state-dir /etc`), and a link that somebody put there is not followed.
 */
function giveDirectory(stateDir: string, { uid, gid }: Account): void {
  for (const one of directoriesTo(stateDir)) if (!existsSync(one)) mkdirSync(one, { mode: 0o700 })
  const stat = lstatSync(stateDir)
  const names = stat.isDirectory() ? readdirSync(stateDir) : []
  if (!stat.isDirectory() || !names.every(isOwnFile)) {
    throw new NetWatcherError(
      'failed_precondition',
      'STATE_DIR',
      `${stateDir} is not a directory of NetWatcher's own; name an empty one with --state-dir.`,
    )
  }
  for (const name of names) {
    const path = join(stateDir, name)
    const file = lstatSync(path)
    if (file.isFile() && file.nlink === 1) lchownSync(path, uid, gid)
  }
  chmodSync(stateDir, 0o700)
  chownSync(stateDir, uid, gid)
}
