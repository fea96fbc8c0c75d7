/**
 * Something to say, without words: which sentence, and its figures. Sensors
 * and daemon only ever say this much; whoever shows it to a person renders it
 * from the catalogue in that person's language (see `render`).
 */

export interface Text {
  /** Stable identifier of the sentence: `unsolicited_cadence`. Empty when there is nothing to say. */
  rule: string
  /** Canonical values by name; the unit is in the name (`interval_ms`), lists are joined by `, `. */
  params: Readonly<Record<string, string>>
}

export const LANGUAGES = ['en', 'id'] as const
export type Language = (typeof LANGUAGES)[number]

export const NO_TEXT: Text = { rule: '', params: {} }

/** Numbers and lists become canonical text. */
export function text(rule: string, params: Record<string, string | number | readonly string[]> = {}): Text {
  const canonical = Object.entries(params).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ])
  return { rule, params: Object.fromEntries(canonical) }
}

export function isNoText({ rule, params }: Text): boolean {
  return rule === '' && params.text === undefined
}

export function isSameText(one: Text, other: Text): boolean {
  return one.rule === other.rule && JSON.stringify(one.params) === JSON.stringify(other.params)
}

/** A sentence that came without a rule: from another program, or kept by an older version. */
export function worded(sentence: string): Text {
  return sentence === '' ? NO_TEXT : { rule: '', params: { text: sentence } }
}
