import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { CommandOptions, CommandOutcome, CommandRunner } from './command.js'
import { watchRoutes } from './route-watch.js'

const STOPPED: CommandOutcome = { type: 'stopped', reason: 'output_limit', stdout: '', stderr: '' }

function setUp() {
  const runs: { args: readonly string[]; options: CommandOptions; end: (outcome: CommandOutcome) => void }[] =
    []
  let changes = 0
  const run: CommandRunner = (_file, args, options = {}) =>
    new Promise((end) => void runs.push({ args, options, end }))
  const stop = watchRoutes(run, () => changes++)
  return { runs, stop, changes: () => changes }
}

test('each line is a change, and once it has ended it is started again', async () => {
  const { runs, stop, changes } = setUp()
  expect(runs.map(({ args }) => args)).toEqual([['-o', 'monitor', 'route', 'nexthop']])
  runs[0]?.options.onStdout?.(Buffer.from('default via 10.0.0.1 dev eth0\n'))
  expect(changes()).toBe(1)
  runs[0]?.end(STOPPED)
  await sleep(20)
  expect([changes(), runs.length]).toEqual([2, 2])
  stop()
  expect(runs[1]?.options.signal?.aborted).toBe(true)
})

test('stopped, it is not started again', async () => {
  const { runs, stop, changes } = setUp()
  stop()
  runs[0]?.end(STOPPED)
  await sleep(20)
  expect([changes(), runs.length]).toEqual([0, 1])
})
