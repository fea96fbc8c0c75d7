import { expect, test } from 'vitest'
import type { Client } from '../contract/clients.js'
import { compareClients } from './compare-clients.js'

const client = (ip: string, mac: string | null, hostname: string | null = null): Client => ({
  ...{ ip, mac, hostname, vendor: null, interface: 'eth0', evidence: 'own', isSelf: false, isGateway: false },
})

test('who came, who went and who moved is told apart, those without a MAC by their address', () => {
  const stays = client('10.0.0.1', 'aa:bb:cc:dd:ee:01')
  const gone = client('10.0.0.2', 'aa:bb:cc:dd:ee:02')
  const moved = [client('10.0.0.3', 'aa:bb:cc:dd:ee:03'), client('10.0.0.9', 'aa:bb:cc:dd:ee:03')] as const
  const routed = client('10.1.0.1', null)
  const appeared = client('10.0.0.2', 'aa:bb:cc:dd:ee:04')
  expect(compareClients([stays, gone, moved[0], routed], [routed, moved[1], stays, appeared])).toEqual({
    appeared: [appeared],
    gone: [gone],
    changed: [{ before: moved[0], after: moved[1] }],
  })
})
