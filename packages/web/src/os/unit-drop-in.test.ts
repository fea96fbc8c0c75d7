import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { dropInText, localAddresses, resolveHosts, writeDropIn } from './unit-drop-in.js'

test('the drop-in allows the addresses of each host, under its name', async () => {
  await using directory = await temporaryDirectory()
  const hosts = [
    { name: 'ntfy.sh', addresses: ['9.9.9.9', '2620:fe::fe'] },
    ...(await resolveHosts(['127.0.0.1'])),
  ]
  const path = join(directory.path, 'netwatcher-web.service.d', 'channels.conf')
  writeDropIn(path, dropInText(hosts))
  expect(readFileSync(path, 'utf8').split('\n').slice(1)).toEqual([
    '[Service]',
    '# ntfy.sh',
    'IPAddressAllow=9.9.9.9',
    'IPAddressAllow=2620:fe::fe',
    '# 127.0.0.1',
    'IPAddressAllow=127.0.0.1',
    '',
  ])
  expect(statSync(path).mode & 0o777).toBe(0o644)
  expect(localAddresses(hosts)).toEqual(['127.0.0.1'])
})

test.each(['a b', '-x', 'x\nIPAddressDeny=', ''])('%j is no host', async (name) => {
  await expect(resolveHosts([name])).rejects.toMatchObject({ code: 'invalid_argument' })
})

test('who may not write it is told', async () => {
  expect(() => writeDropIn('/proc/nowhere/channels.conf', '')).toThrow('cannot be written')
})
