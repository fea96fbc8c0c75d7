/** Follows a value, but at most once per interval: a counter that a flood drives up refetches a list slowly. */

import { useEffect, useRef, useState } from 'react'

export function useThrottled<T>(value: T, intervalMs: number): T {
  const [shown, setShown] = useState(value)
  const lastMs = useRef(0)
  useEffect(() => {
    const waitMs = Math.max(0, lastMs.current + intervalMs - Date.now())
    const timer = setTimeout(() => {
      lastMs.current = Date.now()
      setShown(value)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [value, intervalMs])
  return shown
}
