/**
 * What a schema has against a request, as rules of the catalogue: those that
 * the contract names itself, else by the code of the issue. The English of zod
 * is never shown: it is in one language, and says what types are called.
 */

import { isKnownRule, type RequestRule, type Text, text } from '@netwatcher/shared'
import type { z } from 'zod'

export type Place = 'body' | 'query' | 'path'

export interface FieldError {
  /** Steps joined by dots; empty for the whole. */
  path: string
  said: Text
}

type Issue = z.core.$ZodIssue
/** Of the names that nobody knows. */
const MOST_UNKNOWN = 20
/** Of the catalogue, so that a rule that is not there does not compile. */
const say = (rule: RequestRule, params: Parameters<typeof text>[1] = {}): Text => text(rule, params)

/** The issues must hold their input (`reportInput`): what is missing is told by it. */
export function fieldErrors(place: Place, issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, MOST_UNKNOWN).map((key) => ({
        path: [...issue.path, key].join('.'),
        said: say('field_unknown'),
      }))
    }
    return [{ path: issue.path.join('.'), said: sayIssue(place, issue) }]
  })
}

function sayIssue(place: Place, issue: Issue): Text {
  if (isKnownRule(issue.message)) return text(issue.message, paramsOf(issue))
  if (issue.code === 'invalid_union') return sayUnion(place, issue)
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') {
    if (issue.input === undefined) return say('field_missing')
    if (place === 'query' && Array.isArray(issue.input)) return say('field_repeated')
  }
  switch (issue.code) {
    case 'invalid_type':
      return say(WANTED[issue.expected] ?? 'field_invalid')
    case 'invalid_value':
      return say('field_not_choice', { choices: issue.values.map(String) })
    case 'too_small':
      return sayTooSmall(issue)
    case 'too_big':
      return say(TOO_BIG[issue.origin] ?? 'field_too_big', { most: String(issue.maximum) })
    case 'invalid_format':
      return say(issue.format === 'base64' ? 'field_not_base64' : 'field_invalid')
    default:
      return say('field_invalid')
  }
}

const WANTED: Partial<Record<string, RequestRule>> = {
  string: 'field_not_text',
  number: 'field_not_number',
  int: 'field_not_whole',
  boolean: 'field_not_flag',
  array: 'field_not_list',
  object: 'field_not_object',
  undefined: 'field_not_wanted',
}
const TOO_BIG: Partial<Record<string, RequestRule>> = {
  string: 'field_too_long',
  array: 'field_too_many',
}

function sayTooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): Text {
  const least = String(minimum)
  if (origin !== 'string' && origin !== 'array') return say('field_too_small', { least })
  if (least === '1') return say('field_empty')
  return say(origin === 'string' ? 'field_too_short' : 'field_too_few', { least })
}

/** What the last form has against it: the contract puts the most general one there. */
function sayUnion(place: Place, issue: z.core.$ZodIssueInvalidUnion): Text {
  if (issue.input === undefined) return say('field_missing')
  // What tells the forms apart is none of them.
  if ('options' in issue) return say('field_not_choice', { choices: (issue.options ?? []).map(String) })
  const [first] = issue.errors.at(-1) ?? []
  return first && first.path.length === 0 ? sayIssue(place, first) : say('field_invalid')
}

/** The figures that a schema has given with a rule of its own. */
function paramsOf(issue: Issue): Record<string, string> {
  if (issue.code !== 'custom') return {}
  return Object.fromEntries(Object.entries(issue.params ?? {}).map(([name, value]) => [name, String(value)]))
}
