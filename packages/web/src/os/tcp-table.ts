/**
 * Whose a TCP socket of this machine is, by the kernel's own table
 * (/proc/self/net/tcp and tcp6, proc(5)). Users that the own user namespace
 * does not know all show as the overflow user.
 */

import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { parseIpBytes } from '@netwatcher/shared'

const FILES = ['/proc/self/net/tcp', '/proc/self/net/tcp6']
const LISTEN = '0A'

export interface TcpSocket {
  /** As `endpoint` writes them. */
  local: string
  remote: string
  isListening: boolean
  uid: number
}

export function readTcpTable(): TcpSocket[] {
  return FILES.flatMap((path) => {
    try {
      return parseTcpTable(readFileSync(path, 'utf8'))
    } catch {
      // Without IPv6 there is no tcp6.
      return []
    }
  })
}

/** Sockets that no process holds any more are left out: they show as root's. */
export function parseTcpTable(text: string): TcpSocket[] {
  return text.split('\n').flatMap((line) => {
    const [slot = '', local = '', remote = '', state, , , , uid, , inode = '0'] = line.trim().split(/\s+/)
    if (!/^\d+:$/.test(slot) || inode === '0') return []
    return [{ local, remote, isListening: state === LISTEN, uid: Number(uid) }]
  })
}

/** Null when nobody listens there. */
export function listenerUid(table: readonly TcpSocket[], ip: string, port: number): number | null {
  const local = endpoint(ip, port)
  return table.find((socket) => socket.isListening && socket.local === local)?.uid ?? null
}

/** The address as the kernel prints it: 32-bit words in the machine's own byte order; and the port. */
export function endpoint(ip: string, port: number): string {
  const bytes = Buffer.from(parseIpBytes(ip.replace(/^::ffff:(?=\d+\.)/i, '')) ?? [])
  if (endianness() === 'LE') bytes.swap32()
  return `${bytes.toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}
