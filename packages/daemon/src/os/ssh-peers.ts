/**
 * Who has an SSH session with this machine right now: established TCP
 * connections to the port of sshd, from /proc/net/tcp and tcp6
 * (proc_pid_net(5)). Somebody who administers the machine from afar must not be
 * able to lock themselves out.
 */

import { endianness } from 'node:os'
import { formatIp } from '@netwatcher/shared'
import { hasIpv6, readSystemFile } from './system-file.js'

const SSH_PORT = 22
/** TCP_ESTABLISHED of linux/tcp_states.h. */
const ESTABLISHED = '01'

/** `sshConnection` is the variable SSH_CONNECTION of ssh(1), which names a port other than 22. */
export async function sshPeers(sshConnection = '', root = '/'): Promise<string[]> {
  const ports = new Set([SSH_PORT, Number(sshConnection.split(' ')[3])])
  const files = (await hasIpv6(root)) ? ['proc/net/tcp', 'proc/net/tcp6'] : ['proc/net/tcp']
  const texts = await Promise.all(files.map((file) => readSystemFile(root, file)))
  return [...new Set(texts.flatMap((text) => parsePeers(text, ports)))]
}

/** Columns: sl local_address rem_address st ..., addresses as `HEX:PORT`. */
function parsePeers(text: string, ports: Set<number>): string[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/)
    const port = Number.parseInt(local.split(':')[1] ?? '', 16)
    const bytes = addressBytes(remote.split(':')[0] ?? '')
    return bytes && state === ESTABLISHED && ports.has(port) ? [formatIp(bytes)] : []
  })
}

/** 32-bit words in host byte order. An IPv4 peer of an IPv6 socket is given as IPv4. */
function addressBytes(hex: string): Uint8Array | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return null
  const bytes = new Uint8Array(hex.length / 2)
  const view = new DataView(bytes.buffer)
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const word = Number.parseInt(hex.slice(2 * offset, 2 * offset + 8), 16)
    view.setUint32(offset, word, endianness() === 'LE')
  }
  const isMapped = bytes.length === 16 && bytes.subarray(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255'
  return isMapped ? bytes.subarray(12) : bytes
}
