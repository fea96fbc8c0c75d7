import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { openLive } from './live-source.js'

test('an interface that does not exist is an error each time, not a crash', () => {
  const options = { interfaceName: 'netwatcher-none', promiscuous: false, ringBytes: 1 << 20 }
  for (let i = 0; i < 3; i++) expect(() => openLive(options)).toThrow(NetWatcherError)
})
