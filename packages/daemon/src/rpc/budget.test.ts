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

test('what somebody gives back after the end is nobody’s, and counts once', () => {
  const gone: string[] = []
  const budget = new Budget({ each: 8, all: 10 })
  const ended = open(budget, gone, 'ended')
  expect(ended.take(8)).toBe(true)
  ended.close()
  ended.give(8)
  const [one, other] = ['one', 'other'].map((name) => open(budget, gone, name))
  expect(one?.take(8) && other?.take(8)).toBe(true)
  expect(gone).toEqual(['one'])
})

test('more than all there is ends nobody for it who holds nothing', () => {
  const gone: string[] = []
  const budget = new Budget({ each: 20, all: 10 })
  open(budget, gone, 'silent')
  expect(open(budget, gone, 'greedy').take(15)).toBe(true)
  expect(gone).toEqual([])
})
