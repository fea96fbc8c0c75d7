/**
 * What is carried over a restart: the believed bindings, as JSON. Read back as
 * data from a stranger: every field is parsed again and the number is bounded.
 */

import { isGroupMac, parseIp, parseMac } from '@netwatcher/shared'
import { STATE_LAYOUT } from '../../model/state-layout.js'
import type { BindingTable } from '../knowledge/binding-table.js'
import { isStrong } from '../knowledge/claim.js'

const VERSION = STATE_LAYOUT.learnt
const MAX_BINDINGS = 4096
const MAX_BYTES = 1 << 20
const VLAN_TEXT = /^(\d{1,4}(\.\d{1,4}){0,3})?$/

export interface SavedBinding {
  vlan: string
  ip: string
  mac: string
  firstMs: number
  lastMs: number
}

/** `toWallMs`: capture time means nothing to the next run. */
export function writeSnapshot(table: BindingTable, toWallMs: (timeMs: number) => number): Uint8Array {
  const bindings: SavedBinding[] = []
  for (const { vlan, ip, owner } of table.addresses()) {
    if (bindings.length >= MAX_BINDINGS) break
    // The own addresses are read from the machine anew.
    if (!owner || owner.isOwn || !isStrong(owner)) continue
    const firstMs = toWallMs(owner.firstMs)
    // The clock may have been set back between the two.
    const lastMs = Math.max(firstMs, toWallMs(owner.lastMs))
    bindings.push({ vlan, ip, mac: owner.mac, firstMs, lastMs })
  }
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, bindings }))
}

/**
 * A clock that has been set back since, or has not been set yet after a start
 * without one (RTC), makes the past look like the future: then the binding was
 * last seen at `nowMs`, and is as old as it was.
 */
export function readSnapshot(bytes: Uint8Array, nowMs: number): SavedBinding[] {
  if (bytes.length > MAX_BYTES) return []
  const saved = parseJson(bytes)
  if (!isObject(saved) || saved.version !== VERSION || !Array.isArray(saved.bindings)) return []
  return saved.bindings.slice(0, MAX_BINDINGS).flatMap((entry: unknown) => {
    const binding = readBinding(entry)
    return binding === null ? [] : [notAfter(binding, nowMs)]
  })
}

function notAfter(binding: SavedBinding, nowMs: number): SavedBinding {
  const aheadMs = Math.max(0, binding.lastMs - nowMs)
  return { ...binding, firstMs: binding.firstMs - aheadMs, lastMs: binding.lastMs - aheadMs }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function readBinding(entry: unknown): SavedBinding | null {
  if (!isObject(entry)) return null
  const { vlan, ip, mac, firstMs, lastMs } = entry
  if (typeof vlan !== 'string' || !VLAN_TEXT.test(vlan)) return null
  const address = typeof ip === 'string' ? parseIp(ip) : null
  const station = typeof mac === 'string' ? parseMac(mac) : null
  if (address === null || station === null || isGroupMac(station)) return null
  if (!isTime(firstMs) || !isTime(lastMs) || lastMs < firstMs) return null
  return { vlan, ip: address, mac: station, firstMs, lastMs }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
