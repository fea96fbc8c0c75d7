/**
 * Forged answers of a resolver: whoever sees a question can answer before the
 * resolver does (RFC 5452). Then one question has two answers. That they differ
 * proves nothing by itself: names have many addresses, in changing order, and a
 * question that is repeated is answered again. One that was asked once, though,
 * is answered once, by the station it was sent to; and what nobody asked for is
 * sent by nobody who has the resolver's address.
 */

import { SECOND_MS, text } from '@netwatcher/shared'
import { readU16 } from '../../wire/bytes.js'
import { DNS_A, DNS_AAAA, type DnsMessage } from '../../wire/dns.js'
import type { IpHeader } from '../../wire/ip.js'
import type { Packet } from '../../wire/packet.js'
import type { Detector, DetectorContext, FrameReference } from '../engine/detector.js'
import { finding, reason } from '../engine/finding.js'
import { affected, holder, suspect } from '../engine/parties.js'
import { BoundedMap } from '../tables/bounded-map.js'
import { UnaskedAnswers } from './unasked-answers.js'

/** Resolvers of hosts wait this long by default (resolv.conf(5)). */
const LIFE_MS = 5 * SECOND_MS
const MAX_QUESTIONS = 4096
const MAX_ANSWERS = 4

interface Answer {
  mac: string
  hopLimit: number
  /** Sorted. */
  addresses: string[]
  frame: FrameReference
}

interface Question {
  atMs: number
  /** MAC that it was sent to. */
  toMac: string
  fromMac: string
  name: string
  isRepeated: boolean
  answers: Answer[]
}

export function createDnsSpoofDetector(): Detector {
  const questions = new BoundedMap<Question>(MAX_QUESTIONS)
  const unasked = new UnaskedAnswers()
  return {
    observe(packet, context) {
      const { payload } = packet
      if (payload.type !== 'dns' || payload.source !== 'dns') return
      const key = keyOf(packet, payload.ip, payload.message, context.vlan)
      if (key === null) return
      if (!payload.message.isResponse) {
        unasked.asked(payload.ip.destination, context)
        asked(questions, key, packet, context.nowMs)
      } else if (questions.peek(key) !== undefined) answered(questions, key, packet, context)
      else unasked.observe(packet, payload.ip, key, context)
    },
    tables: () => [questions.status('dns_questions'), ...unasked.tables()],
  }
}

/** Client, its port, server, identifier, name and type; null without a question. */
function keyOf(
  packet: Packet,
  ip: IpHeader,
  { id, isResponse, questions }: DnsMessage,
  vlan: string,
): string | null {
  const [question] = questions
  if (question === undefined) return null
  const [client, server] = isResponse ? [ip.destination, ip.source] : [ip.source, ip.destination]
  const port = readU16(packet.bytes, ip.payloadOffset + (isResponse ? 2 : 0))
  return [vlan, client, port, server, id, question.name.toLowerCase(), question.type].join('|')
}

function asked(questions: BoundedMap<Question>, key: string, packet: Packet, nowMs: number): void {
  const { payload, ethernet } = packet
  if (payload.type !== 'dns') return
  const known = questions.get(key)
  if (known !== undefined && nowMs - known.atMs <= LIFE_MS) {
    known.isRepeated = true
    return
  }
  questions.set(key, {
    atMs: nowMs,
    toMac: ethernet.destinationMac,
    fromMac: ethernet.sourceMac,
    name: payload.message.questions[0]?.name ?? '',
    isRepeated: false,
    answers: [],
  })
}

function answered(
  questions: BoundedMap<Question>,
  key: string,
  packet: Packet,
  context: DetectorContext,
): void {
  const { payload, ethernet } = packet
  const question = questions.get(key)
  if (question === undefined || payload.type !== 'dns') return
  const { answers, isRepeated, atMs } = question
  if (isRepeated || context.nowMs - atMs > LIFE_MS || answers.length >= MAX_ANSWERS) return
  const addresses = payload.message.answers
    .filter(({ type }) => type === DNS_A || type === DNS_AAAA)
    .map(({ data }) => data)
    .sort()
  const answer = { mac: ethernet.sourceMac, hopLimit: payload.ip.ttl, addresses, frame: context.frame() }
  const other = answers.find((earlier) => contradicts(earlier, answer))
  answers.push(answer)
  if (other !== undefined) raise(question, other, answer, payload.ip, context)
}

/** A resolver gives a question no two answers; what is not known to come from two places is not held against it. */
function contradicts(one: Answer, other: Answer): boolean {
  const isElsewhere = one.mac !== other.mac || one.hopLimit !== other.hopLimit
  return isElsewhere && one.addresses.join() !== other.addresses.join()
}

function raise(
  { name, toMac, fromMac }: Question,
  one: Answer,
  other: Answer,
  ip: IpHeader,
  context: DetectorContext,
): void {
  const frames = [one.frame, other.frame]
  const genuine = [one, other].filter(({ mac }) => mac === toMac)
  const forger = genuine.length === 1 ? [one, other].find(({ mac }) => mac !== toMac)?.mac : undefined
  const figures = { name, ip: ip.source, first: one.addresses.join(', '), second: other.addresses.join(', ') }
  const hops = { ip: ip.source, first: one.hopLimit, second: other.hopLimit }
  context.raise(
    finding({
      kind: 'dns_spoof',
      severity: forger === undefined ? 'warning' : 'critical',
      claimer: forger ?? ip.source,
      ip: ip.source,
      parties: [
        // Beyond the router nobody can be named: the address is that of whoever is impersonated.
        ...(forger === undefined
          ? [holder('', 'likely', ip.source)]
          : [suspect(forger, 'likely'), holder(toMac, 'likely', ip.source)]),
        affected(fromMac, 'likely', ip.destination),
      ],
      expected: text('expected_one_dns_answer', { ip: ip.source }),
      seen: text('seen_dns_spoof', figures),
      reasonsFor: [
        reason('two_dns_answers', figures, frames),
        ...(forger === undefined
          ? []
          : [reason('dns_answer_from_elsewhere', { mac: forger, to_mac: toMac })]),
        ...(one.hopLimit === other.hopLimit ? [] : [reason('dns_hop_limits_differ', hops)]),
      ],
      advice: text(forger === undefined ? 'advice_dns_spoof_beyond' : 'advice_dns_spoof'),
    }),
  )
}
