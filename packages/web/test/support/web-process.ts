/** The real command as a child process, and requests to it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface WebProcess {
  child: ChildProcess
  url: string
  loginLink: string
  stderr: () => string
  /** With the token of the state directory, which may be seen elsewhere from here. */
  get(path: string, seenAt?: string): Promise<Response>
  post(path: string, body: unknown, seenAt?: string): Promise<Response>
  /** Resolves with the exit code or the signal. */
  exited: Promise<number | string | null>
}

/** As root: the state directory is handed over, and it starts as nobody, the way scripts/start does. */
const AS_NOBODY = `node=$1 checkout=$2 program=packages/web/bin/netwatcher-web; shift 2
  "$node" "$checkout/$program" --hand-over --user nobody "$@" || exit
  exec "$checkout/scripts/confine" "$node" nobody nogroup '' "$program" "$@"`

/** `command` in front of it, for example to enter a namespace; its pid must stay the same (exec). */
export async function startWeb(
  program: string,
  args: readonly string[],
  stateDir: string,
  command: readonly string[] = [],
): Promise<WebProcess> {
  const options = ['--state-dir', stateDir, ...args]
  const checkout = join(program, '../../../..')
  const start =
    process.getuid?.() === 0
      ? ['sh', '-c', AS_NOBODY, 'sh', process.execPath, checkout, ...options]
      : [process.execPath, program, ...options]
  const argv = [...command, ...start]
  const [file = '', ...rest] = argv
  const child = spawn(file, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const link = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /NetWatcher is at (\S+)\n/.exec(stdout)?.[1]
      if (found) resolve(found)
    })
    exited.then((code) => reject(new Error(`exited with ${code}: ${stderr}`)))
  })
  const url = new URL(link).origin
  const request = (path: string, seenAt: string, init: RequestInit = {}) => {
    const token = readFileSync(join(seenAt, 'token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return fetch(url + path, { ...init, headers })
  }
  return {
    child,
    url,
    loginLink: link,
    stderr: () => stderr,
    get: (path, seenAt = stateDir) => request(path, seenAt),
    post: (path, body, seenAt = stateDir) =>
      request(path, seenAt, { method: 'POST', body: JSON.stringify(body) }),
    exited,
  }
}
