/** What the hostile-web lab needs: requests nobody should send, an attacker of another user, and bystanders. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { status } from '@grpc/grpc-js'
import fc from 'fast-check'
import { RawClient } from '../../src/rpc/raw-client.js'

const CLIENT = fileURLToPath(new URL('../../dist/lab/hostile-client.js', import.meta.url))
const BYSTANDER_PAUSE_MS = 10

const TEXTS = [
  '',
  '10.79.0.2',
  '10.79.0.1',
  '0.0.0.0/0',
  '10.79.0.0/24',
  '8.8.8.8',
  '0x0a4f0001',
  '010.79.0.1',
  '::ffff:10.79.0.2',
  'fd79::2%eth0',
  '02:00:00:00:01:02',
  'ff:ff:ff:ff:ff:ff',
  'eth0',
  '../../../etc/shadow',
  '-oN/etc/cron.d/x',
  '--script=exec',
  '$(touch /tmp/x)',
  '`id`; rm -rf /',
  '10.79.0.2\n-A INPUT -j ACCEPT\nCOMMIT',
  'a\0b',
  '\u202e\u001b[2J<img onerror>',
  'x'.repeat(30_000),
  '0'.repeat(32),
]
const NUMBERS = [0n, 1n, 2n, 60n, 86_400n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]

const varint = (value: bigint): Buffer => {
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    if (rest <= 0x7fn) return Buffer.from(bytes)
  }
}

/** A field of a protobuf message by its number: varint or bytes. */
export function field(number: number, content: bigint | Buffer): Buffer {
  if (typeof content === 'bigint') return Buffer.concat([varint(BigInt(number) << 3n), varint(content)])
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(content.length)), content])
}

/** Messages of any shape, whose fields hold what hurts in some place or other; and what is no message. */
export const hostileRequest = fc.letrec<{ message: Buffer; content: bigint | Buffer }>((tie) => ({
  content: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...TEXTS).map((text) => Buffer.from(text)),
    fc.constantFrom(...NUMBERS),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    tie('message'),
  ),
  message: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 8 }), tie('content')), { maxLength: 6 })
    .map((fields) => Buffer.concat(fields.map(([number, content]) => field(number, content)))),
})).message

/** gRPC calls by a user who is in the group and nobody else. */
export class Attacker {
  private readonly program: string
  private caller: ChildProcessWithoutNullStreams | null = null
  private answers: AsyncIterator<string> | null = null

  constructor(
    directory: string,
    private readonly user: string,
  ) {
    this.program = join(directory, 'hostile-client.mjs')
    copyFileSync(CLIENT, this.program)
  }

  /** One call after the other. */
  async call(socket: string, method: string, request: Uint8Array) {
    this.caller ??= this.start(socket, 'call')
    this.answers ??= createInterface({ input: this.caller.stdout })[Symbol.asyncIterator]()
    this.caller.stdin.write(`${JSON.stringify({ method, hex: Buffer.from(request).toString('hex') })}\n`)
    const { value } = await this.answers.next()
    return JSON.parse(value) as { status: string; reason: string; hex: string }
  }

  start(socket: string, attack: string): ChildProcessWithoutNullStreams {
    const as = [`--reuid=${this.user}`, `--regid=${this.user}`, '--clear-groups', '--']
    return spawn('setpriv', [...as, process.execPath, this.program, socket, attack])
  }

  async close(): Promise<void> {
    if (this.caller) await end(this.caller)
  }
}

export async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

export interface Bystander {
  answered: number
  failed: string[]
  /** Of each answer: how long the daemon's own thread was at work until it came, in ms. */
  workMs: number[]
}

/**
 * Somebody who asks for the status again and again. That the machine is busy
 * with something else is not the daemon's doing, so its work counts, not time.
 */
export async function bystander(socket: string, pid: number, forMs: number): Promise<Bystander> {
  const client = new RawClient(socket)
  const seen: Bystander = { answered: 0, failed: [], workMs: [] }
  const until = performance.now() + forMs
  while (performance.now() < until) {
    const startMs = workedMs(pid)
    const { code, reason } = await client.call('DaemonService/GetStatus', new Uint8Array(0))
    seen.workMs.push(workedMs(pid) - startMs)
    if (code === status.OK) seen.answered++
    else seen.failed.push(`${status[code]} ${reason}`)
    await sleep(BYSTANDER_PAUSE_MS)
  }
  client.close()
  return seen
}

/** What its main thread has had of a processor so far. */
function workedMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The most memory that a process has had resident, in MiB, and its open files and children. */
export function footprint(pid: number): { peakMib: number; files: number; children: number } {
  const peakKib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return {
    peakMib: Number(peakKib) / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    children: children.length,
  }
}
