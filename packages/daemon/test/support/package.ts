/** The Debian package as people make it, by scripts/package. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../src/os/command.js'
import { expectSuccess } from './booted-machine.js'
import { CHECKOUT } from './container.js'
import { certificates } from './distribution.js'

type Architecture = 'amd64' | 'arm64'
const THIS_ARCHITECTURE: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'

/** SQLite is compiled, and two hundred MiB are packed, on a loaded machine. */
const BUILD_TIMEOUT_MS = 1_700_000

/** Gives its path. */
export async function buildPackage(version: string, architecture = THIS_ARCHITECTURE): Promise<string> {
  const environment = [
    `PATH=${process.env.PATH}`,
    `HOME=${process.env.HOME ?? '/root'}`,
    ...certificates(process.env.NODE_EXTRA_CA_CERTS),
  ]
  const options = ['--version', version, '--architecture', architecture]
  const argv = [...environment, join(CHECKOUT, 'scripts/package'), ...options]
  expectSuccess('scripts/package', await runCommand('env', argv, { timeoutMs: BUILD_TIMEOUT_MS }))
  return join(CHECKOUT, 'packaging/out', `netwatcher_${version}_${architecture}.deb`)
}

/** The same under another version, without being built again; gives its path. */
export async function renumberPackage(path: string, version: string): Promise<string> {
  const tree = mkdtempSync(join(tmpdir(), 'netwatcher-package-'))
  const control = join(tree, 'DEBIAN/control')
  const renumbered = path.replace('.deb', `-as-${version}.deb`)
  const dpkg = async (...argv: string[]) =>
    expectSuccess('dpkg-deb', await runCommand('dpkg-deb', argv, { timeoutMs: BUILD_TIMEOUT_MS }))
  try {
    await dpkg('--raw-extract', path, tree)
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`))
    await dpkg('-Zgzip', '-z1', '--build', tree, renumbered)
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
  return renumbered
}
