/** A person's own words, with places for what is known. */

import type { Template, Variable } from '../contract/channels.js'

export type Values = Record<Variable, string>

/** Lines that say nothing because what they name is empty are left out. */
export function fillTemplate({ title, text }: Template, values: Values): { title: string; text: string } {
  const lines = text.split('\n').map((line) => ({ line, filled: fill(line, values) }))
  const kept = lines.filter(({ line, filled }) => filled.trim() !== '' || line.trim() === '')
  return {
    title: fill(title, values).replace(/\s+/g, ' ').trim(),
    text: kept
      .map(({ filled }) => filled)
      .join('\n')
      .trim(),
  }
}

function fill(line: string, values: Values): string {
  return line.replace(/\{([a-z]+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? values[name as Variable] : place,
  )
}
