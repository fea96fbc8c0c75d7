import { MINUTE_MS } from '@netwatcher/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestStore } from '../testing/test-store.js'
import { Authenticator } from './authenticator.js'
import { makeToken } from './token.js'

const TOKEN = makeToken()
let store: Awaited<ReturnType<typeof createTestStore>>
let nowMs: number
beforeAll(async () => {
  store = await createTestStore()
})
afterAll(() => store[Symbol.asyncDispose]())

function authenticator() {
  nowMs = 1_800_000_000_000
  const { sessions, tokens } = store.store
  return new Authenticator({ token: TOKEN, runId: 'run' }, sessions, tokens, () => nowMs)
}

const check = (subject: Authenticator, authorization?: string, session?: string) =>
  subject.check({ authorization, session, pageSecret: undefined })

test.each([
  '',
  TOKEN,
  'Bearer',
  'Bearer ',
  `Basic ${TOKEN}`,
  `x Bearer ${TOKEN}`,
  `Bearer ${TOKEN} x`,
  `Bearer ${TOKEN},`,
  `Bearer ${'x'.repeat(129)}`,
])('the header %j is refused', async (header) => {
  expect(await check(authenticator(), header)).toBe('refused')
})

test('who brings nothing has failed at nothing', async () => {
  const subject = authenticator()
  for (let i = 0; i < 30; i++) expect(await check(subject)).toBe('missing')
  expect(await check(subject, undefined, 'made up')).toBe('refused')
})

test('failures slow others down for a minute, and never the owner', async () => {
  const subject = authenticator()
  const guess = () => check(subject, 'Bearer guess')
  for (let i = 0; i < 20; i++) expect(await guess()).toBe('refused')
  expect(await guess()).toBe('too_many_failures')
  expect(await check(subject, `Bearer ${TOKEN}`)).toMatchObject({ access: 'full', way: 'bearer' })
  nowMs += MINUTE_MS - 1
  expect(await guess()).toBe('too_many_failures')
  nowMs += 1
  expect(await guess()).toBe('refused')
})
