import { expect, test } from 'vitest'
import { rulesSchema, templateSchema } from '../contract/channels.js'
import { sampleMessage } from './sample.js'
import { fillTemplate, type Values } from './template.js'
import { summaryOf, testMessage, withDropped } from './words.js'

const NOW = 1_800_000_000_000
const rules = rulesSchema.parse({})

test('a message says what happened and what to do, in either language', () => {
  expect(sampleMessage(rules, NOW)).toMatchObject({
    event: 'incident_opened',
    title: 'NetWatcher: critical',
    text: expect.stringMatching(/^00:00:5e:00:53:66 claims 192\.0\.2\.1 .*\n.*[Dd]isconnect/),
  })
  const indonesian = sampleMessage({ ...rules, language: 'id' }, NOW)
  expect(indonesian.title).toBe('NetWatcher: kritis')
  expect(indonesian.incident?.sentence).toMatch(/^00:00:5e:00:53:66 mengaku/)
})

test('a template says what it names, and drops lines that would be empty', () => {
  const template = templateSchema.parse({ title: '{severity} at {site}', text: '{kind}\n{count}\n\nend' })
  expect(sampleMessage({ language: 'en', template }, NOW)).toMatchObject({
    title: 'critical at default',
    text: 'gateway_spoof\n3\n\nend',
  })
  const values = { title: 'a\nb', sentence: '' } as Values
  expect(fillTemplate({ title: '{title}', text: 'x\n{sentence}\ny' }, values)).toEqual({
    title: 'a b',
    text: 'x\ny',
  })
})

test('a template that names what is not there is refused with what is', () => {
  const result = templateSchema.safeParse({ title: '{titel}', text: '{constructor}' })
  const variables = expect.stringContaining('{title} {sentence}')
  expect(result.error?.issues).toMatchObject([
    { message: 'field_no_variable', params: { variable: '{titel}', variables } },
    { message: 'field_no_variable', params: { variable: '{constructor}', variables } },
  ])
})

test('many become one, with as many lines as can be read and the number of the others', () => {
  const messages = Array.from({ length: 25 }, (_, n) => ({
    ...sampleMessage(rules, NOW + n),
    text: `line ${n}\nadvice`,
    severity: 'warning' as const,
    count: n === 24 ? 3 : 1,
  }))
  const summary = summaryOf(messages, 'en', 'f'.repeat(32))
  expect(summary).toMatchObject({ count: 27, event: 'summary', severity: 'warning', atMs: NOW + 24 })
  const lines = summary.text.split('\n')
  expect([lines.length, lines[0], lines[1], lines.at(-1)]).toEqual([
    22,
    '27 messages at once:',
    '• line 0',
    'and 7 more',
  ])
})

test('a test names its channel, and what was dropped is told', () => {
  const message = testMessage('Phone', rules, NOW, 'a'.repeat(32))
  expect(message.text).toContain('the channel Phone')
  expect(withDropped(message, 0, 'en')).toBe(message)
  expect(withDropped(message, 3, 'en')).toMatchObject({
    dropped: 3,
    text: expect.stringMatching(/\n3 messages could not be kept/),
  })
})
