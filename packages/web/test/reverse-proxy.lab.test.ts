/**
 * The recipes of docs/REVERSE-PROXY.md for nginx and Caddy, as they stand there: TLS and
 * a path on one machine of the lab, and a browser's requests from another. Needs root.
 */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Lab, type LabProcess } from '../../daemon/src/lab/lab.js'
import { waitUntil } from '../../daemon/test/support/netwatcherd.js'
import { FakeDaemon } from '../src/daemon/fake-daemon.js'
import { startWeb, type WebProcess } from './support/web-process.js'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))
const WEB = join(CHECKOUT, 'packages/web/bin/netwatcher-web')
const NAME = 'netwatcher.home.arpa'
const machine = { name: 'machine', mac: '02:00:00:00:00:50', addresses: ['10.82.0.1/24'] }
const phone = { name: 'phone', mac: '02:00:00:00:00:51', addresses: ['10.82.0.2/24'] }

/** A proxy that runs on the machine, and the certificate that the phone has to trust. */
interface Proxy {
  process: LabProcess
  trusted: string
}

let lab: Lab
let fake: FakeDaemon
let web: WebProcess
let proxy: Proxy
let directory: string

async function startAll(startProxy: () => Promise<Proxy>): Promise<void> {
  lab = await Lab.create({ medium: 'switch', hosts: [machine, phone] })
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-proxy-'))
  chmodSync(directory, 0o755)
  fake = new FakeDaemon(join(directory, 'd.sock'))
  await fake.start()
  chmodSync(fake.socketPath, 0o666)
  writeFileSync(join(directory, 'web.toml'), recipe('toml'), { mode: 0o644 })
  const options = ['--config', join(directory, 'web.toml'), '--socket', fake.socketPath]
  const within = ['ip', 'netns', 'exec', lab.namespace(machine.name)]
  web = await startWeb(WEB, options, join(directory, 'state'), within)
  proxy = await startProxy()
  await waitUntil(
    async () => existsSync(proxy.trusted) && (await ask('/netwatcher/healthz')).status > 0,
    20_000,
    () => `the proxy does not answer:\n${proxy.process.output}`,
  )
}

async function stopAll(): Promise<void> {
  await proxy?.process.stop()
  web?.child.kill('SIGTERM')
  await web?.exited
  fake?.kill()
  await lab?.close()
  rmSync(directory, { recursive: true, force: true })
}

/** The block of that language in the recipe. */
function recipe(language: 'toml' | 'nginx' | 'caddy'): string {
  const text = readFileSync(join(CHECKOUT, 'docs/REVERSE-PROXY.md'), 'utf8')
  const block = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1]
  if (!block) throw new Error(`There is no block of ${language}.`)
  return block
}

async function startNginx(): Promise<Proxy> {
  const key = join(directory, 'key.pem')
  const certificate = join(directory, 'cert.pem')
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await lab.check(machine.name, [
    'openssl',
    'req',
    '-x509',
    ...made,
    ...subject,
    '-keyout',
    key,
    '-out',
    certificate,
  ])
  const server = recipe('nginx')
    .replace('/etc/ssl/netwatcher/cert.pem', certificate)
    .replace('/etc/ssl/netwatcher/key.pem', key)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/nginx-${name};`,
  )
  const text = `daemon off; pid ${directory}/nginx.pid; error_log stderr; user nobody nogroup;
    events {} http { access_log off; ${paths.join(' ')} ${server} }`
  writeFileSync(join(directory, 'nginx.conf'), text)
  mkdirSync(join(directory, 'empty'))
  const argv = ['-p', directory, '-c', join(directory, 'nginx.conf')]
  return { process: lab.start(machine.name, ['/usr/sbin/nginx', ...argv]), trusted: certificate }
}

/** As the user of Debian's service. It would ask to be trusted by this machine, which is left as it is. */
async function startCaddy(): Promise<Proxy> {
  const file = join(directory, 'Caddyfile')
  const data = join(directory, 'caddy')
  writeFileSync(file, `{\n  skip_install_trust\n}\n${recipe('caddy')}`)
  await lab.check(machine.name, ['install', '-d', '-o', 'caddy', '-g', 'caddy', data])
  const bind = ['--inh-caps=-all,+net_bind_service', '--ambient-caps=-all,+net_bind_service']
  const user = ['--reuid=caddy', '--regid=caddy', '--clear-groups', ...bind]
  const home = ['env', `HOME=${data}`, `XDG_DATA_HOME=${data}`, `XDG_CONFIG_HOME=${data}`]
  const argv = ['caddy', 'run', '--config', file, '--adapter', 'caddyfile']
  return {
    process: lab.start(machine.name, ['setpriv', ...user, ...home, ...argv]),
    trusted: join(data, 'caddy/pki/authorities/local/root.crt'),
  }
}

interface Answer {
  status: number
  headers: string
  body: string
}

/** By curl on the phone, which knows the name and trusts the certificate. */
async function ask(path: string, ...options: string[]): Promise<Answer> {
  const resolve = ['--resolve', `${NAME}:443:10.82.0.1`, '--cacert', proxy.trusted]
  const argv = ['curl', '--silent', '--include', '--max-time', '10', ...resolve, ...options]
  const outcome = await lab.run(phone.name, [argv[0] ?? '', ...argv.slice(1), `https://${NAME}${path}`])
  const output = outcome.type === 'exited' ? outcome.stdout.replace(/^HTTP\/\S+ 100[\s\S]*?\r\n\r\n/, '') : ''
  const [headers = '', ...rest] = output.split('\r\n\r\n')
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1] ?? 0), headers, body: rest.join('\r\n\r\n') }
}

function post(path: string, body: object, origin: string, ...options: string[]): Promise<Answer> {
  const headers = [
    '-H',
    'Content-Type: application/json',
    '-H',
    `Origin: ${origin}`,
    '-H',
    'Sec-Fetch-Site: same-origin',
  ]
  return ask(path, ...headers, '--data', JSON.stringify(body), ...options)
}

describe.each([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
])('behind %s', (_name, startProxy) => {
  beforeAll(() => startAll(startProxy))
  afterAll(stopAll)

  test('the login link is at the public address, and a phone logs in with it', async () => {
    const link = new URL(web.loginLink)
    expect(`${link.origin}${link.pathname}`).toBe(`https://${NAME}/netwatcher/login`)
    const page = await ask('/netwatcher/login')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('content="/netwatcher"')])
    const script = /src="(\/netwatcher\/assets\/[^"]+)"/.exec(page.body)?.[1] ?? ''
    expect((await ask(script)).status).toBe(200)
    const login = await post(
      '/netwatcher/api/session',
      { token: link.searchParams.get('token') },
      `https://${NAME}`,
    )
    expect(login.status).toBe(200)
    expect(login.headers).toMatch(/set-cookie: netwatcher_session=.*Path=\/netwatcher\/; .*Secure/i)
    const cookie = /netwatcher_session=[^;]+/.exec(login.headers)?.[0] ?? ''
    const secret = (JSON.parse(login.body) as { pageSecret: string }).pageSecret
    const asPage = ['-H', `Cookie: ${cookie}`, '-H', `X-Netwatcher-Page: ${secret}`]
    expect((await ask('/netwatcher/api/devices', ...asPage)).status).toBe(200)
    expect((await post('/netwatcher/api/scan', {}, `https://${NAME}`, ...asPage)).status).toBe(202)
    expect((await post('/netwatcher/api/scan', {}, 'https://evil.example', ...asPage)).status).toBe(403)
    const changes = JSON.parse((await ask('/netwatcher/api/changes', ...asPage)).body)
    expect(changes.changes).toContainEqual(
      expect.objectContaining({ source: '10.82.0.2', path: '/api/scan' }),
    )
  })

  test('without a login there is nothing, and what is said of oneself is not believed', async () => {
    expect((await ask('/netwatcher/api/devices')).status).toBe(401)
    const lie = ['-H', 'X-Forwarded-For: 192.0.2.1', '-H', 'X-Forwarded-Host: evil.example']
    const page = await ask('/netwatcher/login', ...lie)
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('content="/netwatcher"')])
  })

  test('the live stream comes through at once', async () => {
    const token = readFileSync(join(directory, 'state/token'), 'utf8').trim()
    const { body } = await ask(
      '/netwatcher/api/events',
      '-H',
      `Authorization: Bearer ${token}`,
      '--max-time',
      '3',
    )
    expect(body).toContain('retry: 1000')
  })
})
