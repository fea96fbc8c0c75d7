/** What went wrong with the daemon itself since it started, for its status. */

import type { Text } from '@netwatcher/shared'

export interface Notice {
  text: Text
  atMs: number
}

const MAX_NOTICES = 64

export class Notices {
  private readonly notices: Notice[] = []

  /** The newest are kept. */
  add(notice: Notice): void {
    this.notices.push(notice)
    if (this.notices.length > MAX_NOTICES) this.notices.shift()
  }

  /** Oldest first. */
  list(): readonly Notice[] {
    return this.notices
  }
}
