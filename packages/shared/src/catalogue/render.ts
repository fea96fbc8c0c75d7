/** Texts as sentences, in the language of whoever reads them. */

import type { Language, Text } from '../text.js'
import { en, enUnits } from './en.js'
import { id, idUnits } from './id.js'
import { type Catalogue, fillIn, placesOf } from './sentence.js'

const CATALOGUES: Record<Language, Catalogue> = { en, id }
const UNITS = { en: enUnits, id: idUnits }

/** Empty for no text; the bare rule and its figures where a newer daemon says what is not known here. */
export function render({ rule, params }: Text, language: Language): string {
  const sentence = CATALOGUES[language][rule]
  // A rule may be named after something that every object has.
  if (sentence !== undefined && isKnownRule(rule)) return fillIn(sentence, params, UNITS[language])
  if (params.text !== undefined) return params.text
  const figures = Object.entries(params).map(([name, value]) => `${name} ${value}`)
  return [rule, ...figures].filter((part) => part !== '').join(', ')
}

/** One after the other. */
export function renderAll(texts: readonly Text[], language: Language): string {
  return texts.map((one) => render(one, language)).join(' ')
}

/** Whether there is a sentence for it. */
export function isKnownRule(rule: string): boolean {
  return Object.hasOwn(en, rule)
}

/** Names of the figures that its sentence shows, sorted; null when there is none. */
export function figuresOf(rule: string): string[] | null {
  const sentence = CATALOGUES.en[rule]
  return sentence === undefined ? null : placesOf(sentence)
}
