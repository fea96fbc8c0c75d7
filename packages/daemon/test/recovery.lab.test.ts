/** What a crash, a lost interface or a second daemon does to what is counted and served. */

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lab } from '../src/lab/lab.js'
import { runCommand } from '../src/os/command.js'
import { type EventCollector, Netwatcherd, waitUntil } from './support/netwatcherd.js'

const RUNNING = 3
const NOBODY = 65_534
/** A sensor resumes within this time after its interface is back. */
const RESUME_LIMIT_MS = 5000
/** Bytes of one echo request of `ping -s 1000`, and of its reply, as frames. */
const PING_FRAME_BYTES = 1042

const watcher = { name: 'watcher', mac: '02:00:00:00:00:20', ip: '10.79.0.1' }
const peer = { name: 'peer', mac: '02:00:00:00:00:21', ip: '10.79.0.2' }

let lab: Lab
let netwatcherd: Netwatcherd

beforeAll(async () => {
  const hosts = [watcher, peer].map((host) => ({ ...host, addresses: [`${host.ip}/24`] }))
  lab = await Lab.create({ medium: 'switch', hosts })
  netwatcherd = await Netwatcherd.start(lab, watcher.name, '[capture]\nbucket_seconds = 1\n')
})

afterAll(async () => {
  await netwatcherd?.close()
  await lab?.close()
})

test('the socket is 0660 in a 0750 directory, and another user cannot connect', async () => {
  expect(statSync(netwatcherd.socketPath).mode & 0o777).toBe(0o660)
  expect(statSync(dirname(netwatcherd.socketPath)).mode & 0o777).toBe(0o750)
  const script = `require('net').connect(${JSON.stringify(netwatcherd.socketPath)}).on('error', (e) => { console.log(e.code) }).on('connect', () => console.log('connected'))`
  // `ip netns exec` itself needs root, so the drop is done inside.
  const dropped = await lab.check(watcher.name, [
    process.execPath,
    '-e',
    `process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY}); ${script}`,
  ])
  expect(dropped.trim()).toBe('EACCES')
})

test('the sensor holds no privilege', async () => {
  const { sensors } = await netwatcherd.status()
  const pid = sensors[0]?.pid ?? 0
  expect(sensors[0]?.uid).not.toBe(0)
  const status = await lab.check(watcher.name, ['cat', `/proc/${pid}/status`])
  expect(status).toMatch(/^CapEff:\s+0+$/m)
  expect(status).toMatch(/^CapPrm:\s+0+$/m)
  expect(status).toMatch(/^Groups:\s*$/m)
})

test('a state directory that cannot be written to is one plain sentence', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'netwatcherd-read-only-'))
  const mounted = await runCommand('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', directory])
  expect(mounted).toMatchObject({ type: 'exited', code: 0 })
  try {
    for (const path of [directory, join(directory, 'not/yet/there')]) {
      const options = ['--state-dir', path, '--socket', `${directory}/netwatcherd.sock`]
      const outcome = await lab.run(peer.name, [process.execPath, netwatcherd.program, ...options])
      expect(outcome).toMatchObject({
        code: 1,
        stderr: `netwatcherd: The state directory ${path} cannot be used: its file system is mounted read-only\n`,
      })
    }
  } finally {
    await runCommand('umount', [directory])
    rmSync(directory, { recursive: true })
  }
})

test('a second daemon on the same socket refuses to start and harms nothing', async () => {
  const second = lab.start(watcher.name, [
    process.execPath,
    netwatcherd.program,
    '--socket',
    netwatcherd.socketPath,
    '--state-dir',
    `${netwatcherd.directory}/second`,
    '--group',
    'root',
  ])
  expect(await second.done).toBe(1)
  expect(second.output).toMatch(/already/)
  expect((await netwatcherd.status()).sensors[0]?.state).toBe(RUNNING)
})

test('a killed sensor is started again, and what it had not told is told as missing', async () => {
  const before = (await netwatcherd.status()).sensors[0]
  const events = netwatcherd.watch()
  const killedMs = Date.now()
  process.kill(before?.pid ?? 0, 'SIGKILL')
  await waitUntil(
    async () => {
      const now = (await netwatcherd.status()).sensors[0]
      return now?.state === RUNNING && now.pid !== before?.pid
    },
    RESUME_LIMIT_MS,
    () => 'the sensor did not come back',
  )
  const { found: gap } = await events.find(
    ({ payload }) => payload?.$case === 'gap' && payload.value,
    RESUME_LIMIT_MS,
    'the gap',
  )
  expect(gap).toMatchObject({ cause: { rule: 'gap_sensor_ended' }, sensor: before?.sensor })
  expect(Number(gap.fromMs)).toBeLessThanOrEqual(killedMs)
  expect(Number(gap.toMs)).toBeGreaterThanOrEqual(killedMs)
  events.close()
})

test('capture resumes after the interface was down', async () => {
  await lab.setLink(watcher.name, 'down')
  await waitUntil(
    async () => (await netwatcherd.status()).sensors[0]?.state !== RUNNING,
    RESUME_LIMIT_MS,
    () => 'nobody noticed that the interface is down',
  )
  await lab.setLink(watcher.name, 'up')
  await waitUntil(
    async () => (await netwatcherd.status()).sensors[0]?.state === RUNNING,
    RESUME_LIMIT_MS,
    () => 'capture did not resume',
  )
})

test('after kill -9 of the daemon its successor serves, and nothing is told twice', async () => {
  const events = netwatcherd.watch()
  await lab.check(peer.name, ['ping', '-q', '-c', '50', '-i', '0.02', '-s', '1000', watcher.ip])
  await waitUntil(
    () => pingBytes(events) === 100 * PING_FRAME_BYTES,
    5000,
    () => `${pingBytes(events)} bytes of ping`,
  )
  const last = events.events.at(-1)?.event.position
  const firstBoot = last?.bootId
  await netwatcherd.process.stop('SIGKILL')
  await netwatcherd.restart()
  const resumed = netwatcherd.watch(last)
  await lab.check(peer.name, ['ping', '-q', '-c', '30', '-i', '0.02', '-s', '1000', watcher.ip])
  await waitUntil(
    () => pingBytes(resumed) >= 60 * PING_FRAME_BYTES,
    5000,
    () => `${pingBytes(resumed)} bytes of ping`,
  )
  expect(pingBytes(resumed)).toBe(60 * PING_FRAME_BYTES)
  expect(resumed.events.every(({ event }) => event.position?.bootId !== firstBoot)).toBe(true)
  const sequences = resumed.events.flatMap(({ event }) =>
    event.position ? [Number(event.position.sequence)] : [],
  )
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
  resumed.close()
  events.close()
})

test('when the daemon is killed, no sensor is left behind', async () => {
  const pid = (await netwatcherd.status()).sensors[0]?.pid ?? 0
  await netwatcherd.process.stop('SIGKILL')
  const isGone = () => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  }
  await waitUntil(isGone, 3000, () => `the sensor ${pid} lives on`)
  await netwatcherd.restart()
})

test('what a frozen sensor could not read in time is told as dropped, and all else is counted', async () => {
  const pid = (await netwatcherd.status()).sensors[0]?.pid ?? 0
  const events = netwatcherd.watch()
  process.kill(pid, 'SIGSTOP')
  try {
    // A block of the ring is closed 50 ms after its first frame: 64 of them hold 3.2 s.
    await lab.check(peer.name, ['ping', '-q', '-c', '300', '-i', '0.02', '-s', '1000', watcher.ip])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const count = () => [pingFrames(events), droppedFrames(events)] as const
  await waitUntil(
    () => count()[0] > 0 && count()[0] + count()[1] >= 600,
    5000,
    () => `counted and dropped: ${count()}`,
  )
  expect(count()[1]).toBeGreaterThan(0)
  events.close()
})

function buckets({ events }: EventCollector) {
  return events.flatMap(({ event }) => (event.payload?.$case === 'traffic' ? [event.payload.value] : []))
}

function pings(collector: EventCollector) {
  const icmp = 1
  return buckets(collector).flatMap(({ rows }) => rows.filter(({ protocol }) => protocol === icmp))
}

function pingBytes(collector: EventCollector): number {
  return pings(collector).reduce((sum, row) => sum + Number(row.txBytes + row.rxBytes), 0)
}

function pingFrames(collector: EventCollector): number {
  return pings(collector).reduce((sum, row) => sum + Number(row.txPackets + row.rxPackets), 0)
}

function droppedFrames(collector: EventCollector): number {
  return buckets(collector).reduce((sum, { dropped }) => sum + Number(dropped), 0)
}
