/**
 * Runs the built scanner or prober on a live interface, for the lab and the
 * benchmark: `scan-driver.mjs '{"interface":"eth0","scan":{...}}'` or with
 * `"probes":[{...}]`. Prints one JSON object per line: the steps or the results.
 */

import { openLive } from '../../dist/capture/live-source.js'
import { listInterfaces } from '../../dist/os/interfaces.js'
import { defaultRoutes } from '../../dist/os/routes.js'
import { ProbeBudget } from '../../dist/scan/probe-budget.js'
import { Prober } from '../../dist/scan/prober.js'
import { Scanner } from '../../dist/scan/scanner.js'
import { systemTimers } from '../../dist/time/timers.js'
import { decodeFrame } from '../../dist/wire/decode-frame.js'

const PROBE_FRAMES_PER_MINUTE = 600

const task = JSON.parse(process.argv[2] ?? '{}')
const { mac, addresses } = (await listInterfaces()).find(({ name }) => name === task.interface)
const gateways = (await defaultRoutes()).map(({ gateway }) => gateway)
const facts = { mac, addresses, gateways, isForwarding: false }

const source = openLive({ interfaceName: task.interface, promiscuous: false, ringBytes: 4 * 1024 * 1024 })
const dependencies = { sender: source, timers: systemTimers, random: Math.random }
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const scanner = new Scanner(dependencies, facts)
let open = 0
const end = () => {
  if (--open > 0) return
  prober.stop()
  source.close()
}
const onResult = (result) => {
  print(result)
  end()
}
const budget = new ProbeBudget(PROBE_FRAMES_PER_MINUTE)
const prober = new Prober(dependencies, facts, { budget, onResult })

source.start((batch) => {
  for (let i = 0; i < batch.count; i++) {
    const start = batch.offsets[i]
    const bytes = batch.bytes.subarray(start, start + batch.capturedLengths[i])
    const packet = decodeFrame(bytes, source.linkType, batch.wireLengths[i], batch.timesMs[i])
    scanner.observe(packet)
    prober.observe(packet)
  }
})

if (task.scan) {
  open++
  scanner.startScan(task.scan, (step) => {
    print(step)
    if (step.type === 'summary') end()
  })
}
for (const request of task.probes ?? []) {
  if (prober.request(request)) open++
  else print({ ...request, result: 'refused' })
}
