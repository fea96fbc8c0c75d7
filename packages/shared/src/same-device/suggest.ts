/**
 * Which MACs are probably one device. Phones and laptops make up a new MAC now
 * and then; what they say of themselves stays, and they are never there under
 * both at once. Said only with reasons, and only where one of the two MACs is
 * made up: a wrong merge is worse than none.
 */

import { isLocallyAdministered } from '../mac.js'
import { type Text, text } from '../text.js'
import { cluesOf, type MacProfile, type Mark, type MarkKind, marksOf } from './marks.js'

export interface Suggestion {
  /** The later of the two, and the earlier. */
  mac: string
  earlierMac: string
  /** 0 to 1. */
  confidence: number
  reasons: Text[]
}

/** How much each kind of mark tells by itself. */
const WEIGHT: Record<MarkKind, number> = { client_id: 0.9, service: 0.9, name: 0.8 }
/** Systems are asked for the same options in the same order: that fits, and no more. */
const SAME_OPTIONS = 0.2
/** A server keeps an address for whom it gave it to: with the same system and the same name it may well be one. */
const SAME_ADDRESS = 0.6
/** Rotation leaves a gap of seconds; this much is the same moment told twice. */
const SLACK_MS = 5_000
/** Of a mark in time: each is compared with as many before it. */
const COMPARED = 8
/** With more bearers a mark is a default that nobody has changed. */
const MOST_BEARERS = 400
const LEAST_CONFIDENCE = 0.5

interface Bearer {
  profile: MacProfile
  marks: readonly Mark[]
}

/** Pairs in no order; of those that a person has decided about, the caller takes them out. */
export function suggestSameDevices(profiles: readonly MacProfile[]): Suggestion[] {
  const steps = suggestInSteps(profiles)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same with a pause wherever it yields, well below a millisecond apart, for whoever has other work. */
export function* suggestInSteps(profiles: readonly MacProfile[]): Generator<void, Suggestion[]> {
  const crowd: Crowd = { groups: new Map(), shared: new Set(), hostNames: new Map() }
  for (const profile of profiles) {
    gather(crowd, profile)
    yield
  }
  for (const [key, group] of crowd.groups) {
    if (!key.startsWith('address') && isShared(group)) crowd.shared.add(key)
    yield
  }
  const found = new Map<string, Suggestion>()
  for (const group of crowd.groups.values()) {
    for (const [earlier, later] of pairsOf(group)) {
      const key = `${earlier.profile.mac} ${later.profile.mac}`
      const suggestion = found.has(key) ? null : judge(earlier, later, crowd)
      if (suggestion) found.set(key, suggestion)
    }
    yield
  }
  return [...found.values()]
}

/** All of them, by what they have in common. */
interface Crowd {
  /** By mark, and by address. */
  groups: Map<string, Bearer[]>
  /** Marks that two bear at the same time. */
  shared: Set<string>
  /** Who calls itself so in DHCP. */
  hostNames: Map<string, MacProfile[]>
}

function gather({ groups, hostNames }: Crowd, profile: MacProfile): void {
  const bearer: Bearer = { profile, marks: marksOf(profile) }
  for (const { kind, value } of bearer.marks) note(groups, `${kind} ${value}`, bearer)
  for (const ip of profile.ips) note(groups, `address ${ip}`, bearer)
  for (const name of cluesOf(profile, 'dhcp_12')) note(hostNames, name, profile)
}

function note<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key)
  if (list) list.push(one)
  else lists.set(key, [one])
}

/** Two of them were there at the same time. */
function isShared(group: readonly Bearer[]): boolean {
  if (group.length > MOST_BEARERS) return true
  const byStart = inOrder(group)
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { profile } of byStart) {
    if (profile.firstSeenMs < lastMs - SLACK_MS) return true
    lastMs = Math.max(lastMs, profile.lastSeenMs)
  }
  return false
}

function inOrder(group: readonly Bearer[]): Bearer[] {
  return [...group].sort((a, b) => a.profile.firstSeenMs - b.profile.firstSeenMs)
}

function* pairsOf(group: readonly Bearer[]): Generator<[Bearer, Bearer]> {
  const byStart = inOrder(group)
  for (const [i, later] of byStart.entries()) {
    for (const earlier of byStart.slice(Math.max(0, i - COMPARED), i)) yield [earlier, later]
  }
}

function judge(earlier: Bearer, later: Bearer, { shared, hostNames }: Crowd): Suggestion | null {
  const [before, after] = [earlier.profile, later.profile]
  const gapMs = after.firstSeenMs - before.lastSeenMs
  if (gapMs < -SLACK_MS || before.mac === after.mac) return null
  if (!isLocallyAdministered(before.mac) && !isLocallyAdministered(after.mac)) return null
  if (contradict(earlier, later)) return null
  const isMine = ({ kind, value }: Mark) =>
    !shared.has(`${kind} ${value}`) && later.marks.some((mark) => mark.kind === kind && mark.value === value)
  const common = earlier.marks.filter(isMine)
  const options = compare(cluesOf(before, 'dhcp_55'), cluesOf(after, 'dhcp_55'))
  if (options === 'different' && common.every(({ kind }) => kind === 'name')) return null
  const weights = common.map(({ kind }) => WEIGHT[kind])
  const reasons = common.map(({ kind, shown }) => text(`same_${kind}`, { name: shown }))
  if (common.length === 0) {
    const ip = options === 'same' ? takenOver(before, after, hostNames) : null
    if (ip === null) return null
    weights.push(SAME_ADDRESS)
    reasons.push(text('took_over_address', { ip }))
  } else if (options === 'same') weights.push(SAME_OPTIONS)
  if (options === 'same') reasons.push(text('same_options'))
  reasons.push(text('handed_over', { gap_ms: Math.max(0, Math.round(gapMs)) }))
  const confidence = 1 - weights.reduce((doubt, weight) => doubt * (1 - weight), 1)
  if (confidence < LEAST_CONFIDENCE) return null
  return { mac: after.mac, earlierMac: before.mac, confidence: Math.round(confidence * 100) / 100, reasons }
}

/** Each announces a service of the same type under a name of its own: serial numbers that differ. */
function contradict(earlier: Bearer, later: Bearer): boolean {
  const services = ({ marks }: Bearer) => {
    const byType = new Map<string, Set<string>>()
    for (const { kind, value } of marks) {
      if (kind !== 'service') continue
      const type = value.slice(value.lastIndexOf('._', value.lastIndexOf('._') - 1))
      byType.set(type, (byType.get(type) ?? new Set()).add(value))
    }
    return byType
  }
  const theirs = services(later)
  return [...services(earlier)].some(([type, names]) => {
    const others = theirs.get(type)
    return others !== undefined && ![...names].some((name) => others.has(name))
  })
}

function compare(one: ReadonlySet<string>, other: ReadonlySet<string>): 'same' | 'different' | 'unknown' {
  if (one.size === 0 || other.size === 0) return 'unknown'
  return [...one].some((value) => other.has(value)) ? 'same' : 'different'
}

/**
 * The address that the later one got from the earlier one, where both have the name of the same model, asked
 * for it themselves, and nobody else of that model could be the one who left.
 */
function takenOver(before: MacProfile, after: MacProfile, hostNames: Crowd['hostNames']): string | null {
  const [name] = cluesOf(after, 'dhcp_12')
  if (name === undefined || !cluesOf(before, 'dhcp_12').has(name)) return null
  if (!isLocallyAdministered(before.mac) || !isLocallyAdministered(after.mac)) return null
  const others = hostNames.get(name)?.some((profile) => profile !== before && profile !== after)
  if (others) return null
  return after.ips.find((ip) => !ip.includes(':') && before.ips.includes(ip)) ?? null
}
