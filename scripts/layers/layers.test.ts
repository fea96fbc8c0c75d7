import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkLayers, type Rules } from './check.js'
import { importsOf, readImports } from './imports.js'
import { DAEMON, WEB } from './rules.js'

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const daemon = readImports(root('packages/daemon/src'))
const web = readImports(root('packages/web/src'))

test('the folders of the daemon keep to their layers', () => {
  expect(checkLayers(daemon, DAEMON)).toEqual([])
})

test('the folders of the web part keep to their layers', () => {
  expect(checkLayers(web, WEB)).toEqual([])
})

test('what both share runs in a browser, too', () => {
  const shared = readImports(root('packages/shared/src'))
  const named = [...shared.values()].flat().map(({ to }) => to)
  expect(named.filter((name) => name.startsWith('node:'))).toEqual([])
})

test('ARCHITECTURE.md names every folder and no other', () => {
  const text = readFileSync(root('ARCHITECTURE.md'), 'utf8')
  const named = (heading: string) => {
    const [, section = ''] = new RegExp(`\n### ${heading}\n(.*?)\n##`, 's').exec(`${text}\n##`) ?? []
    return [...section.matchAll(/^\| `([a-z]+)\/`/gm)].map((match) => match[1])
  }
  const folders = (rules: Rules) => Object.keys(rules.folders).filter((name) => name !== '')
  expect(named('In `packages/daemon/src`').sort()).toEqual(folders(DAEMON).sort())
  expect(named('In `packages/web/src`').sort()).toEqual(folders(WEB).sort())
})

/** One forbidden import for each zone, in a file that is not there. */
const FORBIDDEN: ['daemon' | 'web', string, string, string][] = [
  [
    'daemon',
    'model/x.ts',
    "import { runCommand } from '../os/command.js'",
    'model/x.ts may not import os/command.ts',
  ],
  ['daemon', 'time/x.ts', "import { Pipeline } from '../pipeline/pipeline.js'", 'pipeline/pipeline.ts'],
  ['daemon', 'os/x.ts', "import { Firewall } from '../firewall/firewall.js'", 'firewall/firewall.ts'],
  ['daemon', 'wire/x.ts', "import { readFileSync } from 'node:fs'", 'wire/x.ts may not import node:fs'],
  ['daemon', 'detect/scans/x.ts', "import type { Outbox } from '../../sensor/outbox.js'", 'sensor/outbox.ts'],
  [
    'daemon',
    'detect/x.ts',
    "import { clearTimeout } from 'node:timers/promises'",
    'not pure: detect/x.ts → node:timers',
  ],
  ['daemon', 'account/x.ts', "import { Cap } from 'cap'", 'not pure: account/x.ts → cap'],
  ['daemon', 'convert/x.ts', "import { Journal } from '../journal/journal.js'", 'journal/journal.ts'],
  ['daemon', 'capture/x.ts', "export * from '../wire/arp.js'", 'wire/arp.ts'],
  ['daemon', 'pipeline/x.ts', "import { Cap } from 'cap'", 'pipeline/x.ts may not import cap'],
  ['daemon', 'scan/x.ts', "import { Outbox } from '../sensor/outbox.js'", 'sensor/outbox.ts'],
  ['daemon', 'discovery/x.ts', "import { Handlers } from '../rpc/handlers.js'", 'rpc/handlers.ts'],
  [
    'daemon',
    'portscan/x.ts',
    "import { spawn } from 'node:child_process'",
    'portscan/x.ts may not import node:child_process',
  ],
  [
    'daemon',
    'firewall/x.ts',
    "const fs = await import('node:fs/promises')",
    'firewall/x.ts may not import node:fs/promises',
  ],
  [
    'daemon',
    'journal/x.ts',
    "import { createServer } from 'node:net'",
    'journal/x.ts may not import node:net',
  ],
  [
    'daemon',
    'sensor/x.ts',
    "import { Server } from '@grpc/grpc-js'",
    'sensor/x.ts may not import @grpc/grpc-js',
  ],
  ['daemon', 'replay/x.ts', "import { Handlers } from '../rpc/handlers.js'", 'rpc/handlers.ts'],
  ['daemon', 'rpc/x.ts', "import { decodeArp } from '../wire/arp.js'", 'wire/arp.ts'],
  ['daemon', 'lab/x.ts', "import { Firewall } from '../firewall/firewall.js'", 'firewall/firewall.ts'],
  ['daemon', 'new/x.ts', '', 'the folder new is not in the table'],
  [
    'web',
    'contract/x.ts',
    "import { Store } from '../storage/store.js'",
    'contract/x.ts may not import storage/store.ts',
  ],
  ['web', 'daemon/x.ts', "import { Store } from '../storage/store.js'", 'storage/store.ts'],
  ['web', 'imports/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'portscan/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'storage/x.ts', "import { LiveHub } from '../live/hub.js'", 'live/hub.ts'],
  ['web', 'auth/x.ts', "import { DataSource } from 'typeorm'", 'auth/x.ts may not import typeorm'],
  ['web', 'identity/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'presence/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'ingest/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'views/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'live/x.ts', "import { Hono } from 'hono'", 'live/x.ts may not import hono'],
  ['web', 'discovery/x.ts', "import { Store } from '../storage/store.js'", 'storage/store.ts'],
  ['web', 'cli/x.ts', "import { Authenticator } from '../api/api.js'", 'api/api.ts'],
  ['web', 'api/x.ts', "import { DataSource } from 'typeorm'", 'api/x.ts may not import typeorm'],
  ['web', 'os/x.ts', "import { route } from '../api/route.js'", 'api/route.ts'],
  ['web', 'notify/x.ts', "import { connect } from 'node:net'", 'notify/x.ts may not import node:net'],
  ['web', 'incidents/x.ts', "import type { Store } from '../storage/store.js'", 'storage/store.ts'],
  ['web', 'ui/x.tsx', "import type { Store } from '../storage/store.js'", 'storage/store.ts'],
]

test.each(FORBIDDEN)('a forbidden import fails: %s, %s: %s', (part, path, text, fault) => {
  const [imports, rules] = part === 'daemon' ? [daemon, DAEMON] : [web, WEB]
  const texts = new Map([...imports.keys()].map((name): [string, string] => [name, '']))
  const forbidden = importsOf(new Map([...texts, [path, text]])).get(path) ?? []
  const faults = checkLayers(new Map([...imports, [path, forbidden]]), rules)
  expect(faults).toContainEqual(expect.stringContaining(fault))
})

test('every folder has a forbidden import above', () => {
  const tried = (part: string) =>
    FORBIDDEN.filter(([one]) => one === part).map(([, path]) => path.split('/')[0])
  for (const [part, rules] of [
    ['daemon', DAEMON],
    ['web', WEB],
  ] as const) {
    const missing = Object.keys(rules.folders).filter((name) => name !== '' && !tried(part).includes(name))
    expect([part, missing]).toEqual([part, []])
  }
})

const RULES: Rules = {
  folders: { a: ['b'], b: [] },
  reserved: {},
  pure: { folders: ['a'], mayNotReach: ['node:fs'] },
}

function check(files: Record<string, string>): string[] {
  return checkLayers(importsOf(new Map(Object.entries(files))), RULES)
}

test('a circle is a fault at run time, not among types; tests may do as they like', () => {
  const b = { 'b/z.ts': '' }
  const a = "import { y } from './y.js'\nimport { z } from '../b/z.js'"
  expect(check({ ...b, 'a/x.ts': a, 'a/y.ts': "import { x } from './x.js'" })).toEqual([
    'circle: a/x.ts → a/y.ts → a/x.ts',
  ])
  expect(check({ ...b, 'a/x.ts': a, 'a/y.ts': "import type { X } from './x.js'" })).toEqual([])
  expect(
    check({ ...b, 'a/x.ts': a, 'a/y.ts': '', 'b/z.test.ts': "import '../a/x.js'\nimport 'node:fs'" }),
  ).toEqual([])
})

test('what leads to a side effect over other files is not pure, and is told with its way', () => {
  const b = { 'b/z.ts': "import {\n  readFileSync,\n} from 'node:fs'" }
  expect(check({ ...b, 'a/x.ts': "export { z } from '../b/z.js'" })).toEqual([
    'not pure: a/x.ts → b/z.ts → node:fs',
  ])
  expect(check({ ...b, 'a/x.ts': "import type { Z } from '../b/z.js'" })).toEqual([])
})

test('the table may not say more than there is', () => {
  expect(check({ 'a/x.ts': '', 'b/y.ts': '' })).toEqual(['a does not import b: take it off the table'])
  expect(check({ 'a/x.ts': '' })).toContain('the table has a folder b that is not there')
})
