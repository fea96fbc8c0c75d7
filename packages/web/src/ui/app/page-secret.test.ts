import { expect, test } from 'vitest'
import { createPageSecret } from './page-secret.js'

function fakeStorage() {
  const items = new Map<string, string>()
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as Storage
}

test('a reload and another tab have it, and follow a new login', () => {
  const storage = fakeStorage()
  const tab = createPageSecret(() => storage)
  const other = createPageSecret(() => storage)
  expect(tab.get()).toBeNull()
  tab.set('one')
  other.set('two')
  expect([tab.get(), other.get(), createPageSecret(() => storage).get()]).toEqual(['two', 'two', 'two'])
})

test('without storage it lasts as long as the page', () => {
  const page = createPageSecret(() => {
    throw new DOMException('switched off', 'SecurityError')
  })
  expect(page.get()).toBeNull()
  page.set('one')
  expect(page.get()).toBe('one')
})
