import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { type SensorExit, sensorCommand, spawnSensor } from './spawn-sensor.js'

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

test('no file that the daemon has open is a sensor’s, but for its pipes', () => {
  const left = openSync('/dev/zero', 'r')
  const show = `const fs = require('fs')
    const files = fs.readdirSync('/proc/self/fd').map((name) => {
      try { return fs.readlinkSync('/proc/self/fd/' + name) } catch { return '' } })
    fs.writeSync(3, files.join())`
  const [file, args] = sensorCommand(['-e', show])
  const { output } = spawnSync(file, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', left, left],
    encoding: 'utf8',
  })
  expect(output[3]).toContain('pipe:')
  expect(output[3]).not.toContain('/dev/zero')
})
