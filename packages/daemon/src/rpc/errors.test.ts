import { saidError, text } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { Logger } from '../os/log.js'
import { toServiceError } from './errors.js'

const NOTHING: Logger = { info() {}, warn() {}, error() {} }

test('a sentence of the catalogue goes with its rule and parameters, unless it is too long', () => {
  const said = text('guard_router', { target: '10.0.0.1', ip: '10.0.0.1' })
  const told = toServiceError(saidError('failed_precondition', 'TARGET_GATEWAY', said), 'planBlock', NOTHING)
  expect(told.metadata.get('netwatcher-reason')).toEqual(['TARGET_GATEWAY'])
  expect(JSON.parse(String(told.metadata.get('netwatcher-said-bin')[0]))).toEqual(said)
  const long = text('guard_router', { target: 'x'.repeat(5000), ip: '10.0.0.1' })
  const cut = toServiceError(saidError('failed_precondition', 'TARGET_GATEWAY', long), 'planBlock', NOTHING)
  expect(cut.metadata.get('netwatcher-said-bin')).toEqual([])
})
