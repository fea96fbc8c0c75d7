/**
 * The rules by which a device is known, as data: one file per source of
 * evidence. A rule rests on one clue (and at times on another besides), and says
 * a type with its weight, a maker, a model, a system, or several of them.
 */

import { CLUE_SOURCES, type ClueSource } from '../clues.js'
import { groupBy } from './group-by.js'
import beacon from './rules/beacon.json' with { type: 'json' }
import combined from './rules/combined.json' with { type: 'json' }
import destinations from './rules/destinations.json' with { type: 'json' }
import dhcp from './rules/dhcp.json' with { type: 'json' }
import link from './rules/link.json' with { type: 'json' }
import mdns from './rules/mdns.json' with { type: 'json' }
import name from './rules/name.json' with { type: 'json' }
import smb from './rules/smb.json' with { type: 'json' }
import ssdp from './rules/ssdp.json' with { type: 'json' }
import traffic from './rules/traffic.json' with { type: 'json' }
import vendor from './rules/vendor.json' with { type: 'json' }

export const DEVICE_TYPES = [
  'phone',
  'tablet',
  'computer',
  'server',
  'printer',
  'nas',
  'camera',
  'tv',
  'speaker',
  'console',
  'router',
  'access-point',
  'switch',
  'plug',
  'light',
  'lock',
  'thermostat',
  'hub',
  'voip-phone',
  'watch',
  'iot',
] as const
export type DeviceType = (typeof DEVICE_TYPES)[number]

/** Besides clues: any of its names, the maker of its network card, any name that it asked for or said hello to. */
export const FACT_SOURCES = [...CLUE_SOURCES, 'name', 'vendor', 'destination'] as const
export type FactSource = ClueSource | 'name' | 'vendor' | 'destination'

export interface Rule {
  source: FactSource
  /** Of the clue's value, letters of either case. */
  match: RegExp
  /** What must be known besides. */
  also: { source: FactSource; match: RegExp } | null
  type: DeviceType | null
  /** How sure the type is by this clue alone, 0 to 1; 0 where there is no type. */
  weight: number
  /** `$1` stands for what the first group of `match` found; empty when the rule says nothing of it. */
  vendor: string
  model: string
  os: string
}

/** As it stands in the files. */
interface RawRule {
  source: string
  match: string
  also?: { source: string; match: string }
  type?: string
  weight?: number
  vendor?: string
  model?: string
  os?: string
}

const FILES: { evidence: string; rules: RawRule[] }[] = [
  combined,
  mdns,
  beacon,
  ssdp,
  link,
  dhcp,
  name,
  smb,
  destinations,
  traffic,
  vendor,
]

/** By the source of the clue, so that each clue meets only rules that can match. */
export const RULES: ReadonlyMap<FactSource, readonly Rule[]> = groupBy(
  FILES.flatMap(({ rules }) => rules.map(compile)),
  ({ source }) => source,
)

function compile({ source, match, also, type, weight, vendor, model, os }: RawRule): Rule {
  return {
    source: sourceOf(source),
    match: new RegExp(match, 'iu'),
    also: also ? { source: sourceOf(also.source), match: new RegExp(also.match, 'iu') } : null,
    type: DEVICE_TYPES.find((known) => known === type) ?? null,
    weight: type === undefined ? 0 : (weight ?? 0),
    vendor: vendor ?? '',
    model: model ?? '',
    os: os ?? '',
  }
}

function sourceOf(source: string): FactSource {
  const known = FACT_SOURCES.find((one) => one === source)
  if (known === undefined) throw new Error(`A rule rests on "${source}", which is no source.`)
  return known
}
