/** Titles the window: a person with many tabs, and one who hears them, tells the pages apart by it. */

import { useEffect } from 'react'

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · NetWatcher`
  }, [title])
}
