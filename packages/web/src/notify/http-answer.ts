/** What an HTTP service said to a message: accepted, not now, or never. */

import type { HttpAnswer } from '../os/outgoing.js'
import { SendError } from './channel.js'

/** Request time-out and too many requests (RFC 9110, RFC 6585) are said for now only. */
const FOR_NOW = new Set([408, 425, 429])
/** What is wrong with the settings is put right by a person, and then the message is wanted. */
const OF_SETTINGS = new Set([401, 403, 404, 405, 407])

const SHOWN_CHARACTERS = 200

export function checkAnswer(service: string, { status, text }: HttpAnswer): void {
  if (status >= 200 && status < 300) return
  const said = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, SHOWN_CHARACTERS)
  const detail = said === '' ? '' : `: ${said}`
  if (status >= 300 && status < 400) {
    throw new SendError(`${service} answered ${status}, which leads elsewhere: that is not followed.`)
  }
  const isFinal = status >= 400 && status < 500 && !FOR_NOW.has(status) && !OF_SETTINGS.has(status)
  throw new SendError(`${service} answered ${status}${detail}`, isFinal)
}
