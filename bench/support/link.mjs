/**
 * One veth pair between two network namespaces, and a generator that floods it.
 * Nothing of the machine's own network is touched; `close` removes everything,
 * and so does the end of this process by a signal.
 */

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('generator.c', import.meta.url))

/** The interface on which the tools listen. */
export const INTERFACE = 'eth0'

export function openLink() {
  const folder = mkdtempSync(join(tmpdir(), 'netwatcher-bench-'))
  const generator = join(folder, 'generator')
  execFileSync('gcc', ['-O2', '-Wall', '-o', generator, SOURCE])
  const sender = `nwbench${process.pid}-tx`
  const receiver = `nwbench${process.pid}-rx`
  const ip = (...args) => execFileSync('ip', args)
  const children = new Set()

  const close = () => {
    for (const child of children) child.kill('SIGKILL')
    for (const name of [sender, receiver]) {
      try {
        ip('netns', 'delete', name)
      } catch {
        // Not made yet.
      }
    }
    rmSync(folder, { recursive: true, force: true })
  }
  const stopBySignal = () => {
    close()
    process.exit(130)
  }
  process.once('SIGINT', stopBySignal)
  process.once('SIGTERM', stopBySignal)

  for (const name of [sender, receiver]) {
    ip('netns', 'add', name)
    // No neighbour discovery of our own: only generated frames are on the link.
    ip(
      'netns',
      'exec',
      name,
      'sysctl',
      '-qw',
      'net.ipv6.conf.all.disable_ipv6=1',
      'net.ipv6.conf.default.disable_ipv6=1',
    )
  }
  ip('-n', receiver, 'link', 'add', INTERFACE, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', sender)
  ip('-n', receiver, 'address', 'add', '10.0.0.2/24', 'dev', INTERFACE)
  ip('-n', receiver, 'link', 'set', 'lo', 'up')
  ip('-n', receiver, 'link', 'set', INTERFACE, 'up')
  ip('-n', sender, 'link', 'set', 'eth0', 'up')

  const start = (namespace, argv) => {
    const child = spawn('ip', ['netns', 'exec', namespace, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
    const process = { pid: child.pid, output: '', kill: (signal) => child.kill(signal) }
    const keep = (chunk) => {
      process.output = (process.output + chunk).slice(-65536)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    children.add(child)
    process.done = new Promise((resolve) => {
      child.once('close', (code) => {
        children.delete(child)
        resolve(code)
      })
    })
    return process
  }

  return {
    close,
    /** A program beside the receiving end. `ip netns exec` becomes it, so the pid is its own. */
    start: (argv) => start(receiver, argv),
    /** A program beside the sending end. */
    startAtSender: (argv) => start(sender, argv),
    run: (argv) => execFileSync('ip', ['netns', 'exec', receiver, ...argv], { encoding: 'utf8' }),
    /** Sends for `seconds`, or until `frames` have been sent; gives their number. `size` 0 is a mix. */
    async flood({ seconds, frames = 0, size = 60, addresses = 1, sources = 1, macs = 1 }) {
      const numbers = [seconds, frames, size, addresses, sources, macs].map(String)
      const process = start(sender, [generator, 'eth0', ...numbers])
      const code = await process.done
      if (code !== 0) throw new Error(`generator: ${process.output}`)
      return Number(process.output)
    },
    /** Frames that the kernel has delivered to the receiving interface. */
    received: () =>
      Number(
        execFileSync('ip', [
          'netns',
          'exec',
          receiver,
          'cat',
          `/sys/class/net/${INTERFACE}/statistics/rx_packets`,
        ]),
      ),
  }
}
