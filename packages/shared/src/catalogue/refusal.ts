/** Errors by their reason, in languages other than the one that they are written in. */

import type { Language } from '../text.js'
import { refusals } from './id/refusals.js'

/** `detail`: the English sentence. Null in English, and for a reason that has no sentence here. */
export function renderRefusal(reason: string, detail: string, language: Language): string | null {
  if (language === 'en' || !Object.hasOwn(refusals, reason)) return null
  return refusals[reason]?.replace('{detail}', () => detail) ?? null
}
