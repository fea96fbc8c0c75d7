import { expect, test } from 'vitest'
import { channelBody } from '../../../contract/channels.js'
import { bodyOf, type ChannelDraft, TYPES } from './channel-fields.js'

const VALUES = {
  url: 'https://example.org/in',
  topic: 'a-name-nobody-guesses',
  chatId: '-100123',
  host: 'mail.example.org',
  port: ' 2525 ',
  from: 'nw@example.org',
  to: 'a@example.org, b@example.org',
  username: 'nw',
}

function draft(changes: Partial<ChannelDraft>): ChannelDraft {
  return {
    ...{
      name: ' Phone ',
      type: 'ntfy',
      values: VALUES,
      secret: 'hush',
      tellsOfDevices: false,
      language: 'id',
    },
    ...changes,
  }
}

test.each(TYPES)('what is asked for %s is enough for the server', (type) => {
  const made = channelBody.parse(bodyOf(draft({ type })))
  expect(made).toMatchObject({ name: 'Phone', settings: { type }, rules: { language: 'id' } })
})

test('ports are numbers, receivers a list, and what is left empty is what is usual', () => {
  const made = channelBody.parse(bodyOf(draft({ type: 'email' })))
  expect(made.settings).toMatchObject({ port: 2525, to: ['a@example.org', 'b@example.org'] })
  const usual = channelBody.parse(bodyOf(draft({ values: { topic: 'abc' }, secret: '' })))
  expect(usual.settings).toMatchObject({ url: 'https://ntfy.sh' })
  expect(usual.secret).toBeUndefined()
})

test('devices are told of only when that is wanted; a type without a secret gets none', () => {
  expect(bodyOf(draft({})).rules.events).not.toContain('device_new')
  expect(bodyOf(draft({ tellsOfDevices: true })).rules.events).toContain('device_gone')
  expect(bodyOf(draft({ type: 'journal' }))).not.toHaveProperty('secret')
})
