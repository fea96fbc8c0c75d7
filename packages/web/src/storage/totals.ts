/**
 * What is totalled, and over which windows of time: for each flow, destination
 * and device the sums of all time and, by subtraction, those since each window
 * began. SQL that several files need is spelled here once.
 */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '@netwatcher/shared'

/** Scopes of the usage tables. */
export const USAGE_SENSOR = 0
export const USAGE_DEVICE = 1
export const USAGE_DESTINATION = 2

export const COUNTERS = ['tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets'] as const
export const COUNTER_COLUMNS = COUNTERS.join(', ')

/** Where sums stay: JavaScript counts no further, and SQLite's own sum() fails beyond 2^63 and takes the list with it. */
const MOST = Number.MAX_SAFE_INTEGER

/** SQL for the sum of an expression over rows, 0 over none. Exact up to where it stays. */
export function sumOf(expression: string): string {
  return `CAST(min(total(${expression}), ${MOST}) AS INTEGER)`
}

/** SQL for the sum of two counters. */
export function sumOfTwo(one: string, other: string): string {
  return `min(${one} + ${other}, ${MOST})`
}

export const SUMS = COUNTERS.map((counter) => `${sumOf(counter)} AS ${counter}`).join(', ')

/** Finest first. A stored row is in exactly one level. */
export const LEVELS = [
  { name: 'minute', gridMs: MINUTE_MS },
  { name: 'hour', gridMs: HOUR_MS },
  { name: 'day', gridMs: DAY_MS },
] as const

/** Where the stored rows of something are. */
export interface RowSet {
  family: 'traffic' | 'usage'
  key: 'flow_id' | 'key'
  /** Of the usage tables; traffic has none. */
  scope: number | null
}

export const SENSOR_ROWS: RowSet = { family: 'usage', key: 'key', scope: USAGE_SENSOR }

/** A table with totals per key. */
export interface Totals extends RowSet {
  table: 'flow' | 'destination' | 'device'
  id: 'id' | 'address_id'
  /** Column of arriving rows that names the key. */
  arrivesAs: 'flow_id' | 'remote_id' | 'device_id'
}

export const FLOWS: Totals = {
  ...{ family: 'traffic', key: 'flow_id', scope: null },
  ...{ table: 'flow', id: 'id', arrivesAs: 'flow_id' },
}
export const DESTINATIONS: Totals = {
  ...{ family: 'usage', key: 'key', scope: USAGE_DESTINATION },
  ...{ table: 'destination', id: 'address_id', arrivesAs: 'remote_id' },
}
export const DEVICES: Totals = {
  ...{ family: 'usage', key: 'key', scope: USAGE_DEVICE },
  ...{ table: 'device', id: 'id', arrivesAs: 'device_id' },
}
export const TOTALS = [FLOWS, DESTINATIONS, DEVICES] as const
/** Those that may be very many, and so have ranks. */
export const RANKED = [FLOWS, DESTINATIONS] as const

/**
 * The spans that pages ask for. Rows as old as the start of a window lie on its
 * grid. The rank bounds what was counted in the window; those of the longer
 * ones are not worth an index of their own, because most of what counts in them
 * also counts over all time.
 */
export const WINDOWS = [
  { name: 'hour', spanMs: HOUR_MS, gridMs: MINUTE_MS, rank: 'hour' },
  { name: 'day', spanMs: DAY_MS, gridMs: HOUR_MS, rank: 'day' },
  { name: 'week', spanMs: 7 * DAY_MS, gridMs: HOUR_MS, rank: 'bytes' },
  { name: 'month', spanMs: 30 * DAY_MS, gridMs: HOUR_MS, rank: 'bytes' },
] as const
export type Window = (typeof WINDOWS)[number]
export type Counter = (typeof COUNTERS)[number]

/** SQL for what a key had counted when the window began. */
export function before({ name }: Window, counter: Counter): string {
  return `${counter}_before_${name}`
}

/** SQL for a key's bytes since the window began. */
function bytesSince(window: Window): string {
  return `(tx_bytes + rx_bytes - ${before(window, 'tx_bytes')} - ${before(window, 'rx_bytes')})`
}

/** SQL that adds the counters of `n` to what had been counted when the window began. */
export function addBefore(window: Window): string {
  return COUNTERS.map(
    (counter) => `${before(window, counter)} = ${sumOfTwo(before(window, counter), `n.${counter}`)}`,
  ).join(', ')
}

/**
 * Lists are ordered by an index over a coarse rank, which seldom changes, and
 * sorted exactly only within a rank: an index over the sums themselves would
 * have to be rewritten for every row.
 */
export function rankOf(bytes: string): string {
  return `CAST(8 * log2(1 + max(0, ${bytes})) AS INTEGER)`
}

/** Step of the rank by time. */
export const SEEN_RANK_MS = 5 * MINUTE_MS

/** The ranks of a flow or destination with their values, as SQL. */
const RANKS = {
  bytes_rank: rankOf('tx_bytes + rx_bytes'),
  seen_rank: `last_seen_ms / ${SEEN_RANK_MS}`,
  hour_rank: rankOf(bytesSince(WINDOWS[0])),
  day_rank: rankOf(bytesSince(WINDOWS[1])),
} as const

type Rank = keyof typeof RANKS

/** SQL that brings ranks up to date for the keys that a query gives. */
export function updateRanks({ table, id }: Totals, ranks: readonly Rank[], keys: string): string {
  const sets = ranks.map((rank) => `${rank} = ${RANKS[rank]}`).join(', ')
  const changed = ranks.map((rank) => `${rank} <> ${RANKS[rank]}`).join(' OR ')
  return `UPDATE ${table} SET ${sets} WHERE ${id} IN (${keys}) AND (${changed})`
}

/** SQL that adds counters, where an insertion meets a row that is there. */
export const ADD_EXCLUDED = COUNTERS.map(
  (counter) => `${counter} = ${sumOfTwo(counter, `excluded.${counter}`)}`,
).join(', ')
