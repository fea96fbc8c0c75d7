/** Looks at the room for the database and remembers whether it runs short, for all who ask. */

import { type Room, type Shortage, shortageOf } from './shortage.js'

export interface WatchedRoom extends Room {
  /** Null while there is room. */
  shortage: Shortage | null
}

export class RoomWatch {
  private shortage: Shortage | null = null

  constructor(
    private readonly read: () => Promise<Room>,
    /** Room begins to run short, or (null) no longer does. */
    private readonly onShortage: (shortage: Shortage | null, room: Room) => void,
  ) {}

  async look(): Promise<WatchedRoom> {
    const room = await this.read()
    const shortage = shortageOf(room, this.shortage)
    const hasChanged = shortage !== this.shortage
    this.shortage = shortage
    if (hasChanged) this.onShortage(shortage, room)
    return { ...room, shortage }
  }
}
