import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { askWhatTheyAre } from './ask-what-they-are.js'

const refusing = (code: 'failed_precondition' | 'unimplemented' | 'unavailable') => ({
  announce: () => Promise.reject(new NetWatcherError(code, 'X', 'No.')),
})

test('all sensors ask by SSDP and mDNS', async () => {
  const asked: unknown[] = []
  const announce = async (...all: unknown[]) => asked.push(all)
  await askWhatTheyAre({ announce })
  expect(asked).toEqual([['', ['ssdp', 'mdns']]])
})

test('a daemon that may not, or cannot yet, is no fault; one that has gone is told', async () => {
  await askWhatTheyAre(refusing('failed_precondition'))
  await askWhatTheyAre(refusing('unimplemented'))
  await expect(askWhatTheyAre(refusing('unavailable'))).rejects.toMatchObject({ code: 'unavailable' })
})
