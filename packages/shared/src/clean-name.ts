/**
 * Names that came from the network, made safe to show: anybody on the LAN can
 * put terminal escapes, bidirectional overrides or markup into a host name.
 * Control, format and private-use characters go; what is left is capped.
 */

const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu
const MAX_LENGTH = 64

/** Null when nothing is left. */
export function cleanName(text: string, maxLength = MAX_LENGTH): string | null {
  const cleaned = text
    .slice(0, 4 * maxLength)
    .replace(UNSAFE, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
  return [...cleaned].slice(0, maxLength).join('') || null
}
