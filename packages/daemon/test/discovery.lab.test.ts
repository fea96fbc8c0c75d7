/** Discovery as a client sees it: over the socket, by the daemon and its unprivileged sensor. */

import { type ServiceError, status } from '@grpc/grpc-js'
import { Evidence } from '@netwatcher/shared/gen/netwatcher/v1/common'
import {
  ScanMethod,
  ScanPace,
  type ScanRequest,
  type ScanResponse,
  type WakeResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { Netwatcherd, unary, waitUntil } from './support/netwatcherd.js'

const CROWD_SIZE = 200
const SCAN_LIMIT_MS = 3000

const watcher = {
  name: 'watcher',
  mac: '02:00:00:00:04:01',
  addresses: ['10.86.0.1/24', '10.87.0.1/20'],
  gateway: '10.86.0.40',
}
const crowdIps = Array.from({ length: CROWD_SIZE }, (_, i) => `10.86.0.${i + 40}`)
const crowd = { name: 'crowd', mac: '02:00:00:00:04:02', addresses: crowdIps.map((ip) => `${ip}/24`) }

let lab: Lab
let netwatcherd: Netwatcherd

beforeAll(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [watcher, crowd] })
  netwatcherd = await Netwatcherd.start(lab, watcher.name)
})

afterAll(async () => {
  await netwatcherd?.close()
  await lab?.close()
})

function request(changes: Partial<ScanRequest> = {}): ScanRequest {
  return { interface: '', targets: [], pace: ScanPace.NORMAL, allowLarge: false, ping: false, ...changes }
}

function scan(changes: Partial<ScanRequest> = {}) {
  const hosts: (ScanResponse['result'] & { $case: 'host' })['value'][] = []
  const progress: number[] = []
  return new Promise<{
    hosts: typeof hosts
    progress: typeof progress
    summary: (ScanResponse['result'] & { $case: 'summary' })['value']
  }>((resolve, reject) => {
    const call = netwatcherd.discovery.scan(request(changes))
    call.on('error', reject)
    call.on('data', ({ result }: ScanResponse) => {
      if (result?.$case === 'host') hosts.push(result.value)
      else if (result?.$case === 'progress') progress.push(result.value.asked)
      else if (result?.$case === 'summary') resolve({ hosts, progress, summary: result.value })
    })
  })
}

async function refusal(changes: Partial<ScanRequest>): Promise<number | undefined> {
  return scan(changes).then(
    () => undefined,
    (error: ServiceError) => error.code,
  )
}

test('a scan of everything: all 200 hosts and ourselves, the gateway marked, the large subnet left out', async () => {
  const { hosts, progress, summary } = await scan()
  const ipv4 = new Set(hosts.map(({ ip }) => ip).filter((ip) => ip.startsWith('10.86.')))
  expect([...ipv4].sort()).toEqual([...crowdIps, '10.86.0.1'].sort())
  expect(hosts.find(({ ip }) => ip === '10.86.0.1')).toMatchObject({ isSelf: true, evidence: Evidence.OWN })
  expect(hosts.filter(({ isGateway }) => isGateway).map(({ ip }) => ip)).toEqual(['10.86.0.40'])
  expect(summary).toMatchObject({ method: ScanMethod.ARP, total: 254 })
  expect(summary.details).toEqual([{ rule: 'scan_left_out', params: { targets: '10.87.0.0/20' } }])
  expect(summary).toMatchObject({ targets: ['10.86.0.0/24'], vlan: 0, isComplete: true })
  expect(summary.durationMs).toBeLessThan(SCAN_LIMIT_MS)
  expect(progress.length).toBeGreaterThan(0)
  expect(progress.length).toBeLessThan(50)
})

test('two scans in a row agree', async () => {
  const first = await scan({ targets: ['10.86.0.0/24'], pace: ScanPace.FAST })
  const second = await scan({ targets: ['10.86.0.0/24'], pace: ScanPace.FAST })
  const ips = ({ hosts }: typeof first) => [...new Set(hosts.map(({ ip }) => ip))].sort()
  expect(ips(first)).toEqual(ips(second))
  expect(ips(first)).toHaveLength(CROWD_SIZE + 1)
})

function wake(mac: string, interfaceName = ''): Promise<WakeResponse> {
  return unary((done) => netwatcherd.discovery.wake({ interface: interfaceName, mac }, done))
}

test('a device that was seen is woken by magic packets on its link, and nobody else', async () => {
  const filter = ['-l', '-n', '-xx', '-i', 'eth0', 'ether', 'proto', '0x0842']
  const tcpdump = lab.start(crowd.name, ['tcpdump', ...filter])
  await waitUntil(
    () => tcpdump.output.includes('listening'),
    5000,
    () => tcpdump.output,
  )
  await scan({ targets: ['10.86.0.0/24'] })
  for (const mac of ['02:00:00:00:04:77', '8c:16:45:00:00:01']) {
    await expect(wake(mac)).rejects.toMatchObject({ code: status.NOT_FOUND })
  }
  expect(await wake(crowd.mac)).toEqual({ sent: 3 })
  const octets = () => tcpdump.output.replace(/0x[0-9a-f]{4}:|\s/g, '')
  const packet = `ffffffffffff0200000004010842${'ff'.repeat(6)}${'020000000402'.repeat(16)}`
  await waitUntil(
    () => octets().split(packet).length === 4,
    5000,
    () => `not three magic packets: ${tcpdump.output}`,
  )
  await tcpdump.stop()
  expect(octets()).not.toContain('020000000477')
})

test('what is not ours to scan is refused', async () => {
  expect(await refusal({ targets: ['8.8.8.0/24'] })).toBe(status.INVALID_ARGUMENT)
  expect(await refusal({ targets: ['10.87.0.0/20'] })).toBe(status.INVALID_ARGUMENT)
  expect(await refusal({ targets: ['-I/etc/passwd'] })).toBe(status.INVALID_ARGUMENT)
  expect(await refusal({ interface: 'eth9' })).toBe(status.NOT_FOUND)
})

test('a large subnet is scanned when asked for, and a client that hangs up ends it', async () => {
  const framesSent = async () =>
    Number(await lab.check(watcher.name, ['cat', '/sys/class/net/eth0/statistics/tx_packets']))
  const call = netwatcherd.discovery.scan(request({ targets: ['10.87.0.0/20'], allowLarge: true }))
  call.on('error', () => {})
  await new Promise((resolve) => call.once('data', resolve))
  call.cancel()
  let before = await framesSent()
  await waitUntil(
    async () => {
      const now = await framesSent()
      const isQuiet = now - before < 5
      before = now
      return isQuiet
    },
    5000,
    () => 'the scan goes on',
  )
  await scan({ targets: ['10.86.0.0/30'] })
})
