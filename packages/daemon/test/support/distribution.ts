/**
 * Distributions as debootstrap(8) makes them, and Nodes in the shape of
 * nodejs.org's archives. They are downloaded once and kept in a folder of
 * their own outside the checkout; machines lay what they change over them.
 */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../src/os/command.js'
import { expectSuccess } from './booted-machine.js'

const CACHE = '/var/cache/netwatcher-test'
/** On a loaded machine and a slow line. */
const DOWNLOAD_TIMEOUT_MS = 1_200_000
/** What an installation by hand has anyway: an init, its bus, certificates, and a way to become root. */
const BASE_PACKAGES = 'ca-certificates,dbus,sudo,systemd,systemd-sysv'

export interface Distribution {
  name: string
  suite: string
  mirror: string
  components: string
  /** The base whose package `ubuntu-keyring` vouches for this one; null where this machine's own keys do. */
  keysFrom: Distribution | null
}

const DEBIAN = { mirror: 'http://deb.debian.org/debian', components: 'main', keysFrom: null }
export const DEBIAN_12: Distribution = { name: 'Debian 12', suite: 'bookworm', ...DEBIAN }
export const DEBIAN_13: Distribution = { name: 'Debian 13', suite: 'trixie', ...DEBIAN }
export const UBUNTU_26_04: Distribution = {
  name: 'Ubuntu 26.04',
  suite: 'resolute',
  mirror: 'http://archive.ubuntu.com/ubuntu',
  components: 'main,universe',
  keysFrom: DEBIAN_13,
}

/** The tree of a fresh minimal installation; not to be written to. */
export async function baseTree(distribution: Distribution): Promise<string> {
  const tree = join(CACHE, distribution.suite)
  if (existsSync(tree)) return tree
  const unfinished = `${tree}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(CACHE, { recursive: true })
  const keys = distribution.keysFrom ? [`--keyring=${await ubuntuKeys(distribution.keysFrom)}`] : []
  // The script by name, since this machine's debootstrap may be older than the suite.
  const script = `/usr/share/debootstrap/scripts/${distribution.keysFrom ? 'gutsy' : 'sid'}`
  const outcome = await runCommand(
    'debootstrap',
    [
      '--variant=minbase',
      `--components=${distribution.components}`,
      `--include=${BASE_PACKAGES}`,
      ...keys,
      distribution.suite,
      unfinished,
      distribution.mirror,
      script,
    ],
    { timeoutMs: DOWNLOAD_TIMEOUT_MS },
  )
  expectSuccess(`debootstrap ${distribution.suite}`, outcome)
  renameSync(unfinished, tree)
  return tree
}

/**
 * The files of a minimal installation for a processor that this machine has not, with more packages; not to be
 * written to. They are unpacked only: to configure them, their programs would have to run.
 */
export async function foreignTree(
  { suite, mirror }: Distribution,
  architecture: string,
  packages: readonly string[],
): Promise<string> {
  const tree = join(CACHE, `${suite}-${architecture}`)
  if (existsSync(tree)) return tree
  const unfinished = `${tree}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(CACHE, { recursive: true })
  const options = [
    '--foreign',
    `--arch=${architecture}`,
    '--variant=minbase',
    `--include=${packages.join(',')}`,
  ]
  const made = await runCommand('debootstrap', [...options, suite, unfinished, mirror], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  })
  expectSuccess(`debootstrap ${suite} ${architecture}`, made)
  // The first stage unpacks what every system needs. Not by `dpkg -x`: /lib is a link, and has to stay one.
  const unpack = `for deb in "$0"/var/cache/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$0" || exit; done`
  const unpacked = await runCommand('sh', ['-c', unpack, unfinished], { timeoutMs: DOWNLOAD_TIMEOUT_MS })
  expectSuccess(`packages of ${suite} ${architecture}`, unpacked)
  renameSync(unfinished, tree)
  return tree
}

/** Where packages that a machine downloads are kept for the next one. */
export function packageCache({ suite }: Distribution): string {
  const directory = join(CACHE, `${suite}-packages`)
  mkdirSync(join(directory, 'partial'), { recursive: true })
  return directory
}

/** The keyring file; taken from a machine of the other distribution that forgets what happened in it. */
async function ubuntuKeys(debian: Distribution): Promise<string> {
  const file = join(CACHE, 'ubuntu-keyring.gpg')
  if (existsSync(file)) return file
  const forgetting = ['--quiet', '--register=no', '--keep-unit', '--pipe', '--volatile=overlay']
  const tree = [`--directory=${await baseTree(debian)}`, '--resolv-conf=copy-host']
  const script = `cd /tmp && apt-get update -qq >&2 && apt-get download -qq ubuntu-keyring >&2 &&
    dpkg -x ubuntu-keyring_*.deb keys && base64 keys/usr/share/keyrings/ubuntu-archive-keyring.gpg`
  const outcome = await runCommand('systemd-nspawn', [...forgetting, ...tree, 'sh', '-c', script], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  })
  writeFileSync(file, Buffer.from(expectSuccess('ubuntu-keyring', outcome), 'base64'))
  return file
}

/** A directory like an unpacked archive of nodejs.org, without its npm. */
export function nodeArchive(version: string): Promise<string> {
  return fetchPackage(`node-linux-${process.arch}`, version)
}

export function npmPackage(version: string): Promise<string> {
  return fetchPackage('npm', version)
}

/** The directory of a package of the npm registry. */
async function fetchPackage(name: string, version: string): Promise<string> {
  const place = join(CACHE, `${name}-${version}`)
  const directory = join(place, 'node_modules', name)
  if (existsSync(directory)) return directory
  const unfinished = `${place}.new`
  rmSync(unfinished, { recursive: true, force: true })
  const path = `PATH=${process.env.PATH}`
  const install = ['npm', 'install', '--ignore-scripts', `--prefix=${unfinished}`, `${name}@${version}`]
  const outcome = await runCommand('env', [path, ...certificates(), ...install], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  })
  expectSuccess(`npm install ${name}@${version}`, outcome)
  renameSync(unfinished, place)
  return directory
}

/** This machine's certificates for a Node that downloads, where it has some of its own. */
export function certificates(file = process.env.NODE_EXTRA_CA_CERTS): string[] {
  return file ? [`NODE_EXTRA_CA_CERTS=${file}`] : []
}
