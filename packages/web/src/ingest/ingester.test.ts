import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeDaemon } from '../daemon/fake-daemon.js'
import { alertEvent, traffic, trafficRow } from '../daemon/fake-messages.js'
import { DaemonLink } from '../daemon/link.js'
import { silentLogger } from '../os/log.js'
import { daemonAt, daemonsOf } from '../testing/test-daemon.js'
import { createTestStore, setRoom, sumOf } from '../testing/test-store.js'
import { Ingester } from './ingester.js'

const BYTES = 300

async function start(onAdmitted: (fake: FakeDaemon) => void = () => {}) {
  const test = await createTestStore()
  const fake = new FakeDaemon(join(test.stateDir, 's'))
  await fake.start()
  const states: boolean[] = []
  const link = new DaemonLink(Date.now, ({ connected }) => states.push(connected))
  const daemon = daemonAt(fake.socketPath, { link })
  const daemons = daemonsOf(daemon)
  const stopping = new AbortController()
  const kinds: string[] = []
  const ingester = new Ingester({
    daemon,
    store: test.store,
    admit: (status) => {
      daemons.admit(daemon, status)
      onAdmitted(fake)
    },
    log: silentLogger,
    nowMs: Date.now,
    onApplied: (events) => kinds.push(...events.map(({ payload }) => payload.kind)),
  })
  const running = ingester.run(stopping.signal)
  return {
    fake,
    states,
    kinds,
    link,
    ingester,
    store: test.store,
    stored: () => sumOf(test.store, 'traffic'),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      daemons.close()
      fake.kill()
      await test[Symbol.asyncDispose]()
    },
  }
}

const soon = { timeout: 3000, interval: 10 }
const bucket = () => traffic([trafficRow()])

test('events are stored once, told on, and acknowledged', async () => {
  await using run = await start()
  run.fake.emit(bucket())
  run.fake.emit(alertEvent())
  await expect.poll(run.stored, soon).toBe(BYTES)
  await expect.poll(() => run.fake.acknowledged?.sequence, soon).toBe(2n)
  expect(run.kinds).toEqual(['traffic', 'alert'])
  expect(run.states).toEqual([true])
})

test('a killed daemon that comes back is followed on, without a byte twice', async () => {
  await using run = await start()
  run.fake.emit(bucket())
  await expect.poll(run.stored, soon).toBe(BYTES)
  run.fake.kill()
  await expect.poll(() => run.link.state.connected, soon).toBe(false)
  run.fake.emit(bucket())
  await run.fake.start()
  await expect.poll(run.stored, soon).toBe(2 * BYTES)
  expect(run.states).toEqual([true, false, true])
  expect(await run.store.positions.countGaps()).toBe(0)
})

test('a daemon that comes between the greeting and the stream is greeted, too', async () => {
  await using run = await start((fake) => {
    Object.assign(fake, { bootId: 'f'.repeat(32), version: '9.0.0' })
  })
  await expect
    .poll(() => run.link.state, soon)
    .toMatchObject({
      connected: false,
      detail: { params: { version: '9.0.0' } },
    })
})

test('a restarted daemon begins a new boot, and the gap is recorded', async () => {
  await using run = await start()
  run.fake.emit(bucket())
  await expect.poll(run.stored, soon).toBe(BYTES)
  run.fake.kill()
  run.fake.reboot('c'.repeat(32))
  run.fake.emit(bucket())
  run.fake.emit(bucket())
  await run.fake.start()
  await expect.poll(run.stored, soon).toBe(3 * BYTES)
  expect(await run.store.positions.countGaps()).toBe(1)
  expect(run.kinds).toEqual(['traffic', 'gap', 'traffic', 'traffic'])
})

test('while storing fails the events wait and the reason is shown', async () => {
  await using run = await start()
  const rows = Array.from({ length: 500 }, (_, i) => trafficRow({ servicePort: i }))
  const lie = trafficRow({ txBytes: 2n ** 53n - 1n })
  await setRoom(run.store, 'none')
  run.fake.emit(traffic([...rows, lie]))
  await expect.poll(() => run.ingester.storageError?.rule, soon).toMatch(/^storage_(full|io)$/)
  expect(run.fake.acknowledged).toBeNull()
  await setRoom(run.store, 'plenty')
  await expect.poll(run.stored, soon).toBe(rows.length * BYTES)
  expect(run.ingester.storageError).toBeNull()
  await expect.poll(() => run.fake.acknowledged?.sequence, soon).toBe(1n)
  // However often it was tried.
  expect(run.link.implausibleRows).toBe(1)
})

test('a daemon that is not there yet is waited for', async () => {
  await using run = await start()
  run.fake.kill()
  await expect
    .poll(() => run.link.state, soon)
    .toMatchObject({
      connected: false,
      detail: { rule: expect.stringMatching(/^daemon_(connection_lost|no_socket|no_answer)$/) },
    })
  await run.fake.start()
  await expect.poll(() => run.link.state.connected, soon).toBe(true)
})
