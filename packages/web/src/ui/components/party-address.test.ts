import type { Party } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { isClaimed } from './party-address.js'

const party = (role: Party['role'], mac: string, ip: string): Party => ({
  role,
  mac,
  ip,
  certainty: 'likely',
})

test('what somebody else holds is not shown as the address of a suspect', () => {
  const holder = party('holder', '00:00:5e:00:53:01', '192.0.2.1')
  const affected = party('affected', '00:00:5e:00:53:10', '192.0.2.10')
  const claimant = party('suspect', '00:00:5e:00:53:66', '192.0.2.1')
  const itself = party('suspect', '00:00:5e:00:53:66', '192.0.2.66')
  const parties = [claimant, itself, holder, affected]
  expect(parties.map((one) => isClaimed(one, parties))).toEqual([true, false, false, false])
})
