import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MIB } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.js'

test('what is used for long without anything being pushed out leaves no memory behind', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const map = new BoundedMap<number>(1000)
  const use = () => {
    for (let i = 0; i < 500_000; i++) {
      const key = `key-${i % 500}`
      if (i % 7 === 0) map.delete(key)
      if (map.get(key) === undefined) map.set(key, i)
      if (i % 11 === 0) map.prove(key)
    }
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = use()
  expect(use() - before).toBeLessThan(4 * MIB)
  expect(map.evicted).toBe(0)
})
