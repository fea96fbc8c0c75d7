import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { render } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.js'
import { DaemonClient } from './client.js'
import { unavailableText } from './errors.js'
import { FakeDaemon } from './fake-daemon.js'
import { checkSocketOwner } from './socket-owner.js'

const ownUid = process.getuid?.() ?? 0

test('calls are answered in plain values', async () => {
  await using directory = await temporaryDirectory()
  const fake = new FakeDaemon(join(directory.path, 's'))
  await fake.start()
  const client = new DaemonClient(fake.socketPath, ownUid)
  expect(await client.getStatus()).toMatchObject({
    version: '0.0.0-fake',
    sensors: [{ interface: 'eth0', state: 'running' }],
  })
  const updates = []
  for await (const update of client.scan({}, AbortSignal.timeout(5000))) updates.push(update.kind)
  expect(updates).toEqual(['progress', 'host', 'summary'])
  const plan = await client.planBlock({
    targets: [{ mac: 'aa:bb:cc:dd:ee:66' }, { cidr: '10.0.0.66' }],
    lifetimeSeconds: 60,
    confirmSeconds: 10,
    reason: '',
    schedule: null,
    quarantine: null,
  })
  const block = await client.applyPlan(plan.token)
  expect(block).toMatchObject({ targets: ['aa:bb:cc:dd:ee:66', '10.0.0.66'], state: 'applied' })
  expect(await client.confirmBlock(block.id)).toMatchObject({ state: 'confirmed' })
  expect(await client.revokeBlock(block.id)).toMatchObject({ blocks: [] })
  client.close()
  fake.kill()
})

test('refusals of the daemon keep their reason', async () => {
  await using directory = await temporaryDirectory()
  const fake = new FakeDaemon(join(directory.path, 's'))
  await fake.start()
  const client = new DaemonClient(fake.socketPath, ownUid)
  fake.failures.set('planBlock', {
    code: 9,
    reason: 'FIREWALL_OFF',
    details: 'The firewall is switched off.',
  })
  const targets = [{ cidr: '10.0.0.1' }]
  await expect(
    client.planBlock({
      targets,
      lifetimeSeconds: 60,
      confirmSeconds: 60,
      reason: '',
      schedule: null,
      quarantine: null,
    }),
  ).rejects.toMatchObject({ code: 'failed_precondition', reason: 'FIREWALL_OFF' })
  fake.failures.set('scan', { code: 7, reason: 'DISABLED', details: 'Scans are switched off.' })
  const scan = client.scan({}, AbortSignal.timeout(5000))
  await expect(scan[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: 'DISABLED' })
  client.close()
  fake.kill()
})

test('a missing socket, a file and a link in its place are told apart', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 's')
  await expect(new DaemonClient(path, ownUid).getStatus()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('netwatcherd is not running'),
  })
  await writeFile(path, '')
  await expect(checkSocketOwner(path, ownUid)).rejects.toMatchObject({ reason: 'NOT_A_SOCKET' })
  await symlink(path, `${path}.link`)
  await expect(checkSocketOwner(`${path}.link`, ownUid)).rejects.toMatchObject({ reason: 'NOT_A_SOCKET' })
})

test('reasons for not getting through are sentences', () => {
  const sentence = (details: string) => render(unavailableText(`connect ${details} /run/s`, '/run/s'), 'en')
  expect(sentence('EACCES')).toContain('not in group netwatcher')
  expect(sentence('ENOENT')).toContain('netwatcherd is not running')
  expect(sentence('ECONNREFUSED')).toContain('netwatcherd is not running')
})
