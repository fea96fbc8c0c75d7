/** Needs root. `npm run lab` as people run it: the network, an attack and its alert, and nothing left at its end. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../../scripts/lab', import.meta.url))
const SLOW_MS = 60_000

test('scripts/lab shows an attack, and removes everything when it is told to quit', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-lab-test-'))
  // The web application's own user comes through here.
  chmodSync(directory, 0o755)
  const child = spawn(SCRIPT, ['switch', '--port', '0'], { env: { ...process.env, TMPDIR: directory } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = once(child, 'exit')
  try {
    await expect.poll(() => output, { timeout: SLOW_MS }).toMatch(/NetWatcher is at http\S+\/login/)
    child.stdin.write('hosts\nattack gateway-impersonation\n')
    await expect.poll(() => output, { timeout: SLOW_MS }).toContain('Attack under way')
    const url = /at (http\S+)\/login/.exec(output)?.[1]
    const [name = ''] = readdirSync(directory).filter((one) => one.startsWith('netwatcher-lab.'))
    const token = readFileSync(join(directory, name, 'web', 'token'), 'utf8').trim()
    const alerts = async () => {
      const answer = await fetch(`${url}/api/alerts`, { headers: { authorization: `Bearer ${token}` } })
      return await answer.text()
    }
    await expect.poll(alerts, { timeout: SLOW_MS }).toMatch(/gateway_spoof|arp_spoof/)
    child.stdin.write('quit\n')
    expect(await ended).toEqual([0, null])
    expect(existsSync(join(directory, name))).toBe(false)
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}, 200_000)
