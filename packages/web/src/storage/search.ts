/**
 * What a person types to find something: words, in any order, each of which has
 * to be found somewhere. A part of a MAC may be written as other tools write it:
 * `aa-bb`, `aabb.cc`, `aabbcc`.
 */

import { likePattern } from './paging.js'

/** More would be a text, not a search. */
const MOST_WORDS = 8

export function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/).slice(0, MOST_WORDS)
}

/** For `LIKE ? ESCAPE '\'` on a MAC in canonical text. */
export function macPattern(word: string): string {
  return likePattern(isPartOfMac(word) ? octets(word) : word)
}

/** Bare digits only from two octets on: shorter ones are words, too. */
function isPartOfMac(word: string): boolean {
  return /^(?:[0-9a-f]{4,12}|[0-9a-f]{4}(?:\.[0-9a-f]{1,4}){1,2}|[0-9a-f]{1,2}(?:-[0-9a-f]{1,2}){1,5})$/i.test(
    word,
  )
}

function octets(word: string): string {
  if (word.includes('-')) return word.replaceAll('-', ':')
  return (word.replaceAll('.', '').match(/..?/g) ?? []).join(':')
}
