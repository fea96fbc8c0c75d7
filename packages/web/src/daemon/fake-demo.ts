/**
 * A fake daemon with a small network that lives a little, for working on the
 * web part without root: `node packages/web/dist/daemon/fake-demo.js /tmp/d.sock`,
 * then `netwatcher-web --socket /tmp/d.sock --state-dir /tmp/state`.
 */

import { Certainty, Role } from '@netwatcher/shared/gen/netwatcher/v1/alert'
import { FakeDaemon } from './fake-daemon.js'
import { alertEvent, host, observation, traffic, trafficRow } from './fake-messages.js'

const DEVICES = [
  { ip: '192.168.1.1', mac: 'f0:9f:c2:00:00:01', name: 'gateway', remotes: [] },
  {
    ip: '192.168.1.10',
    mac: '3c:22:fb:00:00:10',
    name: 'annas-laptop',
    remotes: ['140.82.112.3', '1.1.1.1'],
  },
  { ip: '192.168.1.11', mac: 'b8:27:eb:00:00:11', name: 'pi-hole', remotes: ['9.9.9.9'] },
  { ip: '192.168.1.12', mac: '00:17:88:00:00:12', name: 'hue-bridge', remotes: ['34.117.13.189'] },
  { ip: '192.168.1.13', mac: '7a:51:0c:00:00:13', name: '', remotes: ['142.250.74.110', '104.16.132.229'] },
]
const ALERT_AFTER_MS = 20_000

const [socketPath = '/tmp/netwatcherd.sock'] = process.argv.slice(2)
const fake = new FakeDaemon(socketPath)
fake.hosts = DEVICES.map(({ ip, mac }) => ({ ...host(ip, mac), isGateway: ip === '192.168.1.1' }))
fake.neighbors = fake.hosts
await fake.start()
process.stdout.write(`The fake daemon listens on ${socketPath}.\n`)

const names = DEVICES.filter(({ name }) => name !== '').map(({ ip, mac, name }) => ({
  ip,
  mac,
  name,
  source: 'dhcp',
  vlan: 0,
}))
fake.emit(observation(fake.hosts, names))
setInterval(() => {
  const seconds = Math.floor(Date.now() / 1000)
  const rows = DEVICES.flatMap(({ ip, mac, remotes }, i) =>
    remotes.map((remoteIp, j) => {
      const bytes = BigInt(2_000 + ((seconds * 7_919 * (i + 1)) % 50_000))
      return trafficRow({
        deviceIp: ip,
        deviceMac: mac,
        remoteIp,
        protocol: 6,
        servicePort: j === 0 ? 443 : 80,
        txBytes: bytes / 10n,
        rxBytes: bytes,
        txPackets: bytes / 1000n + 1n,
        rxPackets: bytes / 800n + 1n,
      })
    }),
  )
  fake.emit(traffic(rows, Date.now() - 1000))
}, 1000)
setInterval(() => {
  const now = Date.now()
  fake.emit(observation(DEVICES.map(({ ip, mac }) => host(ip, mac, now))))
}, 30_000)
setTimeout(() => {
  const id = 'a'.repeat(32)
  fake.evidence.set(id, [])
  const parties = [
    { role: Role.SUSPECT, mac: '7a:51:0c:00:00:13', ip: '', certainty: Certainty.LIKELY },
    { role: Role.HOLDER, mac: 'f0:9f:c2:00:00:01', ip: '192.168.1.1', certainty: Certainty.LIKELY },
  ]
  fake.emit(alertEvent({ id, parties, kind: 'gateway_spoof' }))
}, ALERT_AFTER_MS)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    fake.kill()
    process.exit(0)
  })
}
