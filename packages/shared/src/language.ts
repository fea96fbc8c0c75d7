/** Which of the languages that NetWatcher speaks fits a reader. */

import { LANGUAGES, type Language } from './text.js'

/** By language tags (RFC 5646), the most wanted first: `id-ID` → `id`; English for what we do not speak. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0] ?? ''
    // Browsers have named Indonesian `in` in the past (ISO 639 of 1989).
    const name = primary === 'in' ? 'id' : primary
    const language = LANGUAGES.find((one) => one === name)
    if (language !== undefined) return language
  }
  return 'en'
}
