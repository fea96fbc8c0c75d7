/** Whatever is refused is said in the caller's language: the reasons are looked for in the code that makes them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderRefusal } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../testing/test-api.js'

const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url))
/** What can be refused while a request is answered. */
const FOLDERS = [
  ...['rpc', 'sensor', 'journal', 'discovery', 'firewall', 'portscan', 'convert'].map(
    (name) => `daemon/src/${name}`,
  ),
  ...['api', 'daemon', 'discovery', 'notify', 'portscan', 'imports'].map((name) => `web/src/${name}`),
  ...['web/src/storage', 'web/src/os', 'daemon/src/os'],
]
/** Of starts and of commands: nobody is there yet who could have another language. */
const BEFORE_ANY_REQUEST = [
  ...[
    'ALREADY_RUNNING',
    'BAD_BACKUP',
    'BAD_SECRETS',
    'CANNOT_LISTEN',
    'DATABASE_NOT_WRITABLE',
    'DISK_UNUSABLE',
  ],
  ...[
    'DROP_IN',
    'NEWER_DATABASE',
    'NO_ADDRESS',
    'NO_SUCH_USER',
    'STATE_DIR',
    'STATE_DIRECTORY',
    'USER_IS_ROOT',
    'SOCKET',
    'USAGE',
  ],
]
/** With a rule of the catalogue beside the reason. */
const SAID_BY_RULE = [
  'FIREWALL_DISABLED',
  'DAEMON_TWICE',
  'DAEMON_VERSION',
  'FIREWALL_STOPPED',
  'INVALID_REQUEST',
  'NOT_GATEWAY',
  'PORT_SCAN_DISABLED',
  'TARGET_GATEWAY',
  'TARGET_OWN_MAC',
]
const MADE =
  /(?:new (?:NetWatcherError|DaemonRefused)\(\s*(?:\w+,|'[a-z_]+',)?|invalidArgument\(|failedPrecondition\(|\brefused?\(|reason: (?:[^'\n]*\? )?)\s*'([A-Z]+(?:_[A-Z]+)*)'/g

function reasons(): string[] {
  const texts = FOLDERS.flatMap((folder) =>
    readdirSync(join(PACKAGES, folder))
      .filter((name) => name.endsWith('.ts') && !/\.test\.|^fake-/.test(name))
      .map((name) => readFileSync(join(PACKAGES, folder, name), 'utf8')),
  )
  const found = texts.flatMap((text) => [...text.matchAll(MADE)].map(([, reason = '']) => reason))
  return [...new Set(found)].filter((reason) => ![...BEFORE_ANY_REQUEST, ...SAID_BY_RULE].includes(reason))
}

test('every reason has a sentence in Indonesian', () => {
  const all = reasons()
  expect(all.length).toBeGreaterThan(100)
  expect(all.filter((reason) => renderRefusal(reason, '', 'id') === null).sort()).toEqual([])
})

test('what another program said stands within the sentence; English is what it was', () => {
  expect(renderRefusal('NMAP_FAILED', 'nmap failed: $& x', 'id')).toBe('nmap gagal: nmap failed: $& x')
  expect(renderRefusal('NMAP_FAILED', 'nmap failed', 'en')).toBeNull()
  expect(renderRefusal('constructor', '', 'id')).toBeNull()
})

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

test.each([
  ['GET', '/api/nothing', 404, 'Yang diminta tidak ada.'],
  ['GET', '/api/devices/aa:bb:cc:dd:ee:99', 404, 'Perangkat itu tidak ada.'],
  ['DELETE', '/api/tokens/99', 404, 'Token itu tidak ada.'],
])('%s %s is refused in Indonesian', async (method, path, status, detail) => {
  const response = await api.request(method, path, { headers: { 'accept-language': 'id' } })
  expect(response.headers.get('content-language')).toBe('id')
  expect(await response.json()).toMatchObject({ status, detail })
})
