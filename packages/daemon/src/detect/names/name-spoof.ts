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
import { DNS_A, DNS_AAAA, DNS_NETBIOS, decodeNetbiosName } from '../../wire/dns.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { DistinctWindow, Throttle } from '../tables/windows.js'

type Protocol = 'llmnr' | 'nbns' | 'mdns'

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
  protocols: Set<Protocol>
  frames: FrameReference[]
  throttle: Throttle
}

interface Answer {
  name: string
  ip: string
  protocol: Protocol
}

interface State {
  questions: BoundedMap<Question>
  /** What a MAC called itself before anybody asked, by MAC and name. */
  ownNames: BoundedMap<true>
  answerers: BoundedMap<Answerer>
}

export function createNameSpoofDetector(): Detector {
  const state: State = {
    questions: new BoundedMap(MAX_QUESTIONS),
    ownNames: new BoundedMap(MAX_OWN_NAMES),
    answerers: new BoundedMap(MAX_ANSWERERS),
  }
  return {
    observe: (packet, context) => observe(state, packet, context),
    tables: () => [
      state.questions.status('name_questions'),
      state.ownNames.status('own_names'),
      state.answerers.status('name_answerers'),
    ],
  }
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
    for (const { name } of readAnswers(packet)) own(state, vlan, mac, name)
    const question = { atMs: context.nowMs, mac, ip: payload.ip.source }
    if (message.opcode === QUERY && message.answers.length === 0)
      for (const { name } of message.questions)
        state.questions.set(`${vlan}|${plainName(name, source)}`, question)
    return
  }
  if (message.opcode !== QUERY) return
  for (const answer of readAnswers(packet)) weigh(state, vlan, answer, packet, context)
}

function own(state: State, vlan: string, mac: string, name: string): void {
  const isAskedFor = state.questions.peek(`${vlan}|${name}`) !== undefined
  const key = `${vlan}|${mac}|${name}`
  if (name !== '' && !isAskedFor) state.ownNames.set(key, true)
}

/** The addresses that a message gives to names. */
function readAnswers({ payload }: Packet): Answer[] {
  if (payload.type !== 'dns' || payload.source === 'dns') return []
  const { source } = payload
  const types = source === 'nbns' ? [DNS_NETBIOS] : [DNS_A, DNS_AAAA]
  return payload.message.answers.flatMap(({ name, type, data }) => {
    const plain = types.includes(type) && data !== '' ? plainName(name, source) : ''
    return plain === '' ? [] : [{ name: plain, ip: data, protocol: source }]
  })
}

function plainName(name: string, protocol: Protocol): string {
  return protocol === 'nbns' ? (decodeNetbiosName(name)?.name.toLowerCase() ?? '') : baseName(name)
}

/** One name of a host by whatever protocol: the first label, in lower case. */
function baseName(name: string): string {
  return name.split('.')[0]?.toLowerCase() ?? ''
}

function weigh(state: State, vlan: string, answer: Answer, packet: Packet, context: DetectorContext): void {
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
  const key = `${vlan}|${mac}|${ip}`
  const answerer = state.answerers.get(key) ?? newAnswerer()
  state.answerers.set(key, answerer)
  answerer.all.add(name, nowMs)
  if (protocol !== 'mdns') answerer.unicast.add(name, nowMs)
  answerer.protocols.add(protocol)
  if (answerer.frames.length < EVIDENCE_FRAMES) answerer.frames.push(context.frame())
  judge(mac, ip, answerer, isAsked ? question : null, context)
}

function newAnswerer(): Answerer {
  return {
    unicast: new DistinctWindow(WINDOW_MS, MAX_NAMES),
    all: new DistinctWindow(WINDOW_MS, MAX_NAMES),
    protocols: new Set(),
    frames: [],
    throttle: new Throttle(SECOND_MS),
  }
}

function judge(
  mac: string,
  ip: string,
  answerer: Answerer,
  question: Question | null,
  context: DetectorContext,
): void {
  const { nowMs } = context
  const count = answerer.all.size(nowMs)
  const isWpad = answerer.all.has('wpad')
  const isMany = answerer.unicast.size(nowMs) >= NAMES
  if (!(isWpad || isMany || count >= MDNS_NAMES) || !answerer.throttle.isDue(nowMs)) return
  const isCertain = isMany || (isWpad && count > 1)
  const isAliasLike = !isCertain && !isWpad
  const names = [...answerer.all.values()].slice(-5).join(', ')
  const figures = { mac, ip, count, names, protocols: [...answerer.protocols].sort().join(', ') }
  context.raise(
    finding({
      kind: 'name_spoof',
      severity: isCertain ? 'critical' : 'warning',
      parties: [
        suspect(mac, isAliasLike ? 'possible' : 'likely', ip),
        ...(question ? [affected(question.mac, 'likely', question.ip)] : []),
      ],
      expected: text('expected_own_names_only'),
      seen: text('seen_name_spoof', figures),
      reasonsFor: [
        ...(count > 1 ? [reason('names_of_others', { mac, ip, count }, answerer.frames)] : []),
        ...(isWpad ? [reason('wpad_by_name', { mac }, count > 1 ? [] : answerer.frames)] : []),
      ],
      reasonsAgainst: isAliasLike ? [reason('aliases_by_mdns')] : [],
      advice: text('advice_name_spoof'),
    }),
  )
}
