/**
 * What the kernel says this process may still do, on each of its threads
 * (credentials(7): each has its own) and by what it has open. Read back after
 * rights were given up, because a setter that reaches one thread alone reports
 * success, too.
 */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SETGID, CAP_SETUID } from './process-status.js'

export interface HeldRights {
  /** The text of /proc/self/task/TID/status by thread id (proc_pid_status(5)). */
  threads: Map<string, string>
  /** What each open descriptor leads to (proc_pid_fd(5)). */
  files: string[]
  /** Whether the calling thread's system calls are those of src/rights.cc in the patch of `cap`. */
  isFiltered: boolean
}

/** The unit's, and what lets root load a checkout that somebody else owns. None of it can be used any more. */
const BOUNDING = [CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SETGID, CAP_SETUID].reduce(
  (set, bit) => set | (1n << bit),
  0n,
)
const NO_CAPABILITIES = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']
/** SECCOMP_MODE_FILTER of linux/seccomp.h. */
const FILTERED = '2'

export function readHeldRights(): HeldRights {
  const tasks = '/proc/self/task'
  const threads = readdirSync(tasks).map((id) => [id, readFileSync(`${tasks}/${id}/status`, 'utf8')] as const)
  return {
    threads: new Map(threads),
    files: readdirSync('/proc/self/fd').map(target),
    isFiltered: isFiltered(),
  }
}

/** Signal 0 only asks (kill(2)), and only that filter says that there is no such call. */
function isFiltered(): boolean {
  try {
    process.kill(process.ppid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOSYS'
  }
}

function target(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    // The descriptor that the directory itself was read through.
    return ''
  }
}

/** Why this process is not just that user and group: the first reason, or an empty string. */
export function excessRights({ threads, files, isFiltered }: HeldRights, uid: number, gid: number): string {
  if (threads.size === 0) return 'the kernel shows no thread'
  if (!isFiltered) return 'system calls are not filtered'
  const filters = new Set([...threads.values()].map((status) => fieldOf(status, 'Seccomp_filters')))
  if (filters.size > 1) return 'not every thread has the filter of system calls'
  for (const [id, status] of threads) {
    const excess = excessOfThread(status, uid, gid)
    if (excess !== '') return `${excess} on thread ${id}`
  }
  // Whoever holds one can have the kernel act for it past every filter of system calls.
  return files.some((file) => file.includes('[io_uring]')) ? 'an io_uring is open' : ''
}

function excessOfThread(status: string, uid: number, gid: number): string {
  const field = (name: string) => fieldOf(status, name)
  const isOnly = (name: string, id: number) => field(name) === Array(4).fill(id).join('\t')
  if (!isOnly('Uid', uid)) return `the user is ${field('Uid')}`
  if (!isOnly('Gid', gid)) return `the group is ${field('Gid')}`
  if (field('Groups') !== '') return `there are groups (${field('Groups')})`
  for (const set of NO_CAPABILITIES) {
    if (BigInt(`0x${field(set) ?? 'f'}`) !== 0n) return `${set} is ${field(set)}`
  }
  if ((BigInt(`0x${field('CapBnd') ?? 'f'}`) & ~BOUNDING) !== 0n) return `CapBnd is ${field('CapBnd')}`
  if (field('NoNewPrivs') !== '1') return 'no_new_privs is not set'
  return field('Seccomp') === FILTERED ? '' : 'system calls are not filtered'
}

function fieldOf(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1]
}
