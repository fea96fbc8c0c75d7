/** What may come out of a sensor's pipe: the daemon takes it for a report, or says what is wrong with it. */

import { expect, test } from 'vitest'
import { ReportError } from '../convert/checks.js'
import { SOUND } from '../convert/fake-reports.js'
import { decodeReport, encodeReport } from '../convert/report.js'
import { encodeFrame, FrameError, FrameReader } from '../sensor/framing.js'
import { SECONDS, SEED, spend, TIMEOUT_MS } from './fake-budget.js'
import { Mutator } from './fake-hostile-bytes.js'
import { Random } from './fake-random.js'

const REPORTS = SOUND.map(encodeReport)

test('no bytes in the pipe do more than end the sensor', { timeout: TIMEOUT_MS }, async () => {
  const random = new Random(SEED)
  const mutator = new Mutator(random)
  const count = await spend(() => {
    const message = mutator.mutate(random.pick(REPORTS), random.pick(REPORTS))
    const stream = random.oneIn(4) ? mutator.mutate(framed(message), framed(message)) : framed(message)
    try {
      new FrameReader(decodeReport).push(Buffer.from(stream))
    } catch (error) {
      const isExpected = error instanceof ReportError || error instanceof FrameError
      if (!isExpected) throw new Error(Buffer.from(stream).toString('hex'), { cause: error })
    }
  }, SECONDS)
  expect(count).toBeGreaterThan(100)
})

function framed(message: Uint8Array): Uint8Array {
  return message.length === 0 ? new Uint8Array(4) : encodeFrame(message)
}
