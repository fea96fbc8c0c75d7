/** The captures of attacks on a home network that the tests of detection replay. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const FOLDER = fileURLToPath(new URL('../../packages/daemon/test/captures/', import.meta.url))
const ATTACKS = /^(attack|conflict|h\d+)_.*\.pcap\.gz$/
const FILE_HEADER_BYTES = 24
const FRAME_HEADER_BYTES = 16

/** Their paths, as a switch and as a mirror port show them, in the order of their names. */
export function attackCaptures() {
  const names = readdirSync(FOLDER).filter((name) => ATTACKS.test(name))
  return names.sort().map((name) => FOLDER + name)
}

/** Each attack once, by turns as a switch's port and as a mirror port shows it. */
export function someCaptures() {
  const views = new Map()
  for (const path of attackCaptures()) {
    const [attack] = path.split(/\.(?:port|span)\./)
    views.set(attack, [...(views.get(attack) ?? []), path])
  }
  return [...views.values()].map((paths, i) => paths[i % paths.length])
}

/** Frames of a capture file as milliseconds since the first one and bytes. pcap, little-endian, with microseconds. */
export function readCapture(path) {
  const data = gunzipSync(readFileSync(path))
  const frames = []
  for (let at = FILE_HEADER_BYTES; at + FRAME_HEADER_BYTES <= data.length; ) {
    const timeMs = data.readUInt32LE(at) * 1000 + data.readUInt32LE(at + 4) / 1000
    const begin = at + FRAME_HEADER_BYTES
    at = begin + data.readUInt32LE(at + 8)
    frames.push({ timeMs, bytes: data.subarray(begin, at) })
  }
  const firstMs = frames[0]?.timeMs ?? 0
  return frames.map(({ timeMs, bytes }) => ({ afterMs: timeMs - firstMs, bytes }))
}
