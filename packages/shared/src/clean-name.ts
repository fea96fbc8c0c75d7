/**
 * Names that came from the network, made safe to show: anybody on the LAN can
 * put terminal escapes, bidirectional overrides or markup into a host name.
 * Control, format and private-use characters go; what is left is capped.
 */

const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu
/** Letters, marks and a symbol that draw nothing: a name of them alone would be a blank that nobody can press. */
const INVISIBLE = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u
const MAX_LENGTH = 64

/** Null when nothing is left that can be seen. */
export function cleanName(text: string, maxLength = MAX_LENGTH): string | null {
  const cleaned = text
    .slice(0, 4 * maxLength)
    .replace(UNSAFE, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
  const name = [...cleaned].slice(0, maxLength).join('')
  return INVISIBLE.test(name) ? null : name
}
