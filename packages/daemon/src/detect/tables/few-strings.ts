/**
 * Bounded lists of distinct strings. There are tens of thousands of these and
 * nearly all are empty or hold one: an array costs a tenth of a `Set` there.
 */

/** Adds unless it is there or the list is full. */
export function addFew(list: string[], value: string, most: number): void {
  if (list.length < most && !list.includes(value)) list.push(value)
}

export function removeFew(list: string[], value: string): void {
  const index = list.indexOf(value)
  if (index >= 0) list.splice(index, 1)
}
