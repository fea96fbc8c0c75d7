import { type Party, render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { incidentText } from './sentence.js'

const party = (role: Party['role'], mac: string, ip = ''): Party => ({ role, mac, ip, certainty: 'likely' })
const ONE = '00:00:5e:00:53:01'
const OTHER = '00:00:5e:00:53:02'

test('whoever is a suspect is named as nothing else besides', () => {
  const parties = [
    party('suspect', ONE, '192.0.2.1'),
    party('holder', OTHER, '192.0.2.1'),
    party('holder', ONE, '192.0.2.1'),
    party('affected', OTHER, '192.0.2.2'),
    party('affected', ONE),
  ]
  const told = { kind: 'ip_conflict', parties, addresses: ['192.0.2.1'], alerts: 2 } as const
  const said = incidentText(told, () => null)
  expect(said.params).toMatchObject({ suspect: ONE, holder: OTHER, affected: OTHER })
  expect(render(said, 'en')).toBe(`${OTHER} and ${ONE} use the same address, 192.0.2.1.`)
})

test('a party without a name is its MAC, one without a MAC its address, and one that is unknown somebody', () => {
  const address = '192.0.2.1'
  const said = (parties: Party[]) =>
    render(
      incidentText({ kind: 'dns_spoof', parties, addresses: [address], alerts: 1 }, () => null),
      'en',
    )
  const rest = `may be forging answers of the name server ${address}.`
  expect(said([party('suspect', ONE)])).toBe(`${ONE} ${rest}`)
  expect(said([party('suspect', '', '192.0.2.9')])).toBe(`192.0.2.9 ${rest}`)
  expect(said([party('holder', '', address)])).toBe(`Somebody ${rest}`)
})
