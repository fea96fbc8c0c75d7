/**
 * The installed services in a booted machine: that they start under all their
 * restrictions, who can reach what, and what is left when they stop or die.
 */

import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ChannelCredentials,
  type Client,
  type ClientReadableStream,
  credentials,
  type ServiceError,
} from '@grpc/grpc-js'
import {
  CaptureServiceClient,
  type StartCaptureResponse,
  type StopCaptureResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { DiscoveryServiceClient, ScanMethod, ScanPace } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import {
  type ApplyPlanResponse,
  type ConfirmBlockResponse,
  FirewallServiceClient,
  type PlanBlockResponse,
} from '@netwatcher/shared/gen/netwatcher/v1/firewall'
import { PortScanProfile, PortScanServiceClient } from '@netwatcher/shared/gen/netwatcher/v1/portscan'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../src/os/command.js'
import { REASON_METADATA } from '../src/rpc/errors.js'
import { CHECKOUT, Container, SHADOW_MARK } from './support/container.js'
import { planRequest, unary, waitUntil } from './support/netwatcherd.js'

const SOCKET = '/run/netwatcher/netwatcherd.sock'
const ADMIN_SOCKET = '/run/netwatcher/admin.sock'
const DAEMON = 'netwatcherd.service'
const WEB = 'netwatcher-web.service'
const DEVICE_IP = '10.80.0.2'
/** Among nmap's hundred most common ports. */
const DEVICE_PORT = 8888

let container: Container

beforeAll(async () => {
  container = await Container.boot()
  await addDevice()
  await container.check('systemctl', 'start', DAEMON, WEB)
}, 120_000)

afterAll(async () => {
  await container?.close()
})

/** A host on the LAN, in a network namespace of the container, with one open port. */
async function addDevice(): Promise<void> {
  const ip = (line: string) => container.check('ip', ...line.split(' '))
  await ip('netns add device')
  await ip('link add lan0 type veth peer name eth0 netns device')
  await ip('address add 10.80.0.1/24 dev lan0')
  await ip('link set lan0 up')
  await ip('link set lo up')
  await ip(`-n device address add ${DEVICE_IP}/24 dev eth0`)
  await ip('-n device link set eth0 up')
  const listen = `require('net').createServer((socket) => socket.end()).listen(${DEVICE_PORT})`
  const start = ['systemd-run', '--quiet', '--unit=device', '-p', 'NetworkNamespacePath=/run/netns/device']
  await container.check(...start, '/usr/lib/netwatcher/bin/node', '-e', listen)
}

/** All messages of a stream. */
function collect<T>(call: ClientReadableStream<T>): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const messages: T[] = []
    call.on('data', (message: T) => messages.push(message))
    call.on('error', reject)
    call.on('end', () => resolve(messages))
  })
}

async function exposure(unit: string): Promise<number> {
  const file = join(CHECKOUT, 'systemd', unit)
  const outcome = await runCommand('systemd-analyze', ['security', '--offline=true', '--no-pager', file])
  const output = outcome.type === 'exited' ? outcome.stdout : ''
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1])
}

async function waitForState(unit: string, state: string, timeoutMs = 20_000): Promise<void> {
  await waitUntil(
    async () => (await container.property(unit, 'ActiveState')) === state,
    timeoutMs,
    () => `${unit} does not become ${state}`,
  )
}

async function withClient<C extends Client, T>(
  ClientType: new (address: string, credentials: ChannelCredentials) => C,
  use: (client: C) => Promise<T>,
): Promise<T> {
  const client = new ClientType(`unix:${container.path(SOCKET)}`, credentials.createInsecure())
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

function applyBlock(value: string, isToBeConfirmed: boolean): Promise<string> {
  return withClient(FirewallServiceClient, async (client) => {
    const request = planRequest([{ $case: 'cidr', value }], 3600, 600)
    const { token, blockId } = await unary<PlanBlockResponse>((done) => client.planBlock(request, done))
    await unary<ApplyPlanResponse>((done) => client.applyPlan({ token }, done))
    if (isToBeConfirmed) {
      await unary<ConfirmBlockResponse>((done) => client.confirmBlock({ blockId }, done))
    }
    return blockId
  })
}

async function rules(): Promise<string> {
  return (await container.check('iptables-save')) + (await container.check('ip6tables-save'))
}

/** The processes of a unit: the user, and the effective capabilities as a number. */
async function processes(unit: string): Promise<{ user: string; capabilities: number }[]> {
  // One line for each, and none for what has ended in between.
  const script = `for dir in $(grep -ls '/${unit}$' /proc/[0-9]*/cgroup); do
    awk '/^Uid:/ { uid = $2 } /^CapEff:/ { print uid, $2 }' "\${dir%/cgroup}/status" 2>/dev/null; done; true`
  const lines = (await container.check('sh', '-c', script)).trim().split('\n')
  return Promise.all(
    lines
      .filter((line) => line !== '')
      .map(async (line) => {
        const [uid = '', capabilities = ''] = line.split(' ')
        return {
          user: (await container.check('id', '-nu', uid)).trim(),
          capabilities: Number.parseInt(capabilities, 16),
        }
      }),
  )
}

test('the units expose less than the limits, and have no mistakes in them', async () => {
  expect(await exposure(DAEMON)).toBeLessThanOrEqual(2.4)
  expect(await exposure(WEB)).toBeLessThanOrEqual(1)
  const units = [DAEMON, WEB].map((unit) => `/usr/lib/systemd/system/${unit}`)
  expect(await container.run(['systemd-analyze', 'verify', '--man=no', ...units])).toMatchObject({
    type: 'exited',
    code: 0,
    stderr: '',
  })
})

test('both services are active, and the daemon is told to be by itself', async () => {
  expect(await container.property(DAEMON, 'ActiveState')).toBe('active')
  expect(await container.property(WEB, 'ActiveState')).toBe('active')
  expect(await container.property(DAEMON, 'StatusText')).toContain('lan0')
})

test('both services have a bound of their memory, and of the heap of the daemon and of the web application', async () => {
  for (const unit of [DAEMON, WEB]) {
    expect(Number(await container.property(unit, 'MemoryMax'))).toBeLessThanOrEqual(3 * 1024 ** 3)
    expect(await container.property(unit, 'Environment')).toMatch(/--max-old-space-size=\d+$/)
  }
})

test('one socket is for root and the group netwatcher, the other for root alone', async () => {
  expect((await container.check('stat', '-c', '%a %U:%G %F', SOCKET)).trim()).toBe(
    '660 root:netwatcher socket',
  )
  expect((await container.check('stat', '-c', '%a %U %F', ADMIN_SOCKET)).trim()).toBe('600 root socket')
  expect((await container.check('stat', '-c', '%a %U:%G', '/run/netwatcher')).trim()).toBe(
    '750 root:netwatcher',
  )
  expect((await container.check('stat', '-c', '%a %U', '/var/lib/netwatcherd')).trim()).toBe('700 root')
  expect((await container.check('stat', '-c', '%a %U', '/var/lib/netwatcher')).trim()).toBe('700 netwatcher')
})

test.each([
  ['netwatcher', 'connected'],
  ['nobody', 'EACCES'],
  ['netwatcher-sensor-0', 'EACCES'],
])('connecting to the socket as %s: %s', async (user, result) => {
  const connect = `require('net').connect('${SOCKET}', () => { console.log('connected'); process.exit() })
    .on('error', (error) => { console.log(error.code); process.exit() })`
  const drop = [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${user === 'nobody' ? 'nogroup' : user}`,
    '--init-groups',
  ]
  expect((await container.check(...drop, '/usr/lib/netwatcher/bin/node', '-e', connect)).trim()).toBe(result)
})

test('buf curl lists the services over the socket', async () => {
  const outcome = await runCommand(
    process.execPath,
    [
      join(CHECKOUT, 'node_modules/@bufbuild/buf/bin/buf'),
      'curl',
      '--protocol=grpc',
      '--http2-prior-knowledge',
      `--unix-socket=${container.path(SOCKET)}`,
      '--list-services',
      'http://localhost',
    ],
    { timeoutMs: 30_000 },
  )
  const services = outcome.type === 'exited' ? outcome.stdout.trim().split('\n') : []
  expect(services).toEqual(
    expect.arrayContaining(
      ['Alert', 'Capture', 'Daemon', 'Discovery', 'Event', 'Firewall', 'PortScan'].map(
        (name) => `netwatcher.v1.${name}Service`,
      ),
    ),
  )
})

function waitForSensor(): Promise<void> {
  return waitUntil(
    async () => (await processes(DAEMON)).some(({ user }) => user.startsWith('netwatcher-sensor-')),
    20_000,
    () => 'no sensor runs',
  )
}

test('the daemon is a root of few capabilities, its sensors and the web application have none', async () => {
  await waitForSensor()
  const all = await processes(DAEMON)
  expect(new Set(all.map(({ user }) => user))).toEqual(new Set(['root', 'netwatcher-sensor-0']))
  // CAP_SETGID, SETUID, NET_ADMIN, NET_RAW (linux/capability.h): bits 6, 7, 12 and 13.
  for (const { user, capabilities } of all)
    expect([user, capabilities]).toEqual([user, user === 'root' ? 0x30c0 : 0])
  expect(await processes(WEB)).toEqual([{ user: 'netwatcher', capabilities: 0 }])
})

test('what root owns is not there for the daemon to read, or to use', async () => {
  const pid = await container.property(DAEMON, 'MainPID')
  const inside = (path: string) => container.path(`/proc/${pid}/root${path}`)
  expect(readFileSync(container.path('/etc/shadow'), 'utf8')).toContain(SHADOW_MARK)
  expect(existsSync(inside('/etc/passwd'))).toBe(true)
  expect(existsSync(inside('/etc/shadow')) ? readFileSync(inside('/etc/shadow'), 'utf8') : '').toBe('')
  for (const path of [
    '/root',
    '/home',
    '/run/dbus',
    '/run/systemd/private',
    '/var/lib/netwatcher',
    '/boot',
  ]) {
    expect([path, existsSync(inside(path))]).toEqual([path, false])
  }
})

/** Why a block of somebody who is nobody is refused; empty when it is not. */
async function refusalOf(value: string): Promise<string> {
  const plan = withClient(FirewallServiceClient, (client) => {
    const request = planRequest([{ $case: 'cidr', value }], 3600, 600)
    return unary<PlanBlockResponse>((done) => client.planBlock(request, done))
  })
  return plan.then(
    () => '',
    (error: ServiceError) => `${error.metadata.get(REASON_METADATA)[0]} ${error.details}`,
  )
}

test.each(['NetworkManager', 'resolvconf'])(
  'the DNS servers of %s are guarded although its resolv.conf is elsewhere',
  async (directory) => {
    const server = '10.80.0.53'
    await container.check('mkdir', '-p', `/run/${directory}`)
    await container.check('sh', '-c', `echo nameserver ${server} >/run/${directory}/resolv.conf`)
    await container.check('ln', '-sf', `/run/${directory}/resolv.conf`, '/etc/resolv.conf')
    await container.check('systemctl', 'restart', DAEMON)
    expect(await refusalOf(server)).toContain('TARGET_DNS_SERVER')
    // Put in the place of the old one, as its owner does.
    const anew = `echo nameserver 10.80.0.54 >/run/${directory}/new && mv /run/${directory}/new /run/${directory}/resolv.conf`
    await container.check('sh', '-c', anew)
    expect(await refusalOf('10.80.0.54')).toContain('TARGET_DNS_SERVER')
  },
)

test('the DHCP server of a lease of NetworkManager is guarded, and its key is not shown', async () => {
  const directory = '/var/lib/NetworkManager'
  const lease = `echo SERVER_ADDRESS=10.80.0.67 >${directory}/internal-1-eth0.lease`
  await container.check('mkdir', '-p', '-m', '700', directory)
  await container.check('sh', '-c', `${lease} && echo secret >${directory}/secret_key`)
  await container.check('systemctl', 'restart', DAEMON)
  expect(await refusalOf('10.80.0.67')).toContain('TARGET_DHCP_SERVER')
  const pid = await container.check('systemctl', 'show', '-p', 'MainPID', '--value', DAEMON)
  const seen = await container.check('stat', '-c', '%a', `/proc/${pid.trim()}/root${directory}/secret_key`)
  expect(seen.trim()).toBe('0')
})

test.each([
  ['missing', 'rm -f /etc/resolv.conf', 'there is no such file'],
  ['a dangling link', 'ln -sf nowhere /etc/resolv.conf', 'a link to nowhere: there is no such file'],
  [
    'a link to what the unit does not show',
    'mkdir -p /run/other && echo nameserver 10.80.0.53 >/run/other/resolv.conf && ln -sf /run/other/resolv.conf /etc/resolv.conf',
    'a link to /run/other/resolv.conf: there is no such file',
  ],
  [
    'unreadable',
    'rm -f /etc/resolv.conf && echo >/etc/resolv.conf && chown nobody /etc/resolv.conf && chmod 600 /etc/resolv.conf',
    '/etc/resolv.conf: it may not be read',
  ],
])('nothing is blocked while resolv.conf is %s, and it is said why', async (_, change, why) => {
  await container.check('sh', '-c', change)
  const refusal = await refusalOf('10.80.0.77')
  await container.check('sh', '-c', 'rm -f /etc/resolv.conf && echo >/etc/resolv.conf')
  expect(refusal).toContain('GUARD_FACTS_UNAVAILABLE The DNS servers could not be read')
  expect(refusal).toContain(why)
  expect(await refusalOf('10.80.0.77')).toBe('')
})

test('a scan finds the device by ARP, under all these restrictions', async () => {
  const request = { interface: 'lan0', targets: [], pace: ScanPace.NORMAL, allowLarge: false, ping: false }
  const scan = () => withClient(DiscoveryServiceClient, (client) => collect(client.scan(request)))
  // The web application scans by itself when it meets the daemon, and only one scan runs at a time.
  let messages: Awaited<ReturnType<typeof scan>> = []
  await waitUntil(
    async () => {
      messages = await scan()
      return true
    },
    40_000,
    () => 'no scan can be made',
  )
  const results = messages.map(({ result }) => result)
  const hosts = results.flatMap((result) => (result?.$case === 'host' ? [result.value.ip] : []))
  expect(hosts).toContain(DEVICE_IP)
  expect(results.at(-1)).toMatchObject({ $case: 'summary', value: { method: ScanMethod.ARP } })
})

test('nmap finds the open port of the device, as a user without rights', async () => {
  const request = { ip: DEVICE_IP, profile: PortScanProfile.QUICK }
  const messages = await withClient(PortScanServiceClient, (client) => collect(client.scanPorts(request)))
  const output = messages.flatMap(({ result }) => (result?.$case === 'output' ? [result.value] : []))
  expect(Buffer.concat(output).toString()).toContain(`portid="${DEVICE_PORT}"><state state="open"`)
  expect(messages.at(-1)?.result).toMatchObject({ $case: 'outcome', value: { rule: 'port_scan_finished' } })
})

/** Stops the one process of a user in its tracks, so that only SIGKILL ends it. */
async function freeze(user: string): Promise<void> {
  const one = `for dir in $(grep -ls '/${DAEMON}$' /proc/[0-9]*/cgroup); do dir=\${dir%/cgroup}
    [ "$(stat -c %U "$dir")" = ${user} ] && kill -STOP "\${dir#/proc/}" && exit; done; exit 1`
  await waitUntil(
    async () => {
      const outcome = await container.run(['sh', '-c', one])
      return outcome.type === 'exited' && outcome.code === 0
    },
    20_000,
    () => `nothing of ${user} runs`,
  )
}

const runs = async (user: string) => (await processes(DAEMON)).some((one) => one.user === user)

const waitForEndOf = (user: string) =>
  waitUntil(
    async () => !(await runs(user)),
    20_000,
    () => `a process of ${user} is not ended`,
  )

test('a sensor that hangs is ended by a daemon that may not signal other users', async () => {
  await freeze('netwatcher-sensor-0')
  await withClient(CaptureServiceClient, (client) =>
    unary<StopCaptureResponse>((done) => client.stopCapture({ interface: 'lan0' }, done)),
  )
  await waitForEndOf('netwatcher-sensor-0')
  await withClient(CaptureServiceClient, (client) =>
    unary<StartCaptureResponse>((done) => client.startCapture({ interface: 'lan0' }, done)),
  )
  await waitForSensor()
})

test('so is nmap when nobody waits for it any more', async () => {
  await withClient(PortScanServiceClient, async (client) => {
    // An address that nobody has: it takes its time.
    const call = client.scanPorts({ ip: '10.80.0.99', profile: PortScanProfile.QUICK })
    call.on('error', () => {})
    call.on('data', () => {})
    await freeze('nobody')
    call.cancel()
    await waitForEndOf('nobody')
  })
})

test('nothing that was installed can be changed by the service users', async () => {
  const writable = ['-perm', '/022', '-not', '-type', 'l']
  const foreign = ['(', '-not', '-user', '0', '-o', '-not', '-group', '0', ')']
  for (const condition of [writable, foreign]) {
    const found = await runCommand('find', [join(container.destination, 'usr'), ...condition])
    expect(found).toMatchObject({ type: 'exited', code: 0, stdout: '' })
  }
})

/** Runs a script in the container with its Node; gives what it prints. */
async function node(script: string): Promise<string> {
  return (await container.check('/usr/lib/netwatcher/bin/node', '-e', script)).trim()
}

/** Settles when the web application says that it is connected. */
async function waitForWebToReachDaemon(): Promise<void> {
  const isConnected = async () => {
    const token = readFileSync(container.path('/var/lib/netwatcher/token'), 'utf8').trim()
    const answer = await node(`fetch('http://127.0.0.1:5000/api/status', {
      headers: { authorization: 'Bearer ${token}' } }).then((answer) => answer.text()).then(console.log)`)
    return JSON.parse(answer).daemon.connected === true
  }
  await waitUntil(isConnected, 20_000, () => 'the web application does not reach the daemon')
}

test('the web application answers on the loopback interface only, and reaches the daemon', async () => {
  await waitForWebToReachDaemon()
  const listening = (await container.check('ss', '-Hltn')).trim().split('\n')
  expect(listening.map((line) => line.split(/\s+/)[3])).toEqual(['127.0.0.1:5000'])
})

test('a fresh login link logs in, and only root and the service can make one', async () => {
  const link = (await container.check('netwatcher-web', '--login-link')).trim()
  const token = /^http:\/\/127\.0\.0\.1:5000\/login\?token=([\w.-]+)$/.exec(link)?.[1]
  const answer = await node(`fetch('http://127.0.0.1:5000/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:5000' },
    body: '{"token":"${token}"}',
  }).then((answer) => console.log(answer.status, answer.headers.getSetCookie().length))`)
  expect(answer).toBe('200 1')
  expect(await container.check('journalctl', '--no-pager', '-u', WEB)).not.toContain('token=')
  const asNobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--init-groups']
  // With settings that everybody can read, so that it is the token that cannot be.
  const refused = await container.run([
    ...asNobody,
    'netwatcher-web',
    '--config',
    '/dev/null',
    '--login-link',
  ])
  expect(refused).toMatchObject({
    type: 'exited',
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('token'),
  })
})

test('the settings that are installed are sound', async () => {
  await container.check('netwatcherd', '--check-config', '--config', '/etc/netwatcher/installed.toml')
  await container.check('netwatcher-web', '--check-config')
})

test('a daemon whose sensors cannot give up their rights says so, and is not started again', async () => {
  const dropIn = '/run/systemd/system/netwatcherd.service.d'
  await container.check('mkdir', '-p', dropIn)
  // A sensor cannot become another user any more.
  await container.check(
    'sh',
    '-c',
    `printf '[Service]\\nSystemCallFilter=~@setuid\\n' >${dropIn}/no-setuid.conf`,
  )
  await container.check('systemctl', 'daemon-reload')
  await container.run(['systemctl', 'restart', DAEMON])
  await waitForState(DAEMON, 'failed')
  expect(await container.property(DAEMON, 'ExecMainStatus')).toBe('78')
  const journal = await container.check('journalctl', '--no-pager', '-o', 'cat', '-u', DAEMON)
  expect(journal).toMatch(/^netwatcherd: The rights of root could not be given up \(setgroups: [^\n]+$/m)
  await container.check('rm', `${dropIn}/no-setuid.conf`)
  await container.check('systemctl', 'daemon-reload')
  await container.check('systemctl', 'start', DAEMON)
  await waitForSensor()
})

test('a kill -9 leaves no rule of an unconfirmed block, and the daemon comes back', async () => {
  const blockId = await applyBlock('10.80.0.77', false)
  expect(await rules()).toContain(`nw:${blockId}`)
  await container.check('systemctl', 'kill', '--kill-whom=main', '--signal=KILL', DAEMON)
  await waitUntil(
    async () => Number(await container.property(DAEMON, 'NRestarts')) > 0,
    20_000,
    () => 'the daemon is not started again',
  )
  await waitForState(DAEMON, 'active')
  expect(await rules()).not.toContain('NETWATCHER')
  // The socket's directory is a new one; the web application sees it all the same.
  await waitForWebToReachDaemon()
})

test('a frozen daemon is noticed and started again', async () => {
  const dropIn = '/run/systemd/system/netwatcherd.service.d'
  await container.check('mkdir', '-p', dropIn)
  await container.check('sh', '-c', `printf '[Service]\\nWatchdogSec=2\\n' >${dropIn}/watchdog.conf`)
  await container.check('systemctl', 'daemon-reload')
  await container.check('systemctl', 'restart', DAEMON)
  const restarts = Number(await container.property(DAEMON, 'NRestarts'))
  await container.check('systemctl', 'kill', '--kill-whom=main', '--signal=STOP', DAEMON)
  await waitUntil(
    async () => Number(await container.property(DAEMON, 'NRestarts')) > restarts,
    30_000,
    () => 'the frozen daemon is not started again',
  )
  await waitForState(DAEMON, 'active')
})

test('stopping leaves no rule, no socket and no process; a confirmed block comes back with the daemon', async () => {
  const blockId = await applyBlock('10.80.0.78', true)
  expect(await rules()).toContain(`nw:${blockId}`)
  await container.check('systemctl', 'stop', DAEMON, WEB)
  expect(await rules()).not.toContain('NETWATCHER')
  expect(existsSync(container.path('/run/netwatcher'))).toBe(false)
  expect(await processes(DAEMON)).toEqual([])
  expect(await container.property(WEB, 'Result')).toBe('success')
  await container.check('systemctl', 'start', DAEMON)
  expect(await rules()).toContain(`nw:${blockId}`)
  await container.check('systemctl', 'stop', DAEMON)
  expect(await container.property(DAEMON, 'Result')).toBe('success')
  expect(statSync(container.path('/var/lib/netwatcherd')).mode & 0o777).toBe(0o700)
})

test('installing again keeps the settings; uninstalling leaves them, and nothing else', async () => {
  const settings = join(container.destination, 'etc/netwatcher/netwatcherd.toml')
  appendFileSync(settings, '# mine\n')
  const mine = readFileSync(settings, 'utf8')
  await container.install()
  expect(readFileSync(settings, 'utf8')).toBe(mine)
  await container.install('--uninstall')
  expect(readFileSync(settings, 'utf8')).toBe(mine)
  const left = await runCommand('find', [join(container.destination, 'usr'), '-not', '-type', 'd'])
  expect(left).toMatchObject({ type: 'exited', stdout: '' })
})
