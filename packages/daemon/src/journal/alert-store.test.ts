import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_TEXT } from '@netwatcher/shared'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StoredAlert } from '../model/alert.js'
import { openStateDirectory, type SetAside } from '../os/state-directory.js'
import { type AlertLimits, AlertStore } from './alert-store.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }
const LIMITS: AlertLimits = { count: 100, alertBytes: 1_000_000, evidenceBytes: 1_000_000 }
const EVIDENCE = Buffer.from('0a0d0d0a', 'hex')

let directory: string
let setAside: SetAside[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netwatcher-alerts-'))
  setAside = []
})
afterEach(() => rmSync(directory, { recursive: true }))

function open(limits: Partial<AlertLimits> = {}): { store: AlertStore; again: StoredAlert[] } {
  const files = openStateDirectory(directory, (one) => setAside.push(one))
  const store = new AlertStore(files, { ...LIMITS, ...limits }, LOG)
  return { store, again: store.load() }
}

function alert(number: number, changes: Partial<StoredAlert> = {}): StoredAlert {
  return {
    id: number.toString(16).padStart(32, '0'),
    kind: 'arp_spoof',
    severity: 'warning',
    state: 'ended',
    ip: '192.168.1.1',
    vlan: 0,
    parties: [{ role: 'suspect', mac: '02:00:00:00:00:01', ip: '', certainty: 'likely' }],
    expected: NO_TEXT,
    seen: NO_TEXT,
    reasonsFor: [],
    reasonsAgainst: [],
    verifications: [],
    advice: NO_TEXT,
    firstSeenMs: number,
    lastSeenMs: number,
    count: 1,
    interface: 'eth0',
    evidenceBytes: 0,
    ...changes,
  }
}

test('unacknowledged alerts are reported again by the next run, with their evidence', () => {
  const { store } = open()
  store.put(alert(1), EVIDENCE)
  store.put(alert(2), null)
  store.reported(alert(2).id, 7)
  store.acknowledge(7)
  const { store: next, again } = open()
  expect(again).toEqual([alert(1, { evidenceBytes: EVIDENCE.length })])
  expect(next.unacknowledged).toBe(1)
  expect(Buffer.from(next.evidence(alert(1).id) ?? [])).toEqual(EVIDENCE)
  expect(next.evidence(alert(2).id)).toBeNull()
})

test('acknowledging takes what was reported up to there, and a later change counts again', () => {
  const { store } = open()
  for (const number of [1, 2, 3]) {
    store.put(alert(number), null)
    store.reported(alert(number).id, number * 10)
  }
  store.acknowledge(20)
  expect(store.unacknowledged).toBe(1)
  store.put(alert(1, { count: 2 }), null)
  store.reported(alert(1).id, 40)
  expect(store.unacknowledged).toBe(2)
  store.acknowledge(30)
  expect(store.unacknowledged).toBe(1)
})

test('an alert of an earlier version keeps its words, and that it was acknowledged', () => {
  const { vlan: _vlan, parties: _parties, ...rest } = alert(1)
  const worded = { macs: ['02:00:00:00:00:01'], victim: null, expected: 'This.', seen: 'That.', advice: '' }
  const file = { version: 1, isAcknowledged: true, alert: { ...rest, ...worded } }
  writeFileSync(join(directory, `${alert(1).id}.json`), JSON.stringify(file))
  const { store, again } = open()
  expect(again).toEqual([])
  expect(store.get(alert(1).id)?.seen).toEqual({ rule: '', params: { text: 'That.' } })
  expect(setAside).toEqual([])
})

test('an alert that was going on when the daemon stopped has ended, and that is news', () => {
  const { store } = open()
  store.put(alert(1, { state: 'active' }), null)
  store.reported(alert(1).id, 1)
  store.acknowledge(1)
  expect(open().again).toEqual([alert(1, { state: 'ended' })])
})

test('a damaged list of what is acknowledged has everything reported again', () => {
  const { store } = open()
  store.put(alert(1), null)
  store.reported(alert(1).id, 1)
  store.acknowledge(1)
  expect(open().again).toEqual([])
  writeFileSync(join(directory, 'acknowledged.json'), '[1]')
  expect(open().again).toEqual([alert(1)])
  expect(setAside).toMatchObject([{ file: 'acknowledged.json' }])
})

test('an update without evidence keeps the evidence', () => {
  const { store } = open()
  store.put(alert(1), EVIDENCE)
  expect(store.put(alert(1, { count: 2 }), null).evidenceBytes).toBe(EVIDENCE.length)
})

test.each([
  ['cut short', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['zeros', (text: string) => '\0'.repeat(text.length)],
  ['another alert', (text: string) => text.replace(alert(1).id, alert(9).id)],
  ['another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['not an object', () => 'null'],
  ['no list', (text: string) => text.replace('"parties":[', '"parties":1,"x":[')],
  ['a list of the wrong kind', (text: string) => text.replace('"reasonsFor":[]', '"reasonsFor":[null]')],
  ['a text that is a number', (text: string) => text.replace('"interface":"eth0"', '"interface":7')],
  ['no kind of alert', (text: string) => text.replace('"kind":"arp_spoof"', '"kind":"constructor"')],
])('a damaged file (%s) is set aside, and the others are kept', (_what, damage) => {
  const { store } = open()
  store.put(alert(1), null)
  store.put(alert(2), null)
  const path = join(directory, `${alert(1).id}.json`)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, damage(text))
  const { store: next, again } = open()
  expect(again).toEqual([alert(2)])
  expect(setAside).toMatchObject([{ file: `${alert(1).id}.json` }])
  expect(readFileSync(setAside[0]?.path ?? '', 'utf8')).toBe(damage(text))
  next.put(alert(1), null)
  expect(
    open()
      .again.map(({ id }) => id)
      .sort(),
  ).toEqual([alert(1).id, alert(2).id])
})

test('a file that a kill left half-written is not taken for an alert', () => {
  open().store.put(alert(1), null)
  writeFileSync(join(directory, `${alert(2).id}.json.tmp`), '{"version":1')
  writeFileSync(join(directory, `${alert(3).id}.pcapng`), EVIDENCE)
  expect(open().again).toEqual([alert(1)])
  expect(readdirSync(directory)).toEqual([`${alert(1).id}.json`])
})

test('the number of alerts is bounded: acknowledged and milder ones go first', () => {
  const { store } = open({ count: 3 })
  store.put(alert(1, { severity: 'critical' }), null)
  store.put(alert(2, { severity: 'critical' }), null)
  store.reported(alert(2).id, 1)
  store.acknowledge(1)
  store.put(alert(3, { severity: 'info' }), null)
  store.put(alert(4), null)
  store.put(alert(5), null)
  const ids = store.list({ limit: 10, activeOnly: false }).map(({ id }) => id)
  expect(ids).toEqual([alert(5).id, alert(4).id, alert(1).id])
  expect(readdirSync(directory).filter((name) => name !== 'acknowledged.json').length).toBe(3)
})

test('a sensor that invents alerts pushes out its own, not those of others or of the daemon', () => {
  const { store } = open({ count: 10, evidenceBytes: 20 * EVIDENCE.length })
  const long = Buffer.alloc(2 * EVIDENCE.length)
  for (const number of [1, 2, 3]) store.put(alert(number, { interface: 'eth1', severity: 'info' }), EVIDENCE)
  store.put(alert(4, { interface: 'eth0', kind: 'watch_stopped' }), null)
  for (let number = 5; number < 100; number++) store.put(alert(number, { severity: 'critical' }), long)
  const kept = store.list({ limit: 100, activeOnly: false })
  expect(kept.map(({ id }) => Number.parseInt(id, 16))).toEqual([99, 98, 97, 96, 95, 94, 4, 3, 2, 1])
  expect(store.evidence(alert(1).id)).not.toBeNull()
})

test('drills, however many, push out no alert', () => {
  const { store } = open({ count: 10 })
  for (const number of [1, 2, 3]) store.put(alert(number, { severity: 'info' }), null)
  for (let number = 4; number < 50; number++) store.put(alert(number, { kind: 'drill' }), null)
  for (let number = 50; number < 57; number++) store.put(alert(number), null)
  const kept = store.list({ limit: 100, activeOnly: false }).map(({ id }) => Number.parseInt(id, 16))
  expect(kept).toEqual([56, 55, 54, 53, 52, 51, 50, 3, 2, 1])
})

test('the bytes of evidence are bounded: the alert stays, its evidence goes', () => {
  const { store } = open({ evidenceBytes: 10 })
  for (const number of [1, 2, 3]) store.put(alert(number), EVIDENCE)
  expect(store.get(alert(1).id)?.evidenceBytes).toBe(0)
  expect(store.evidence(alert(1).id)).toBeNull()
  expect(store.get(alert(3).id)?.evidenceBytes).toBe(4)
  expect(readdirSync(directory).filter((name) => name.endsWith('.pcapng')).length).toBe(2)
})

test('lists are newest first, limited, and of active alerts when asked', () => {
  const { store } = open()
  for (const number of [2, 3, 1]) store.put(alert(number, { state: number === 3 ? 'ended' : 'active' }), null)
  const list = (limit: number, activeOnly: boolean) =>
    store.list({ limit, activeOnly }).map(({ lastSeenMs }) => lastSeenMs)
  expect(list(10, false)).toEqual([3, 2, 1])
  expect(list(1, false)).toEqual([3])
  expect(list(10, true)).toEqual([2, 1])
})

test('what a full disk has refused is written once there is room', () => {
  const files = openStateDirectory(directory, () => {})
  let isFull = true
  const write: typeof files.write = (name, content) => {
    if (isFull) throw new Error('ENOSPC')
    files.write(name, content)
  }
  const store = new AlertStore({ ...files, write }, LIMITS, LOG)
  for (const id of [1, 2]) store.put(alert(id), null)
  store.catchUp()
  expect(open().again).toEqual([])
  isFull = false
  store.catchUp()
  expect(open().again).toEqual([alert(1), alert(2)])
  const names = readdirSync(directory).length
  for (const name of readdirSync(directory)) rmSync(join(directory, name))
  store.catchUp()
  expect([names, readdirSync(directory).length]).toEqual([2, 0])
})

test('a disk that has become read-only keeps no alert from being reported, beyond the limits either', () => {
  const refuse = () => {
    throw new Error('EROFS')
  }
  const files = openStateDirectory(directory, () => {})
  const store = new AlertStore({ ...files, write: refuse, remove: refuse }, { ...LIMITS, count: 1 }, LOG)
  for (const id of [1, 2]) expect(store.put(alert(id), null)).toEqual(alert(id))
  expect(store.list({ limit: 10, activeOnly: false })).toHaveLength(1)
})

test('on a full disk alerts are still kept and listed, and that is said once', () => {
  const errors: string[] = []
  const files = openStateDirectory(directory, () => {})
  const full = {
    ...files,
    write: () => {
      throw new Error('ENOSPC')
    },
  }
  const store = new AlertStore(full, LIMITS, { ...LOG, error: (text) => void errors.push(text) })
  expect(store.put(alert(1), EVIDENCE)).toEqual(alert(1))
  store.put(alert(2), EVIDENCE)
  expect(store.list({ limit: 10, activeOnly: false }).length).toBe(2)
  expect(errors.length).toBe(1)
})
