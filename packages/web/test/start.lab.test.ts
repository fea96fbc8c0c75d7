/**
 * `npm start` as people run it, in a host of the lab: as root from a checkout
 * that nobody else can read, as a normal user through sudo, and on a machine
 * without any LAN. Each time it must be usable, run the web app without root,
 * and leave nothing behind.
 */

import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../../daemon/src/lab/lab.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const START_TIMEOUT_MS = 30_000
const NOBODY = 65_534

const machine = { name: 'machine', mac: '02:00:00:00:00:30', addresses: ['10.80.0.1/24'] }
const neighbour = { name: 'neighbour', mac: '02:00:00:00:00:31', addresses: ['10.80.0.2/24'] }
const island = { name: 'island', mac: '02:00:00:00:00:32', addresses: [] }

let lab: Lab
let directory: string
let started: LabProcess | undefined

beforeAll(async () => {
  lab = await Lab.create({ medium: 'switch', hosts: [machine, neighbour, island] })
  await lab.setLink(island.name, 'down')
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-start-'))
  mkdirSync(join(directory, 'checkout'))
})

afterEach(async () => {
  await started?.stop('SIGINT')
})

afterAll(async () => {
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
})

test('as root, from a checkout that the web user cannot read', async () => {
  started = start(machine.name, `exec ${CHECKOUT_IN_PRIVATE}/scripts/start`)
  const link = await loginLink(started)
  const web = await processOf('netwatcher-web')
  expect(uidOf(web)).not.toBe(0)
  for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapInh', 'CapAmb']) {
    expect(statusOf(web)).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'))
  }
  expect(statusOf(web)).toMatch(/^NoNewPrivs:\s+1$/m)
  // CAP_SETGID, SETUID, NET_ADMIN, NET_RAW, as in the unit.
  const daemon = statusOf(await processOf('netwatcherd'))
  for (const set of ['CapEff', 'CapBnd']) expect(daemon).toMatch(new RegExp(`^${set}:\\s+0+30c0$`, 'm'))
  expect(daemon).toMatch(/^NoNewPrivs:\s+1$/m)
  const { clients } = await clientsAfterLogin(machine.name, link)
  const ipv4 = clients.map((client) => client.ip).filter((ip) => !ip.includes(':'))
  expect(ipv4.sort()).toEqual(['10.80.0.1', '10.80.0.2'])
  expect(clients.find((client) => client.ip === '10.80.0.2')?.mac).toBe(neighbour.mac)
  await expectNothingLeftAfterInterrupt()
})

test('as a normal user, through sudo, whatever the settings of the services are', async () => {
  writeFileSync(join(directory, 'sudoers'), 'nobody ALL=(ALL) NOPASSWD: ALL\n', { mode: 0o440 })
  const home = join(directory, 'home')
  mkdirSync(home)
  chownSync(home, NOBODY, NOBODY)
  chmodSync(directory, 0o755)
  started = start(
    machine.name,
    `mount --bind ${join(directory, 'sudoers')} /etc/sudoers
     mkdir -p /etc/netwatcher
     mount -t tmpfs tmpfs /etc/netwatcher
     for name in netwatcherd netwatcher-web; do echo 'nonsense = 1' >/etc/netwatcher/$name.toml; done
     chmod 600 /etc/netwatcher/*.toml
     exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups env HOME=${home} ${CHECKOUT}/scripts/start`,
  )
  const link = await loginLink(started)
  expect(uidOf(await processOf('netwatcher-web'))).toBe(NOBODY)
  expect(uidOf(await processOf('netwatcherd'))).toBe(0)
  const { clients } = await clientsAfterLogin(machine.name, link)
  expect(clients.map((client) => client.ip)).toContain('10.80.0.2')
  await expectNothingLeftAfterInterrupt()
})

test.each([
  ['scripts/start --prot 5001', /--prot/],
  ['scripts/start --port 5001x', /--port/],
  ['scripts/lab switch --prot 5001', /--prot/],
])('%s is refused before anything is started', async (command, sentence) => {
  started = start(machine.name, `exec ${CHECKOUT}/${command}`)
  expect(await started.done).toBe(2)
  expect(started.output).toMatch(sentence)
  // The daemon writes its log to the same place.
  expect(started.output).toMatch(/^netwatcher-web: [^\n]+\n$/)
})

test('kill -9 of it leaves nothing running', async () => {
  started = start(machine.name, `exec ${CHECKOUT_IN_PRIVATE}/scripts/start`)
  await loginLink(started)
  await expectNothingLeftAfter('SIGKILL')
})

test('after kill -9 of everything an unconfirmed block is gone with the next start', async () => {
  const script = withFirewall(join(directory, 'kept'))
  started = start(machine.name, script)
  await loginLink(started)
  const { id } = await applyBlock('10.80.0.2')
  expect(await lab.check(machine.name, ['iptables-save'])).toContain('10.80.0.2')
  const pids = await lab.check('machine', ['ip', 'netns', 'pids', lab.namespace(machine.name)])
  // Parents first, so that nobody is left to clean up; some end with them.
  await lab.run(machine.name, ['kill', '-KILL', ...pids.split('\n').filter(Boolean)])
  await started.done
  expect(await lab.check(machine.name, ['iptables-save'])).toContain('10.80.0.2')
  started = start(machine.name, script)
  await loginLink(started)
  expect(await lab.check(machine.name, ['iptables-save'])).not.toContain('10.80.0.2')
  const { blocks } = await ask<{ blocks: { id: string }[] }>('GET', '/api/firewall')
  expect(blocks.map((block) => block.id)).not.toContain(id)
  await expectNothingLeftAfterInterrupt()
})

test('on a machine without any LAN', async () => {
  started = start(island.name, `exec ${CHECKOUT}/scripts/start`)
  const link = await loginLink(started)
  const { clients } = await clientsAfterLogin(island.name, link)
  expect(clients).toEqual([])
  await expectNothingLeftAfterInterrupt()
})

const CHECKOUT_IN_PRIVATE = '/root/.netwatcher-start-test'

/** Runs a script in a mount namespace of its own, where it may bind what it likes. */
function start(host: string, script: string): LabProcess {
  const prepare = `set -e
    mount -t tmpfs tmpfs /root
    mount -t tmpfs tmpfs /run/netwatcher 2>/dev/null || { mkdir -p /run/netwatcher; mount -t tmpfs tmpfs /run/netwatcher; }
    chmod 700 /root
    mkdir ${CHECKOUT_IN_PRIVATE}
    mount --bind ${CHECKOUT} ${CHECKOUT_IN_PRIVATE}
    for state in netwatcher netwatcherd; do mkdir -p /var/lib/$state; mount -t tmpfs tmpfs /var/lib/$state; done
  `
  return lab.start(host, ['unshare', '--mount', 'bash', '-c', prepare + script], { HOME: '/root' })
}

/** From a checkout whose settings switch the firewall on, with a state that outlives the namespace. */
function withFirewall(state: string): string {
  const layers = `lowerdir=${CHECKOUT},upperdir=/root/upper,workdir=/root/work`
  return `mkdir -p ${state}/netwatcher ${state}/netwatcherd /root/upper /root/work
    for name in netwatcher netwatcherd; do mount --bind ${state}/$name /var/lib/$name; done
    mount -t overlay overlay -o ${layers} ${CHECKOUT_IN_PRIVATE}
    printf '[firewall]\\nenabled = true\\n' >${CHECKOUT_IN_PRIVATE}/netwatcherd.toml
    exec ${CHECKOUT_IN_PRIVATE}/scripts/start`
}

async function applyBlock(ip: string): Promise<{ id: string }> {
  const plan = { targets: [ip], lifetimeSeconds: 600, confirmSeconds: 600 }
  const { token } = await ask<{ token: string }>('POST', '/api/firewall/plan', plan)
  return await ask<{ id: string }>('POST', '/api/firewall/apply', { token, confirmation: ip })
}

/** Inside the host, whose loopback is its own, with the token of the state directory. */
async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const token = readFileSync(join(directory, 'kept/netwatcher/token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const request = JSON.stringify({ method, headers, ...(body && { body: JSON.stringify(body) }) })
  const script = `
    const answer = await fetch('http://127.0.0.1:5000${path}', ${request})
    const text = await answer.text()
    if (!answer.ok) throw new Error(answer.status + ' ' + text)
    console.log(text)`
  const argv: [string, ...string[]] = [process.execPath, '--input-type=module', '-e', script]
  return JSON.parse(await lab.check(machine.name, argv, { timeoutMs: 20_000 })) as Answer
}

async function loginLink(process: LabProcess): Promise<URL> {
  const pattern = /http:\/\/127\.0\.0\.1:5000\/login\?token=\S+/
  await waitUntil(
    () => {
      if (!process.isRunning) throw new Error('it has ended')
      return pattern.test(process.output)
    },
    START_TIMEOUT_MS,
    () => `no address was printed:\n${process.output}`,
  )
  return new URL(pattern.exec(process.output)?.[0] ?? '')
}

/** Logs in by the link and asks for the clients, inside the host, whose loopback is its own. */
async function clientsAfterLogin(
  host: string,
  link: URL,
): Promise<{ clients: { ip: string; mac: string | null }[] }> {
  const script = `
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const login = await fetch('${link.origin}/api/session', {
      method: 'POST', headers, body: JSON.stringify({ token: ${JSON.stringify(link.searchParams.get('token'))} }) })
    if (login.status !== 200) throw new Error('login: ' + login.status + ' ' + await login.text())
    const cookie = login.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
    const clients = await fetch('${link.origin}/api/clients', { headers: { cookie } })
    console.log(await clients.text())`
  const output = await lab.check(host, [process.execPath, '--input-type=module', '-e', script], {
    timeoutMs: 20_000,
  })
  return JSON.parse(output)
}

function expectNothingLeftAfterInterrupt(): Promise<void> {
  return expectNothingLeftAfter('SIGINT')
}

async function expectNothingLeftAfter(signal: NodeJS.Signals): Promise<void> {
  const pids = await allProcesses()
  expect(pids.length).toBeGreaterThanOrEqual(2)
  await started?.stop(signal)
  await waitUntil(
    async () => (await allProcesses()).length === 0,
    5000,
    () => 'processes were left behind',
  )
  expect(await lab.check(machine.name, ['iptables-save'])).not.toContain('NETWATCHER')
}

/** Processes of NetWatcher inside this lab's namespaces. */
async function allProcesses(): Promise<{ pid: number; command: string }[]> {
  const lists = await Promise.all(
    [machine.name, island.name].map((host) =>
      lab.check('machine', ['ip', 'netns', 'pids', lab.namespace(host)]),
    ),
  )
  return lists
    .flatMap((list) => list.split('\n').filter(Boolean).map(Number))
    .flatMap((pid) => {
      try {
        return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }]
      } catch {
        return []
      }
    })
    .filter(({ command }) => /netwatcher(d|-web)|sensor\/child/.test(command))
}

async function processOf(name: string): Promise<number> {
  const processes = (await allProcesses()).filter(({ command }) =>
    new RegExp(`^\\S*node \\S*bin/${name}(?: |$)`).test(command),
  )
  expect(
    processes.map(({ command }) => command),
    name,
  ).toHaveLength(1)
  return processes[0]?.pid ?? 0
}

function uidOf(pid: number): number {
  return statSync(`/proc/${pid}`).uid
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8')
}
