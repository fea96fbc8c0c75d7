/** Whether a device is somebody's is not the same as whether it could be named: the words keep them apart. */

import { expect, test } from 'vitest'
import { LANGUAGES } from './language.js'

test.each(Object.entries(LANGUAGES))('trust has words of its own: %s', (_name, { texts }) => {
  const words = [texts['device.trust'], texts['trust.new'], texts['trust.known'], texts['trust.ignored']]
  expect(new Set(words).size).toBe(words.length)
  expect(texts['change.trust']).toBe(texts['device.trust'])
  for (const word of words) expect(word).not.toMatch(/known|kenal/i)
})
