import { NetWatcherError } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { CommandOutcome, CommandRunner } from './command.js'
import { createIptables } from './iptables.js'

function setUp(outcome: CommandOutcome | ((file: string) => CommandOutcome)) {
  const calls: { file: string; args: readonly string[]; input: string | undefined }[] = []
  const run: CommandRunner = async (file, args, options) => {
    calls.push({ file, args, input: options?.input })
    return typeof outcome === 'function' ? outcome(file) : outcome
  }
  return { iptables: createIptables(run), calls }
}

function exited(code: number, stdout = '', stderr = ''): CommandOutcome {
  return { type: 'exited', code, stdout, stderr }
}

test('rules are given on standard input, never as arguments', async () => {
  const { iptables, calls } = setUp(exited(0, 'saved'))
  expect(await iptables.save(4)).toBe('saved')
  await iptables.restore(6, '*filter\nCOMMIT\n')
  expect(calls).toEqual([
    { file: 'iptables-save', args: ['-t', 'filter'], input: '' },
    { file: 'ip6tables-restore', args: ['--noflush', '-w', '5'], input: '*filter\nCOMMIT\n' },
  ])
})

test('both families must be installed', async () => {
  expect(await setUp(exited(0, 'iptables v1.8.9 (nf_tables)\n')).iptables.version()).toBe(
    'iptables v1.8.9 (nf_tables)',
  )
  for (const missing of ['iptables', 'ip6tables']) {
    const { iptables } = setUp((file) => (file === missing ? { type: 'not_found' } : exited(0, 'v')))
    expect(await iptables.version()).toBe(null)
  }
})

test.each([
  [{ type: 'not_found' } as const, 'IPTABLES_MISSING', 'failed_precondition'],
  [exited(4, '', 'Another app is holding the xtables lock'), 'IPTABLES_BUSY', 'unavailable'],
  [exited(2, '', 'line 3 failed\nTry --help'), 'IPTABLES_FAILED', 'internal'],
  [
    { type: 'stopped', reason: 'timeout', stdout: '', stderr: '' } as const,
    'IPTABLES_TIMEOUT',
    'unavailable',
  ],
])('%j is %s', async (outcome, reason, code) => {
  const failure = setUp(outcome).iptables.restore(4, '')
  await expect(failure).rejects.toThrow(NetWatcherError)
  await expect(failure).rejects.toMatchObject({ reason, code })
})
