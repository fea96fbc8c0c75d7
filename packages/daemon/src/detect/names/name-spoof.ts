/**
 * Poisoning of LLMNR, NetBIOS names and mDNS: a station that answers for names
 * which are not its own, so that whoever mistypes a server's name, or looks for
 * a proxy (WPAD), comes to it and logs in. A host may answer for its own names
 * only (RFC 4795 section 2, RFC 6762 section 6, RFC 1001 section 15). Those who
 * speak for others (reflectors, sleep proxies, WINS) give each name its own
 * address; a poisoner gives all names one. Counted are names that others asked
 * for before their answerer ever called itself so.
 */

import { MINUTE_MS, SECOND_MS, text } from '@netwatcher/shared'
import type { NameProtocol } from '../../wire/encode-name-query.js'
import type { Packet } from '../../wire/packet.js'
import type { ProbeResult } from '../engine/detection.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'
import { inventedNameFinding } from './invented-name.js'
import { baseName, type NameAnswer, nameAnswers, plainName } from './name-answers.js'

const WINDOW_MS = 10 * MINUTE_MS
/** A computer has one name there, and at times an alias or the name of its domain. */
const NAMES = 3
/** Over mDNS hosts publish aliases for what they serve. */
const MDNS_NAMES = 4
/** mDNS answers within 0.5 s (RFC 6762 section 6); askers repeat after 1 s and more. */
const ANSWER_MS = 3 * SECOND_MS
const MAX_QUESTIONS = 4096
const MAX_ANSWERERS = 2048
const MAX_OWN_NAMES = 8192
const MAX_NAMES = 64
const EVIDENCE_FRAMES = 5
const QUERY = 0

interface Question {
  atMs: number
  mac: string
  ip: string
}

interface Answerer {
  /** By LLMNR and NetBIOS, which have no aliases published by the dozen. */
  unicast: DistinctWindow
  all: DistinctWindow
  protocols: Set<NameProtocol>
  frames: FrameReference[]
  throttle: Throttle
  /** Between two questions for a made-up name on its account. */
  checks: Throttle
}

interface State {
  questions: BoundedMap<Question>
  /** What a MAC called itself before anybody asked, by MAC and name. */
  ownNames: BoundedMap<true>
  answerers: BoundedMap<Answerer>
  /** MACs that answered for a name that was made up. */
  proven: BoundedMap<true>
}

export function createNameSpoofDetector(): Detector {
  const state: State = {
    questions: new BoundedMap(MAX_QUESTIONS),
    ownNames: new BoundedMap(MAX_OWN_NAMES),
    answerers: new BoundedMap(MAX_ANSWERERS),
    proven: new BoundedMap(MAX_ANSWERERS),
  }
  return {
    observe: (packet, context) => observe(state, packet, context),
    verified: (result, context) => verified(state, result, context),
    tables: () => [
      state.questions.status('name_questions'),
      state.ownNames.status('own_names'),
      state.answerers.status('name_answerers'),
      state.proven.status('name_spoofers'),
    ],
  }
}

/** The packet that brought the answer has been observed just before. */
function verified(state: State, result: ProbeResult, context: DetectorContext): void {
  if (result.method !== 'name_probe' || result.result !== 'answered') return
  const { mac, ip } = result.target
  const raised = inventedNameFinding(
    result,
    state.answerers.peek(answererKey('', mac, ip))?.frames ?? [],
    context,
  )
  if (raised.claimer === mac) state.proven.set(mac, true)
  context.raise(raised)
}

function answererKey(vlan: string, mac: string, ip: string): string {
  return `${vlan}|${mac}|${ip}`
}

function observe(state: State, packet: Packet, context: DetectorContext): void {
  const { payload, ethernet } = packet
  const vlan = context.vlan
  if (payload.type === 'dhcpv4' && payload.dhcp.operation === 1 && payload.dhcp.hostname !== null)
    own(state, vlan, payload.dhcp.clientMac, baseName(payload.dhcp.hostname))
  if (payload.type !== 'dns' || payload.source === 'dns') return
  const { message, source } = payload
  const mac = ethernet.sourceMac
  if (!message.isResponse) {
    // Registrations and mDNS probes carry the record that their sender wants to have.
    for (const { name } of nameAnswers(packet)) own(state, vlan, mac, name)
    const question = { atMs: context.nowMs, mac, ip: payload.ip.source }
    if (message.opcode === QUERY && message.answers.length === 0)
      for (const { name } of message.questions)
        state.questions.set(`${vlan}|${plainName(name, source)}`, question)
    return
  }
  if (message.opcode !== QUERY) return
  for (const answer of nameAnswers(packet)) weigh(state, vlan, answer, packet, context)
}

function own(state: State, vlan: string, mac: string, name: string): void {
  const isAskedFor = state.questions.peek(`${vlan}|${name}`) !== undefined
  const key = `${vlan}|${mac}|${name}`
  if (name !== '' && !isAskedFor) state.ownNames.set(key, true)
}

function weigh(
  state: State,
  vlan: string,
  answer: NameAnswer,
  packet: Packet,
  context: DetectorContext,
): void {
  const mac = packet.ethernet.sourceMac
  const { name, ip, protocol } = answer
  const { nowMs } = context
  const question = state.questions.get(`${vlan}|${name}`)
  const isAsked = question !== undefined && question.mac !== mac && nowMs - question.atMs <= ANSWER_MS
  if (protocol === 'mdns' && !isAsked) {
    own(state, vlan, mac, name)
    return
  }
  if (state.ownNames.get(`${vlan}|${mac}|${name}`) !== undefined) return
  const key = answererKey(vlan, mac, ip)
  const answerer = state.answerers.get(key) ?? newAnswerer()
  state.answerers.set(key, answerer)
  answerer.all.add(name, nowMs)
  if (protocol !== 'mdns') answerer.unicast.add(name, nowMs)
  answerer.protocols.add(protocol)
  if (answerer.frames.length < EVIDENCE_FRAMES) answerer.frames.push(context.frame())
  const id = judge(state, { mac, ip }, answerer, isAsked ? question : null, context)
  const isDue =
    id !== '' && vlan === '' && state.proven.peek(mac) === undefined && answerer.checks.isDue(nowMs)
  if (isDue) context.probe({ method: 'name_probe', target: { ip, mac }, alertId: id })
}

function newAnswerer(): Answerer {
  return {
    unicast: new DistinctWindow(WINDOW_MS, MAX_NAMES),
    all: new DistinctWindow(WINDOW_MS, MAX_NAMES),
    protocols: new Set(),
    frames: [],
    throttle: new Throttle(SECOND_MS),
    checks: new Throttle(MINUTE_MS),
  }
}

/** The id of its alert; empty where there is none, or nothing new to say. */
function judge(
  state: State,
  { mac, ip }: { mac: string; ip: string },
  answerer: Answerer,
  question: Question | null,
  context: DetectorContext,
): string {
  const { nowMs } = context
  const count = answerer.all.size(nowMs)
  const isWpad = answerer.all.has('wpad')
  const isMany = answerer.unicast.size(nowMs) >= NAMES
  if (!(isWpad || isMany || count >= MDNS_NAMES) || !answerer.throttle.isDue(nowMs)) return ''
  const isCertain = isMany || (isWpad && count > 1)
  const isAliasLike = !isCertain && !isWpad
  const names = [...answerer.all.values()].slice(-5).join(', ')
  const figures = { mac, ip, count, names, protocols: [...answerer.protocols].sort().join(', ') }
  const isProven = state.proven.get(mac) !== undefined
  // Most of what this machine asks for are made-up names.
  const isVictim = question !== null && question.mac !== context.network.ownMac
  return context.raise(
    finding({
      kind: 'name_spoof',
      severity: isProven || isCertain ? 'critical' : 'warning',
      parties: [
        suspect(mac, isProven ? 'proven' : isAliasLike ? 'possible' : 'likely', ip),
        ...(isVictim ? [affected(question.mac, 'likely', question.ip)] : []),
      ],
      expected: text('expected_own_names_only'),
      seen: text('seen_name_spoof', figures),
      reasonsFor: [
        ...(count > 1 ? [reason('names_of_others', { mac, ip, count }, answerer.frames)] : []),
        ...(isWpad ? [reason('wpad_by_name', { mac }, count > 1 ? [] : answerer.frames)] : []),
      ],
      reasonsAgainst: isAliasLike && !isProven ? [reason('aliases_by_mdns')] : [],
      advice: text('advice_name_spoof'),
    }),
  )
}
