/** Texts of a daemon on their way in. */

import { NO_TEXT, type Text } from '@netwatcher/shared'

/** Control, format (bidirectional overrides among them), surrogates, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A daemon or sensor that has not cleaned what a neighbour said puts no more than text on a page either. */
export function plainText(text: Text | undefined): Text {
  if (!text) return NO_TEXT
  const params = Object.entries(text.params).map(([name, value]) => [name, value.replace(UNSAFE, '\ufffd')])
  return { rule: text.rule, params: Object.fromEntries(params) }
}
