/** Texts by language. Every dictionary has every key: the compiler checks it, and a unit test the placeholders. */

import type { Language } from '@netwatcher/shared'
import { en } from './en.js'
import { id } from './id.js'

export type TextKey = keyof typeof en
export type TextValues = Record<string, string | number>

export const LANGUAGES: Record<Language, { name: string; texts: Record<TextKey, string> }> = {
  en: { name: 'English', texts: en },
  id: { name: 'Bahasa Indonesia', texts: id },
}

/** Keys that exist as `x.one` and `x.other`; languages without a singular use the same text twice. */
export type PluralKey = { [K in TextKey]: K extends `${infer Base}.one` ? Base : never }[TextKey]

export interface Translator {
  language: Language
  t(key: TextKey, values?: TextValues): string
  /** The form for `count`, which is also the value of `{count}`. */
  plural(key: PluralKey, count: number, values?: TextValues): string
}

export function isLanguage(value: string | null): value is Language {
  return value !== null && Object.hasOwn(LANGUAGES, value)
}

export function createTranslator(language: Language): Translator {
  const { texts } = LANGUAGES[language]
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  const format = (value: string | number) => (typeof value === 'number' ? numbers.format(value) : value)
  const fill = (text: string, values: TextValues) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name]
      return value === undefined ? whole : format(value)
    })
  return {
    language,
    t: (key, values = {}) => fill(texts[key], values),
    plural(key, count, values = {}) {
      const form: TextKey = rules.select(count) === 'one' ? `${key}.one` : `${key}.other`
      return fill(texts[form], { count, ...values })
    },
  }
}

/** The text for a word that the daemon sent: translated when we know it, else as it is. */
export function translateWord(translator: Translator, prefix: string, word: string): string {
  const key = `${prefix}.${word}`
  return key in LANGUAGES.en.texts ? translator.t(key as TextKey) : word.replaceAll('_', ' ')
}
