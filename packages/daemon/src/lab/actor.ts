/**
 * Ordinary traffic of the example network, one process per host:
 *   actor.js server             answers on TCP port 80 of every address of the host
 *   actor.js client DNS NAME…   asks DNS for a name and fetches something from it, again and again
 */

import { Resolver } from 'node:dns/promises'
import { createServer, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const MAX_RESPONSE_BYTES = 256 * 1024

function serve(): void {
  createServer((request, response) => {
    const bytes = Math.min(Number(request.url?.slice(1)) || 1024, MAX_RESPONSE_BYTES)
    response.end('x'.repeat(bytes))
  }).listen(80, '0.0.0.0')
}

async function browse(dnsServer: string, names: string[]): Promise<never> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 })
  resolver.setServers([dnsServer])
  for (let i = process.pid; ; i++) {
    const name = names[i % names.length] ?? ''
    // A network under attack loses packets: carry on with the next one, as people do.
    await resolver
      .resolve4(name)
      .then(([address]) => fetchBytes(address ?? '', 2 ** (10 + (i % 8))))
      .catch(() => {})
    await sleep(500 + (i % 7) * 300)
  }
}

function fetchBytes(address: string, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ host: address, port: 80, path: `/${bytes}`, timeout: 3000 }, (response) => {
      response.resume().once('close', resolve)
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.once('error', reject)
  })
}

const [mode, ...args] = process.argv.slice(2)
if (mode === 'server') serve()
else if (mode === 'client' && args[0]) await browse(args[0], args.slice(1))
else process.exitCode = 2
