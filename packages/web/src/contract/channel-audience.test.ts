import { expect, test } from 'vitest'
import { tellsSomebody } from './channel-audience.js'

test('a log tells nobody, and what is switched off does not either', () => {
  const ntfy = { type: 'ntfy', url: 'https://ntfy.sh', topic: 'home', certificate: '' } as const
  expect(tellsSomebody({ isEnabled: true, settings: ntfy })).toBe(true)
  expect(tellsSomebody({ isEnabled: false, settings: ntfy })).toBe(false)
  expect(tellsSomebody({ isEnabled: true, settings: { type: 'journal' } })).toBe(false)
  const syslog = { type: 'syslog', host: '192.0.2.1', port: 514, protocol: 'udp', certificate: '' } as const
  expect(tellsSomebody({ isEnabled: true, settings: syslog })).toBe(false)
})
