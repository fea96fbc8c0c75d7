/** What a field of a device was or became, for people: the log keeps it as the table stores it. */

import { type Translator, translateWord } from '../i18n/language.js'
import { formatDateTime } from './time.js'

/** Where the words of a field are that has a fixed set of them. */
const WORDS: Readonly<Record<string, string>> = {
  trust: 'trust',
  type: 'deviceType',
  icon: 'deviceType',
  patience: 'patience',
}

/** `value` is not empty. */
export function formatChange(field: string, value: string, translator: Translator): string {
  if (Object.hasOwn(WORDS, field)) return translateWord(translator, WORDS[field] ?? '', value)
  if (field === 'favorite') return translator.t(value === '1' ? 'change.yes' : 'change.no')
  if (field === 'archived') return formatDateTime(Number(value), translator.language)
  return value
}
