/** A choice that this browser remembers (localStorage); without storage it lasts as long as the page. */

import { useCallback, useState } from 'react'

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(`netwatcher.${name}`)
  } catch {
    return null
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`netwatcher.${name}`, value)
  } catch {
    // Storage is switched off in this browser: the choice is not remembered, nothing else.
  }
}

export function usePreference<T extends string>(name: string, initial: () => T): [T, (value: T) => void] {
  const [value, setValue] = useState(initial)
  const choose = useCallback(
    (next: T) => {
      setValue(next)
      writePreference(name, next)
    },
    [name],
  )
  return [value, choose]
}
