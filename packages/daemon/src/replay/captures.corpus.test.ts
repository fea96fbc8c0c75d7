/**
 * The captures of test/captures with what has to be said of each, through the
 * real path from the file's bytes to the alerts; then the same frames as
 * other ports would have shown them.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { judge, parseManifest, readVerdict } from '../../../../scripts/score-verdict.mjs'
import type { FileFrame } from '../capture/capture-file.js'
import { SavefileReader } from '../capture/savefile.js'
import { doubled, lossy, padded, sourceOf, taggedOneWay, taggedTwice, type Variation } from './fake-source.js'
import { replaySource } from './replay.js'

/** Each takes less than half a minute alone, and several on a machine that much else runs on. */
const BOUND_MS = 600_000
const CAPTURES = new URL('../../test/captures/', import.meta.url)
const ROWS = parseManifest(readFileSync(new URL('verdicts.tsv', CAPTURES), 'utf8')).map(
  ({ file = '', packets = '', expected_verdict: verdict = '' }) => ({ file, packets, verdict }),
)

interface Scored {
  file: string
  missed: string[]
  falseAlarms: string[]
}

const read = new Map<string, FileFrame[]>()

function framesOf(file: string): FileFrame[] {
  const known = read.get(file)
  if (known) return known
  const reader = new SavefileReader()
  const frames = [...reader.push(gunzipSync(readFileSync(new URL(file, CAPTURES))))]
  reader.end()
  read.set(file, frames)
  return frames
}

async function scoreAll(variation: Variation, rows = ROWS): Promise<Scored[]> {
  const scored: Scored[] = []
  for (const { file, verdict } of rows) {
    const { result } = await replaySource(sourceOf(variation(framesOf(file))))
    scored.push({ file, ...judge(readVerdict(verdict), [...result.alerts.values()]) })
  }
  return scored.filter(({ missed, falseAlarms }) => missed.length + falseAlarms.length > 0)
}

test('each capture has a verdict', () => {
  const files = readdirSync(CAPTURES).filter((name) => name.endsWith('.pcap.gz'))
  expect(ROWS.map(({ file }) => file).sort()).toEqual(files.sort())
  expect(ROWS.map(({ packets }) => Number(packets))).toEqual(ROWS.map(({ file }) => framesOf(file).length))
})

test.each<[string, Variation]>([
  ['as it was captured', (frames) => [...frames]],
  ['in a VLAN of a provider, with trailers', (frames) => padded(taggedTwice(7, 20)(frames))],
  ['with each frame twice', doubled(5)],
])(
  'every verdict is right: %s',
  async (_name, variation) => {
    expect(await scoreAll(variation)).toEqual([])
  },
  BOUND_MS,
)

test(
  'every verdict is right: on a mirror that tags one way only',
  async () => {
    const mirrors = ROWS.filter(({ file }) => file.includes('.span.'))
    expect(await scoreAll(taggedOneWay(20), mirrors)).toEqual([])
  },
  BOUND_MS,
)

test(
  'with every tenth frame lost, nobody is accused, and nearly everything is still seen',
  async () => {
    const wrong = await scoreAll(lossy(0.1))
    expect(wrong.filter(({ falseAlarms }) => falseAlarms.length > 0)).toEqual([])
    expect(wrong.length).toBeLessThan(ROWS.length * 0.05)
  },
  BOUND_MS,
)
