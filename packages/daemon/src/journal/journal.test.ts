import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MIB, NO_TEXT } from '@netwatcher/shared'
import { expect, test } from 'vitest'
import type { EventKind, EventPayload, Gap } from '../model/event.js'
import { Journal, type JournalCursor } from './journal.js'

const BOOT = 'b'.repeat(32)
const ALL: ReadonlySet<EventKind> = new Set()

/** Events become JSON of their place, kind and (for gaps) content; each takes `padding` bytes more. */
function newJournal(capacityBytes = 1_000_000, padding = 0, nowMs = () => 0): Journal {
  const encode = (value: object) => Buffer.from(JSON.stringify(value).padEnd(padding))
  return new Journal(BOOT, capacityBytes, {
    encodeEvent: ({ sequence }, _atMs, { kind }) => encode({ sequence, kind }),
    encodeGap: ({ sequence }, _atMs, gap) => encode({ sequence, gap }),
    nowMs,
  })
}

function traffic(bytes: number): EventPayload {
  const counts = { txBytes: bytes - 1, rxBytes: 0, txPackets: 1, rxPackets: 0, isSecondView: false }
  const row = { deviceMac: '', deviceIp: '', remoteIp: '', protocol: 6, servicePort: 80, ...counts }
  const span = { startMs: 0, durationMs: 1000, otherBytes: 1, otherPackets: 0, dropped: 0 }
  return { kind: 'traffic', interface: 'eth0', traffic: { ...span, rows: [row] } }
}

const OBSERVATION: EventPayload = { kind: 'observation', hosts: [], names: [], clues: [] }

interface Read {
  sequence: number
  kind?: string
  gap?: Gap
}

function readAll(cursor: JournalCursor): Read[] {
  const all: Read[] = []
  for (let bytes = cursor.read(); bytes; bytes = cursor.read())
    all.push(JSON.parse(Buffer.from(bytes).toString()))
  return all
}

test('sequences count from 1 without holes, and a reader gets each event once', () => {
  const journal = newJournal()
  const cursor = journal.open(null, ALL)
  for (let i = 0; i < 3; i++) journal.append(OBSERVATION)
  expect(readAll(cursor).map(({ sequence }) => sequence)).toEqual([1, 2, 3])
  expect(readAll(cursor)).toEqual([])
  expect(journal.append(OBSERVATION)).toEqual({ bootId: BOOT, sequence: 4 })
  expect(readAll(cursor)).toEqual([{ sequence: 4, kind: 'observation' }])
})

test('a reader resumes after its position, without a gap', () => {
  const journal = newJournal()
  for (let i = 0; i < 5; i++) journal.append(OBSERVATION)
  const resumed = journal.open({ bootId: BOOT, sequence: 3 }, ALL)
  expect(readAll(resumed).map(({ sequence }) => sequence)).toEqual([4, 5])
})

test('a position of the future is refused', () => {
  expect(() => newJournal().open({ bootId: BOOT, sequence: 1 }, ALL)).toThrow(
    expect.objectContaining({ reason: 'POSITION_IN_FUTURE' }),
  )
})

test('the bytes are bounded, and what a slow reader missed is told with its traffic', () => {
  // Each event takes 100 bytes and what it costs to keep it.
  const journal = newJournal(5 * 228, 100)
  const cursor = journal.open(null, ALL)
  journal.append(OBSERVATION)
  readAll(cursor)
  for (let i = 0; i < 1000; i++) journal.append(traffic(10))
  expect(journal.status()).toMatchObject({ bytes: 5 * 228, droppedEvents: 995, subscribers: 1 })
  const [gap, ...rest] = readAll(cursor)
  expect(gap).toMatchObject({
    sequence: 996,
    gap: {
      firstSequence: 2,
      lastSequence: 996,
      trafficBytes: 9950,
      cause: { rule: 'gap_journal_full', params: {} },
    },
  })
  expect(rest.map(({ sequence }) => sequence)).toEqual([997, 998, 999, 1000, 1001])
})

test('of events that were dropped nothing is kept', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const held = 100_000
  const journal = newJournal(held * 228, 100)
  const appended = () => {
    for (let i = 0; i < held - 1; i++) journal.append(OBSERVATION)
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = appended()
  expect(appended() - before).toBeLessThan(4 * MIB)
})

test('events that somebody has read are not counted as dropped', () => {
  const journal = newJournal(2 * 228, 100)
  const cursor = journal.open(null, ALL)
  for (let i = 0; i < 10; i++) {
    journal.append(OBSERVATION)
    readAll(cursor)
  }
  expect(journal.status().droppedEvents).toBe(0)
})

test('an event larger than the journal is still held until the next one', () => {
  const journal = newJournal(10, 1000)
  journal.append(OBSERVATION)
  journal.append(OBSERVATION)
  const [gap, ...rest] = readAll(journal.open(null, ALL))
  expect(gap).toMatchObject({ gap: { firstSequence: 1, lastSequence: 1 } })
  expect(rest.map(({ sequence }) => sequence)).toEqual([2])
})

test('from another run of the daemon: a gap, then everything held', () => {
  const journal = newJournal()
  for (let i = 0; i < 2; i++) journal.append(traffic(10))
  const reads = readAll(journal.open({ bootId: 'a'.repeat(32), sequence: 900 }, ALL))
  expect(reads[0]).toMatchObject({
    sequence: 0,
    gap: { firstSequence: 0, lastSequence: 0, trafficBytes: 0 },
  })
  expect(reads.slice(1).map(({ sequence }) => sequence)).toEqual([1, 2])
})

test('from another run, after events of this one were dropped: the gap has their traffic', () => {
  const journal = newJournal(2 * 228, 100)
  for (let i = 0; i < 5; i++) journal.append(traffic(10))
  const reads = readAll(journal.open({ bootId: 'a'.repeat(32), sequence: 1 }, ALL))
  expect(reads[0]).toMatchObject({ sequence: 3, gap: { trafficBytes: 30 } })
  expect(reads.slice(1).map(({ sequence }) => sequence)).toEqual([4, 5])
})

test('resuming at a position that was dropped: a gap whose traffic is not known', () => {
  const journal = newJournal(2 * 228, 100)
  for (let i = 0; i < 5; i++) journal.append(traffic(10))
  const [gap] = readAll(journal.open({ bootId: BOOT, sequence: 1 }, ALL))
  expect(gap).toMatchObject({ gap: { firstSequence: 2, lastSequence: 3, trafficBytes: 0 } })
})

test('a reader who comes back to where somebody read last is told the traffic and the time of what is gone', () => {
  let timeMs = 5000
  const journal = newJournal(2 * 228, 100, () => ++timeMs)
  journal.append(traffic(10))
  const before = journal.open(null, ALL)
  readAll(before)
  journal.close(before)
  for (let i = 0; i < 5; i++) journal.append(traffic(10))
  const known = { firstSequence: 2, lastSequence: 4, trafficBytes: 30, fromMs: 5001, toMs: 5005 }
  const [gap, ...rest] = readAll(journal.open({ bootId: BOOT, sequence: 1 }, ALL))
  expect(gap?.gap).toMatchObject(known)
  expect(rest.map(({ sequence }) => sequence)).toEqual([5, 6])
})

test('a first reader is told what nobody has read and is gone, one that begins anew not what somebody read', () => {
  const journal = newJournal(2 * 228, 100)
  for (let i = 0; i < 5; i++) journal.append(traffic(10))
  const [gap, ...rest] = readAll(journal.open(null, ALL))
  expect(gap?.gap).toMatchObject({ firstSequence: 1, lastSequence: 3, trafficBytes: 30 })
  expect(rest.map(({ sequence }) => sequence)).toEqual([4, 5])
  for (let i = 0; i < 2; i++) journal.append(traffic(10))
  expect(readAll(journal.open(null, ALL)).map(({ sequence }) => sequence)).toEqual([6, 7])
})

test('a reader of some kinds gets only those, and gaps', () => {
  const journal = newJournal(3 * 228, 100)
  const cursor = journal.open(null, new Set<EventKind>(['observation']))
  for (let i = 0; i < 2; i++) {
    journal.append(traffic(10))
    journal.append(OBSERVATION)
  }
  const reads = readAll(cursor)
  expect(reads[0]).toMatchObject({ gap: { firstSequence: 1, lastSequence: 1, trafficBytes: 10 } })
  expect(reads.slice(1)).toEqual([
    { sequence: 2, kind: 'observation' },
    { sequence: 4, kind: 'observation' },
  ])
})

test('a waiting reader wakes up for an event, and for the end of its call', async () => {
  const journal = newJournal()
  const cursor = journal.open(null, ALL)
  const controller = new AbortController()
  const woken = cursor.wait(controller.signal)
  journal.append(OBSERVATION)
  await woken
  readAll(cursor)
  const ended = cursor.wait(controller.signal)
  controller.abort()
  await ended
  journal.close(cursor)
  expect(journal.status().subscribers).toBe(0)
})

test('a reader of some kinds is told what a sensor took with it, too', () => {
  const journal = newJournal()
  const cursor = journal.open(null, new Set<EventKind>(['alert']))
  const counts = { firstSequence: 0, lastSequence: 0, trafficBytes: 0, fromMs: 1, toMs: 2 }
  journal.append({ kind: 'gap', interface: 'eth0', gap: { ...counts, cause: NO_TEXT } })
  expect(readAll(cursor)).toEqual([{ sequence: 1, kind: 'gap' }])
})

test('a gap tells the time that it covers, from the last event that was read to the first that is held', () => {
  let timeMs = 5000
  const journal = newJournal(5 * 228, 100, () => ++timeMs)
  const cursor = journal.open(null, ALL)
  journal.append(OBSERVATION)
  readAll(cursor)
  for (let i = 0; i < 20; i++) journal.append(OBSERVATION)
  const [first] = readAll(cursor)
  expect(first?.gap).toMatchObject({ firstSequence: 2, lastSequence: 16, fromMs: 5001, toMs: 5017 })
  // Nobody knows when a reader who comes with an old position had read its last.
  for (let i = 0; i < 20; i++) journal.append(OBSERVATION)
  const late = journal.open({ bootId: BOOT, sequence: 3 }, ALL)
  expect(readAll(late)[0]?.gap).toMatchObject({ firstSequence: 4, fromMs: 0, toMs: 5038 })
})
