import { expect, test } from 'vitest'
import { Budget, type Share } from './budget.js'

function open(budget: Budget, gone: string[], name: string): Share {
  const share = budget.open(() => {
    gone.push(name)
    share.close()
  })
  return share
}

test('each has so much, and no more', () => {
  const share = open(new Budget({ each: 3, all: 10 }), [], 'a')
  expect(share.take(3)).toBe(true)
  expect(share.take(1)).toBe(false)
  share.give(2)
  expect(share.take(2)).toBe(true)
  expect(share.held).toBe(3)
})

test('when all is taken, whoever holds most goes, and the small ones stay', () => {
  const gone: string[] = []
  const budget = new Budget({ each: 8, all: 10 })
  const small = open(budget, gone, 'small')
  const large = open(budget, gone, 'large')
  expect(small.take(2) && large.take(7)).toBe(true)
  expect(small.take(3)).toBe(true)
  expect(gone).toEqual(['large'])
  expect(large.take(1)).toBe(false)
  large.give(7)
  expect(open(budget, gone, 'next').take(5)).toBe(true)
  expect(gone).toEqual(['large'])
})

test('of those with as much the oldest goes, so that nobody is kept out for ever', () => {
  const gone: string[] = []
  const budget = new Budget({ each: 1, all: 2 })
  for (const name of ['a', 'b', 'c', 'd']) expect(open(budget, gone, name).take(1)).toBe(true)
  expect(gone).toEqual(['a', 'b'])
})

test('whoever holds most and asks for more goes himself', () => {
  const gone: string[] = []
  const budget = new Budget({ each: 8, all: 10 })
  const small = open(budget, gone, 'small')
  const large = open(budget, gone, 'large')
  expect(small.take(4) && large.take(6)).toBe(true)
  expect(large.take(1)).toBe(false)
  expect(gone).toEqual(['large'])
  expect(small.held).toBe(4)
})
