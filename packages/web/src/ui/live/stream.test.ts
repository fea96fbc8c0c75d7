import { expect, test } from 'vitest'
import { parseEvent } from './stream.js'

test('the name of the event is its type, whatever the data says', () => {
  expect(parseEvent('daemon', '{"type":"reset","connected":true,"detail":""}')).toEqual({
    type: 'daemon',
    connected: true,
    detail: '',
  })
})

test('a reset needs no data', () => {
  expect(parseEvent('reset', '')).toEqual({ type: 'reset' })
})

test.each(['', '{', 'null', '7'])('data %j is skipped', (data) => {
  expect(parseEvent('device', data)).toBeNull()
})
