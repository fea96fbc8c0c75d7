/**
 * Questions on the wire that still wait for an answer (ARP requests, neighbour
 * solicitations), which tells a solicited reply from one that nobody asked for.
 */

import { SECOND_MS, type TableStatus } from '@netwatcher/shared'
import { BoundedMap } from '../tables/bounded-map.js'
import { isOneTagged } from './views.js'

/**
 * An answer counts for a question this long: Linux repeats an unanswered one
 * after 1 s and gives up after 3 tries (arp(7): retrans_time_ms, mcast_solicit),
 * and stations that save power answer late.
 */
const ANSWER_WINDOW_MS = 5 * SECOND_MS
/** After the first answer, others to the same question come at once: all hear it at the same time. */
export const OTHER_ANSWERS_WINDOW_MS = SECOND_MS
/** The same station answering again within this is a repeat, not a new statement. */
const REPEAT_MS = 100
const CAPACITY = 4096

export interface Question {
  vlan: string
  ip: string
  askedMs: number
  requesterMac: string
  requesterIp: string
  /** The one station that was asked: no other can have heard it. Null when all were. */
  askedMac: string | null
  /** RFC 5227 probe or DAD solicitation: the sender has no address yet. */
  isProbe: boolean
  /** Different MACs that answered. */
  answers: { mac: string; atMs: number }[]
}

export class RequestBook {
  readonly #questions = new BoundedMap<Question>(CAPACITY)
  /** The last question of each host for each address, whatever its tag. */
  readonly #views = new BoundedMap<Question>(CAPACITY)
  /** Questions in the order in which they were asked, to be settled when their window closes. */
  #open: Question[] = []

  table(): TableStatus {
    return this.#questions.status('questions')
  }

  ask(vlan: string, question: Omit<Question, 'answers' | 'vlan'>): void {
    const entry = { ...question, vlan, answers: [] }
    this.#questions.set(key(vlan, question.ip, question.requesterMac), entry)
    this.#views.set(viewKey(question.ip, question.requesterMac), entry)
    if (this.#open.length < CAPACITY) this.#open.push(entry)
  }

  /**
   * The question that this reply answers, or null when nobody asked. A
   * requester is known by MAC, or by address when frames come over a bridge
   * that rewrites MACs.
   */
  answer(vlan: string, ip: string, mac: string, toMac: string, nowMs: number): Question | null {
    const question = this.#find(vlan, ip, toMac)
    if (!question || nowMs - question.askedMs > ANSWER_WINDOW_MS || nowMs < question.askedMs) return null
    if (question.askedMac !== null && question.askedMac !== mac) return null
    const first = question.answers[0]
    if (first && nowMs - first.atMs > OTHER_ANSWERS_WINDOW_MS) return null
    const earlier = question.answers.find((answer) => answer.mac === mac)
    if (earlier) return nowMs - earlier.atMs <= REPEAT_MS ? question : null
    if (question.answers.length < 8) question.answers.push({ mac, atMs: nowMs })
    return question
  }

  /** Whether this MAC has answered the last question of that host for the address. */
  wasAnswered(vlan: string, ip: string, mac: string, askerMac: string): boolean {
    const question = this.#find(vlan, ip, askerMac)
    return question?.answers.some((answer) => answer.mac === mac) ?? false
  }

  /** A mirror port may tag what goes one way and not what comes back: then the addresses alone have to agree. */
  #find(vlan: string, ip: string, requesterMac: string): Question | null {
    const own = this.#questions.peek(key(vlan, ip, requesterMac))
    if (own) return own
    const other = this.#views.peek(viewKey(ip, requesterMac))
    return other && isOneTagged(other.vlan, vlan) ? other : null
  }

  /** Questions whose time for other answers is over, each once. */
  closed(nowMs: number): Question[] {
    const isOver = ({ answers: [first], askedMs }: Question) =>
      first ? nowMs - first.atMs > OTHER_ANSWERS_WINDOW_MS : nowMs - askedMs > ANSWER_WINDOW_MS
    const over = this.#open.filter(isOver)
    if (over.length > 0) this.#open = this.#open.filter((question) => !isOver(question))
    return over
  }
}

function key(vlan: string, ip: string, requesterMac: string): string {
  return `${vlan}|${ip}|${requesterMac}`
}

function viewKey(ip: string, requesterMac: string): string {
  return `${ip}|${requesterMac}`
}
