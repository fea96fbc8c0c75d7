/** The real nmap, run by root as an unprivileged user, against a service on loopback. */

import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { makeCidr } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../src/os/command.js'
import { findUser } from '../src/os/users.js'
import { PortScanner } from '../src/portscan/port-scanner.js'
import { PROFILES } from '../src/portscan/profiles.js'

/** Among nmap's hundred most common ports. */
const OPEN_PORT = 8888
const LOOPBACK = makeCidr('127.0.0.0', 8)

let server: Server

beforeAll(async () => {
  server = createServer((socket) => {
    // nmap closes without reading.
    socket.on('error', () => {})
    socket.end('SSH-2.0-OpenSSH_9.2p1\r\n')
  })
  await new Promise<void>((resolve) => {
    server.listen(OPEN_PORT, '127.0.0.1', resolve)
  })
})

afterAll(() => server.close())

function scanner(): PortScanner {
  return new PortScanner({
    run: runCommand,
    program: 'nmap',
    profiles: PROFILES,
    obstacle: '',
    isRoot: true,
    user: findUser('nobody'),
    watchedSubnets: () => (LOOPBACK ? [LOOPBACK] : []),
  })
}

test.each([
  ['quick', '100'],
  ['services', '1000'],
] as const)('profile %s finds the open port', async (profile, count) => {
  const chunks: Uint8Array[] = []
  const { signal } = new AbortController()
  const uids = new Set<number>()
  const watch = setInterval(() => nmapUids().forEach((uid) => void uids.add(uid)), 10)
  const outcome = await scanner().scan({ ip: '127.0.0.1', profile }, signal, (chunk) => chunks.push(chunk))
  clearInterval(watch)
  expect(outcome).toEqual({ rule: 'port_scan_finished', params: { count } })
  const port = new RegExp(`<port protocol="tcp" portid="${OPEN_PORT}"><state state="open".*?</port>`)
  const [found = ''] = port.exec(Buffer.concat(chunks).toString()) ?? []
  expect(found).not.toBe('')
  expect(uids).not.toContain(0)
  if (profile === 'services') {
    expect([...uids]).toEqual([findUser('nobody')?.uid])
    expect(found).toContain('<service name="ssh" product="OpenSSH" version="9.2p1"')
  }
})

/** Effective users of the nmap processes that this process has started. */
function nmapUids(): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8')
      const isOurs = status.includes(`\nPPid:\t${process.pid}\n`) && status.startsWith('Name:\tnmap\n')
      return isOurs ? [Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1])] : []
    } catch {
      return []
    }
  })
}
