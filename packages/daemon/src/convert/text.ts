/** Texts to and from their messages: a rule and its figures, no sentences. */

import { NO_TEXT, type Text } from '@netwatcher/shared'
import { cleanText, fail, limited, optional } from './checks.js'

const MAX_PARAMS = 16

/** A copy that a message may own. */
export function toText({ rule, params }: Text): { rule: string; params: Record<string, string> } {
  return { rule, params: { ...params } }
}

/** A known form of rule, few figures, none of them long. */
export function checkText(text: Text | undefined): Text {
  const { rule, params } = text ?? NO_TEXT
  const figures = limited(Object.entries(params), MAX_PARAMS, 'figures')
  const checked = figures.map(([name, value]) => [checkRule(name), cleanText(value)])
  return { rule: optional(rule, checkRule), params: Object.fromEntries(checked) }
}

function checkRule(rule: string): string {
  return /^[a-z0-9_]{1,64}$/.test(rule) ? rule : fail('rule name')
}
