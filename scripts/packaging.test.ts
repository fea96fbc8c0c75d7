/** What is beside the programs says what they do: manual pages and completion have every option. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { USAGE as COMMAND } from '../packages/web/src/cli/usage.js'
import { USAGE as WEB } from '../packages/web/src/options.js'
import { CHANNELS_DROP_IN } from '../packages/web/src/os/unit-drop-in.js'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const optionsOf = (text: string) => [...new Set(text.replaceAll('\\-', '-').match(/--[a-z-]+[a-z]/g))].sort()

const DAEMON = /const USAGE = `([^`]+)`/.exec(read('packages/daemon/src/command-line.ts'))?.[1] ?? ''

test.each([
  ['netwatcher.1', COMMAND],
  ['netwatcher-web.8', WEB],
  ['netwatcherd.8', DAEMON],
])('%s tells every option, and no other', (page, usage) => {
  expect(optionsOf(usage).length).toBeGreaterThan(3)
  expect(optionsOf(read(`packaging/man/${page}`))).toEqual(optionsOf(usage))
})

test('purging takes the settings along that --allow-host has made for the unit, and leaves the owner’s own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcher-purge-'))
  const dropIns = join(directory, dirname(CHANNELS_DROP_IN))
  const purge = () =>
    spawnSync(`${root}scripts/install`, ['--uninstall', '--purge'], {
      env: { ...process.env, DESTDIR: directory },
      encoding: 'utf8',
    })
  try {
    mkdirSync(dropIns, { recursive: true })
    for (const name of [basename(CHANNELS_DROP_IN), 'mine.conf']) writeFileSync(join(dropIns, name), '')
    expect(purge()).toMatchObject({ status: 0 })
    expect(readdirSync(dropIns)).toEqual(['mine.conf'])
    rmSync(join(dropIns, 'mine.conf'))
    expect(purge()).toMatchObject({ status: 0 })
    expect(existsSync(dropIns)).toBe(false)
  } finally {
    rmSync(directory, { recursive: true })
  }
  expect(read('packaging/debian/postrm')).toContain(`rm -f ${CHANNELS_DROP_IN}\n`)
})

/** What bash would offer behind these words. */
function complete(...words: string[]): string[] {
  const script = `source packaging/netwatcher.bash-completion
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_\${1//-/_}"; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], { cwd: root, encoding: 'utf8' })
  return stdout.trim().split('\n').sort()
}

test('completion offers every option and every command', () => {
  expect(complete('netwatcher', '--')).toEqual(optionsOf(COMMAND))
  expect(complete('netwatcher-web', '--')).toEqual(optionsOf(WEB))
  const commands = [...COMMAND.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name)
  expect(complete('netwatcher', '')).toEqual([...new Set(commands)].sort())
  expect(complete('netwatcher', 'token', '')).toEqual(['create', 'list', 'revoke'])
})

test('the page of the settings is the settings', () => {
  const { stdout } = spawnSync(process.execPath, ['packaging/settings-page.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const line of ['[firewall]', 'learning_minutes = 10']) expect(stdout).toContain(`\n${line}\n`)
})

test('every file of settings that is installed is a conffile', () => {
  const installed = readdirSync(`${root}systemd`).filter((name) => name.endsWith('.toml'))
  const listed = read('packaging/debian/conffiles').trim().split('\n')
  expect(listed.sort()).toEqual(installed.map((name) => `/etc/netwatcher/${name}`).sort())
})

test('the users that purging removes are those that are made', () => {
  const made = [...read('systemd/sysusers.conf').matchAll(/^u (\S+)/gm)].map(([, name]) => name)
  const sensors = Array.from({ length: 16 }, (_, i) => `netwatcher-sensor-${i}`)
  expect(made.sort()).toEqual(['netwatcher', ...sensors].sort())
  expect(read('packaging/debian/postrm')).toContain("netwatcher $(seq -f 'netwatcher-sensor-%g' 0 15)")
})
