/** The current time as state, so that ages and countdowns move. One timer per user is fine: there are few. */

import { useEffect, useState } from 'react'

export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), intervalMs)
    return () => clearInterval(timer)
  }, [intervalMs])
  return nowMs
}
