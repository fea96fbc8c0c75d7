/**
 * By which names real clients ask for their servers: curl and Chromium against a TLS server, and Chromium's QUIC, which
 * needs nobody to answer. The sensor reads them without rights, behind its filters of frames and system calls.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { Lab, type LabProcess } from '../src/lab/lab.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const server = { name: 'server', mac: '02:00:00:00:00:10', ip: '10.78.0.10' }
const client = { name: 'client', mac: '02:00:00:00:00:11', ip: '10.78.0.11' }
const SERVE = `
  const { readFileSync } = require('fs'), [, key, cert] = process.argv
  require('tls').createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (s) => {
    s.on('error', () => {})
    s.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok')
  }).on('tlsClientError', () => {}).listen(443)
  require('dgram').createSocket('udp4').bind(443)`

let lab: Lab
let netwatcherd: Netwatcherd
let events: EventCollector
let listener: LabProcess
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netwatcher-hellos-'))
  const hosts = [server, client].map((host) => ({ ...host, addresses: [`${host.ip}/24`] }))
  lab = await Lab.create({ medium: 'switch', hosts })
  netwatcherd = await Netwatcherd.start(lab, server.name, '[capture]\nbucket_seconds = 1\n')
  events = netwatcherd.watch()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=x']
  await lab.check(server.name, ['env', ...request, '-keyout', key, '-out', cert])
  listener = lab.start(server.name, [process.execPath, '-e', SERVE, key, cert])
  await waitUntil(
    async () => (await lab.check(server.name, ['ss', '-ltn'])).includes(':443'),
    10_000,
    () => 'the server does not listen',
  )
})

afterAll(async () => {
  events?.close()
  await listener?.stop()
  await netwatcherd?.close()
  await lab?.close()
  rmSync(folder, { recursive: true, force: true })
})

function namesBy(source: string): string[] {
  return events.events.flatMap(({ event }) =>
    event.payload?.$case === 'observation'
      ? event.payload.value.names.flatMap((one) =>
          one.source === source && one.ip === server.ip ? [one.name] : [],
        )
      : [],
  )
}

async function arrives(source: string, name: string): Promise<void> {
  await waitUntil(
    () => namesBy(source).includes(name),
    40_000,
    () => `only ${namesBy(source).join(' ') || 'nothing'} by ${source}`,
  )
}

/** Of QUIC nobody answers, so that it has to be ended. */
async function browse(source: string, name: string, ...more: string[]): Promise<void> {
  const browser = lab.start(client.name, [
    '/usr/bin/chromium',
    ...['--headless=new', '--no-sandbox', '--disable-gpu', '--ignore-certificate-errors'],
    ...['--disable-background-networking', '--disable-component-update', '--no-first-run'],
    `--user-data-dir=${join(folder, name)}`,
    `--host-resolver-rules=MAP * ${server.ip}`,
    ...more,
    `https://${name}/`,
  ])
  try {
    await arrives(source, name)
  } finally {
    await browser.stop('SIGKILL')
  }
}

test('the name that curl asks for', async () => {
  const name = 'music.example.org'
  await lab.check(client.name, ['curl', '-sk', '--resolve', `${name}:443:${server.ip}`, `https://${name}/`])
  await arrives('tls', name)
})

test('the name that Chromium asks for by TLS', async () => {
  await browse('tls', 'pages.example.org', '--disable-quic')
})

test('the name that Chromium asks for by QUIC, out of hellos in several shuffled pieces', async () => {
  await browse('quic', 'films.example.org', '--origin-to-force-quic-on=films.example.org:443')
})

test('hellos are counted by what was to be learnt from them', async () => {
  const counts = async () => (await netwatcherd.status()).sensors[0]?.hellos
  // The browser pretends to hide a name, which nobody can tell from hiding one.
  const isCounted = async () => {
    const hellos = await counts()
    return hellos !== undefined && hellos.named >= 1n && hellos.veiled >= 2n
  }
  await waitUntil(isCounted, 40_000, () => 'the counts do not come')
})
