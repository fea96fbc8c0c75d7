/**
 * A name as it is shown: without what only the protocol needs, and cut where it
 * is longer than a name can be. Devices that were never given a name say so in
 * words, which are no names.
 */

/** RFC 1035 section 2.3.4: octets of a label. */
const MAX_LENGTH = 63
const CUT = '…'
/** What software says that has no name. */
const NO_NAMES = new Set([
  '(none)',
  'none',
  'localhost',
  'localhost.localdomain',
  'unknown',
  'null',
  '(null)',
])
/** Letters of all scripts, figures, emoji and the punctuation of names; nothing that markup is made of. */
const NAME = /^[\p{L}\p{M}\p{N}\p{So}\p{Sk} ._'’()+,!#@:/-]+$/u
/** A letter or figure, or an emoji: else the bytes were no text. */
const MEANT = /[a-zA-Z0-9]|[\u0100-\u{10ffff}]/u

/** Empty when it is no name. The decoders have replaced what cannot be shown by `?`. */
export function shownName(name: string): string {
  const plain = withoutEscapes(name.replace(/\.$/, '').replace(/\.local$/i, '')).trim()
  if (!NAME.test(plain) || !MEANT.test(plain) || NO_NAMES.has(plain.toLowerCase())) return ''
  return cut(plain)
}

/** RFC 6763 section 4.3 and RFC 1035 section 5.1: `\.` and `\032`, the number of an octet. */
function withoutEscapes(name: string): string {
  return name.replace(/\\(?:(\d{3})|(.))/gu, (_, code: string | undefined, other: string | undefined) =>
    code === undefined ? (other ?? '') : String.fromCharCode(Number(code)),
  )
}

/** Each label may be as long as a label can be, and all of them as long as four. */
function cut(name: string): string {
  const isTooLong = name.split('.').some((label) => label.length > MAX_LENGTH) || name.length > 4 * MAX_LENGTH
  return isTooLong ? `${name.slice(0, MAX_LENGTH)}${CUT}` : name
}
