/**
 * tcpdump beside what is tested: a second pair of eyes on the same wire, which
 * has to be trusted itself, so what the kernel had to drop for it is a failure.
 */

import type { Lab, LabProcess } from '../../src/lab/lab.js'
import { waitUntil } from './netwatcherd.js'

/**
 * libpcap shares its buffer out in slots of the snapshot length in immediate
 * mode (pcap-linux.c, TPACKET_V2), and with the length that offloading allows
 * its default of 2 MiB holds 32 frames: fewer than one burst of nmap's.
 */
const ROOM = ['--immediate-mode', '-s', '2048', '-B', String(32 * 1024)]

/** Starts tcpdump on `eth0` of a host, and resolves when it listens. */
export async function startTcpdump(lab: Lab, host: string, args: readonly string[]): Promise<LabProcess> {
  const tcpdump = lab.start(host, ['tcpdump', '-n', ...ROOM, '-i', 'eth0', ...args])
  await waitUntil(
    () => tcpdump.output.includes('listening on'),
    5000,
    () => `tcpdump does not listen: ${tcpdump.output}`,
  )
  return tcpdump
}

/** Ends it, and throws when it has not seen everything. */
export async function stopTcpdump(tcpdump: LabProcess): Promise<void> {
  await tcpdump.stop('SIGINT')
  if (!/^0 packets dropped by kernel$/m.test(tcpdump.output))
    throw new Error(`tcpdump has lost frames: ${tcpdump.output}`)
}
