import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sshPeers } from './ssh-peers.js'

const root = mkdtempSync(join(tmpdir(), 'netwatcher-ssh-'))
afterAll(() => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'proc/net'), { recursive: true })

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n'
writeFileSync(
  join(root, 'proc/net/tcp'),
  `${HEADER}   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0501A8C0:0016 0901A8C0:D431 01 00000000:00000000 02:00000000 00000000     0
   2: 0501A8C0:0016 0A01A8C0:D431 06 00000000:00000000 02:00000000 00000000     0
   3: 0501A8C0:D000 0B01A8C0:0016 01 00000000:00000000 02:00000000 00000000     0
   4: 0501A8C0:08AE 0C01A8C0:D431 01 00000000:00000000 02:00000000 00000000     0
   5: short:0016 zz 01
`,
)
writeFileSync(
  join(root, 'proc/net/tcp6'),
  `${HEADER}   0: B80D0120000000000000000005000000:0016 B80D0120000000000000000009000000:D431 01 00000000:00000000
   1: 0000000000000000FFFF00000501A8C0:0016 0000000000000000FFFF00000D01A8C0:D431 01 00000000:00000000
`,
)
writeFileSync(join(root, 'proc/net/if_inet6'), '')

test('established connections to sshd count; listening, closing and outgoing ones do not', async () => {
  expect(await sshPeers('', root)).toEqual(['192.168.1.9', '2001:db8::9', '192.168.1.13'])
})

test('SSH_CONNECTION names the port of another sshd', async () => {
  expect(await sshPeers('192.168.1.12 54321 192.168.1.5 2222', root)).toContain('192.168.1.12')
  expect(await sshPeers('nonsense', root)).not.toContain('192.168.1.12')
})

test('a kernel without IPv6 has no tcp6; one whose sessions cannot be read is an error', async () => {
  const other = join(root, 'other')
  await expect(sshPeers('', other)).rejects.toThrow('/proc/net/tcp: there is no such file')
  mkdirSync(join(other, 'proc/net'), { recursive: true })
  writeFileSync(join(other, 'proc/net/tcp'), HEADER)
  expect(await sshPeers('', other)).toEqual([])
  writeFileSync(join(other, 'proc/net/if_inet6'), '')
  await expect(sshPeers('', other)).rejects.toThrow('/proc/net/tcp6')
})
