import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type SensorExit, spawnSensor } from './spawn-sensor.js'

const SHOW = `const fs = require('fs')
  fs.writeSync(3, JSON.stringify({ env: process.env, cwd: process.cwd(), status: fs.readFileSync('/proc/self/status', 'utf8') }))`

test('a sensor is started with an empty environment, and cannot gain rights by a program', async () => {
  process.env.NETWATCHER_TEST_SECRET = 'secret'
  const child = spawnSensor([], ['-e', SHOW])
  const { env, cwd, status } = JSON.parse(await text(child.reports))
  expect(env).toEqual({})
  expect(cwd).toBe('/')
  expect(status).toMatch(/^NoNewPrivs:\t1$/m)
  delete process.env.NETWATCHER_TEST_SECRET
})

test.each([
  ['process.exit(3)', { how: 'exit code 3', wasSafe: true }],
  ["process.kill(process.pid, 'SIGKILL')", { how: 'signal SIGKILL', wasSafe: true }],
  ['process.exit(126)', { how: 'exit code 126', wasSafe: false }],
])('how it ended is told: %s', async (script, expected) => {
  const exit = await new Promise<SensorExit>((resolve) => spawnSensor([], ['-e', script]).onExit(resolve))
  expect(exit).toEqual(expected)
})
