/**
 * Both back ends of iptables(8), whatever the machine's own choice is, for a
 * netwatcherd of the lab: programs by the plain names stand before the machine's in a
 * mount namespace of the daemon's own. Those that change tables can be told to
 * kill the daemon once so many changes have gone in, which is a kill -9 between two steps.
 */

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const BACKENDS = ['nft', 'legacy'] as const
export type Backend = (typeof BACKENDS)[number]

const FAMILIES = ['iptables', 'ip6tables']
/** First in the daemon's search path, and empty on most machines. */
const IN_FRONT = '/usr/local/sbin'

export class Xtables {
  private readonly directory = mkdtempSync(join(tmpdir(), 'xtables-'))
  private readonly changesLeft = join(this.directory, 'changes-left')

  constructor(readonly backend: Backend) {
    chmodSync(this.directory, 0o755)
    for (const family of FAMILIES) {
      this.write(family, `exec ${family}-${backend} "$@"`)
      this.write(`${family}-save`, `exec ${this.program(`${family}-save`)} "$@"`)
      this.write(`${family}-restore`, this.restoring(this.program(`${family}-restore`)))
    }
    this.survive()
  }

  /** A command that runs the rest of its arguments where these are iptables. */
  get within(): [string, ...string[]] {
    const command = `mount --bind ${this.directory} ${IN_FRONT} && exec "$@"`
    return ['/usr/bin/unshare', '--mount', '/bin/sh', '-c', command, 'sh']
  }

  /** `iptables-save` as `iptables-nft-save`. */
  program(name: string): string {
    return name.replace(/^(ip6?tables)/, `$1-${this.backend}`)
  }

  /** Kills whoever makes changes once so many more have gone in; 0: instead of the first. */
  killAfter(changes: number): void {
    writeFileSync(this.changesLeft, String(changes))
  }

  survive(): void {
    writeFileSync(this.changesLeft, 'all')
  }

  /** It has killed; until then the daemon lives. */
  get hasKilled(): boolean {
    return readFileSync(this.changesLeft, 'utf8').trim() === 'dead'
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** One at a time, as both families are changed at once; who comes after the kill changes nothing. */
  private restoring(program: string): string {
    return `exec 9>>${join(this.directory, 'lock')}
flock 9
left=$(cat ${this.changesLeft})
if [ "$left" = all ]; then exec ${program} "$@" 9>&-; fi
if [ "$left" = dead ]; then exit 1; fi
if [ "$left" -gt 0 ]; then
  ${program} "$@" 9>&-
  left=$((left - 1))
  echo $left >${this.changesLeft}
  if [ "$left" -gt 0 ]; then exit 0; fi
fi
echo dead >${this.changesLeft}
kill -9 $PPID`
  }

  private write(name: string, lines: string): void {
    const path = join(this.directory, name)
    writeFileSync(path, `#!/bin/sh\n${lines}\n`)
    chmodSync(path, 0o755)
  }
}
