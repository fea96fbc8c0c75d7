/**
 * The built live source on `eth0`, for the lab. `capture-driver.mjs capture`
 * prints one JSON object per line: each frame's lengths, and how it ended.
 * `capture-driver.mjs send HEX...` sends frames.
 */

import { openLive } from '../../dist/capture/live-source.js'

const [verb, ...frames] = process.argv.slice(2)
const source = openLive({ interfaceName: 'eth0', promiscuous: true, ringBytes: 4 * 1024 * 1024 })
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)

if (verb === 'send') {
  for (const frame of frames) source.send(Buffer.from(frame, 'hex'))
  source.close()
} else {
  source.start((batch) => {
    for (let i = 0; i < batch.count; i++) {
      const start = batch.offsets[i]
      const etherType = (batch.bytes[start + 12] << 8) | batch.bytes[start + 13]
      const ageMs = Math.abs(Date.now() - batch.timesMs[i])
      print({ etherType, captured: batch.capturedLengths[i], wire: batch.wireLengths[i], ageMs })
    }
    print({ statistics: source.statistics() })
  })
  print({ linkType: source.linkType })
  source.done.then(
    () => print({ end: 'closed' }),
    (error) => print({ end: error.reason, statistics: source.statistics() }),
  )
}
