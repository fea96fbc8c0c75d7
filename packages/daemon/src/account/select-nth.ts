/**
 * The value that would be at `index` if `values` were sorted, without sorting
 * them all (C. A. R. Hoare, Algorithm 65: Find, 1961). Reorders `values`.
 */
export function selectNth(values: Float64Array, index: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    // By chance, so that nobody can prepare values that make it slow.
    const pivot = values[left + Math.floor(Math.random() * (right - left + 1))] ?? 0
    let i = left
    let j = right
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++
      while ((values[j] ?? 0) > pivot) j--
      if (i > j) break
      const value = values[i] ?? 0
      values[i] = values[j] ?? 0
      values[j] = value
      i++
      j--
    }
    if (index <= j) right = j
    else if (index >= i) left = i
    else break
  }
  return values[index] ?? 0
}
