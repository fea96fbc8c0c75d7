/**
 * Everything that the daemon has reported, as encoded events in a ring that is
 * bounded by bytes. Readers pull with a cursor of their own, so a slow one
 * costs no memory: what was dropped before it was read reaches it as a gap
 * that says how many events and traffic bytes are missing.
 */

import { invalidArgument, type TableStatus, text } from '@netwatcher/shared'
import type { EventKind, EventPayload, Gap, Position } from '../model/event.js'
import { ByteRing } from './byte-ring.js'

interface Entry {
  kind: EventPayload['kind']
  length: number
  /** Where it is in the ring; null: by itself, because it is too large for that. */
  place: number | null
  ownBytes: Uint8Array | null
  /** Traffic bytes in all events before this one, for the size of gaps. */
  trafficBefore: number
  atMs: number
}

/** How events become bytes, and what time it is. */
export interface JournalCodec {
  encodeEvent(position: Position, atMs: number, payload: EventPayload): Uint8Array
  encodeGap(position: Position, atMs: number, gap: Gap): Uint8Array
  nowMs(): number
}

export interface JournalStatus {
  /** Sequence 0 where nothing has been reported yet. */
  oldest: Position
  newest: Position
  bytes: number
  capacityBytes: number
  droppedEvents: number
  subscribers: number
}

/** What an entry costs besides its bytes: the object and its place in the array. */
const ENTRY_OVERHEAD_BYTES = 128
/** Events longer than this share of the capacity are rare, and would leave large holes in the ring. */
const MAX_RING_SHARE = 1 / 4

export class Journal {
  private entries: (Entry | null)[] = []
  /** Entries at the front of the array that have been dropped: null. */
  private droppedInArray = 0
  private oldestSequence = 1
  private heldBytes = 0
  private trafficTotal = 0
  private droppedEvents = 0
  /** The newest event that was given to any reader, known also after it was dropped; sequence 0 when none was. */
  private lastRead = { sequence: 0, trafficAfter: 0, atMs: 0 }
  private readonly cursors = new Set<JournalCursor>()
  private readonly ring: ByteRing

  constructor(
    readonly bootId: string,
    private readonly capacityBytes: number,
    private readonly codec: JournalCodec,
  ) {
    this.ring = new ByteRing(capacityBytes)
  }

  append(payload: EventPayload): Position {
    const position = { bootId: this.bootId, sequence: this.newestSequence + 1 }
    const atMs = this.codec.nowMs()
    const bytes = this.codec.encodeEvent(position, atMs, payload)
    const { length } = bytes
    const size = length + ENTRY_OVERHEAD_BYTES
    while (this.heldBytes + size > this.capacityBytes && this.entryCount > 0) this.dropOldest()
    const place = length > this.capacityBytes * MAX_RING_SHARE ? null : this.keep(bytes)
    const ownBytes = place === null ? bytes : null
    this.entries.push({ kind: payload.kind, length, place, ownBytes, trafficBefore: this.trafficTotal, atMs })
    this.trafficTotal += trafficBytes(payload)
    this.heldBytes += size
    for (const cursor of this.cursors) cursor.wake()
    return position
  }

  /** A reader after `after`, or from the oldest event that is held or that nobody has read when it is null. */
  open(after: Position | null, kinds: ReadonlySet<EventKind>): JournalCursor {
    if (after?.bootId === this.bootId && after.sequence > this.newestSequence) {
      throw invalidArgument('POSITION_IN_FUTURE', 'The position is newer than the newest event.')
    }
    const cursor = new JournalCursor(this, kinds, after)
    this.cursors.add(cursor)
    return cursor
  }

  close(cursor: JournalCursor): void {
    this.cursors.delete(cursor)
  }

  status(): JournalStatus {
    const isEmpty = this.entryCount === 0
    return {
      oldest: { bootId: this.bootId, sequence: isEmpty ? 0 : this.oldestSequence },
      newest: { bootId: this.bootId, sequence: this.newestSequence },
      bytes: this.heldBytes,
      capacityBytes: this.capacityBytes,
      droppedEvents: this.droppedEvents,
      subscribers: this.cursors.size,
    }
  }

  table(): TableStatus {
    const { capacityBytes, droppedEvents } = this
    const bytes = { entries: this.heldBytes, capacity: capacityBytes }
    return { table: 'journal_bytes', ...bytes, evicted: droppedEvents, refused: 0 }
  }

  get oldest(): number {
    return this.oldestSequence
  }

  get newestSequence(): number {
    return this.oldestSequence + this.entryCount - 1
  }

  entry(sequence: number): Entry | undefined {
    return this.entries[this.droppedInArray + sequence - this.oldestSequence] ?? undefined
  }

  bytesOf({ place, length, ownBytes }: Entry): Uint8Array {
    return place === null ? (ownBytes ?? NO_BYTES) : this.ring.read(place, length)
  }

  /** Traffic bytes in all events before `sequence`; null when that is no longer known. */
  trafficBefore(sequence: number): number | null {
    if (sequence === 1) return 0
    if (sequence > this.newestSequence) return this.trafficTotal
    if (sequence === this.newestRead + 1) return this.lastRead.trafficAfter
    return sequence < this.oldestSequence ? null : (this.entry(sequence)?.trafficBefore ?? null)
  }

  /** When the event was reported; 0 when that is no longer known. */
  timeOf(sequence: number): number {
    if (sequence === this.newestRead) return this.lastRead.atMs
    return sequence < this.oldestSequence ? 0 : (this.entry(sequence)?.atMs ?? 0)
  }

  encodeGap(gap: Gap): Uint8Array {
    const position = { bootId: this.bootId, sequence: this.oldestSequence - 1 }
    return this.codec.encodeGap(position, this.codec.nowMs(), gap)
  }

  /** The newest event that was given to any reader; 0 when none was. */
  get newestRead(): number {
    return this.lastRead.sequence
  }

  noteRead(sequence: number, atMs: number): void {
    if (sequence <= this.newestRead) return
    this.lastRead = { sequence, trafficAfter: this.trafficBefore(sequence + 1) ?? 0, atMs }
  }

  private get entryCount(): number {
    return this.entries.length - this.droppedInArray
  }

  private keep(bytes: Uint8Array): number {
    let place = this.ring.push(bytes)
    for (; place === null; place = this.ring.push(bytes)) this.dropOldest()
    return place
  }

  private dropOldest(): void {
    const entry = this.entry(this.oldestSequence)
    this.heldBytes -= (entry?.length ?? 0) + ENTRY_OVERHEAD_BYTES
    if (this.oldestSequence > this.newestRead) this.droppedEvents++
    this.entries[this.droppedInArray] = null
    this.oldestSequence++
    this.droppedInArray++
    if (entry && entry.place !== null) this.ring.freeBefore(this.oldestPlace())
    if (this.droppedInArray * 2 < this.entries.length) return
    this.entries = this.entries.slice(this.droppedInArray)
    this.droppedInArray = 0
  }

  private oldestPlace(): number | null {
    for (let i = this.droppedInArray; i < this.entries.length; i++) {
      const place = this.entries[i]?.place ?? null
      if (place !== null) return place
    }
    return null
  }
}

const NO_BYTES = new Uint8Array(0)

function trafficBytes(payload: EventPayload): number {
  if (payload.kind !== 'traffic') return 0
  const { rows, otherBytes } = payload.traffic
  return rows.reduce((sum, row) => sum + row.txBytes + row.rxBytes, otherBytes)
}

/** One reader's place in the journal. */
export class JournalCursor {
  private next: number
  /** Traffic bytes in all events before `next`; null when not known. */
  private trafficSeen: number | null
  /** When the event before `next` was reported, or that after a gap; 0 when not known. */
  private seenMs: number
  private isFromOtherBoot: boolean
  private wakeUp: (() => void) | null = null

  constructor(
    private readonly journal: Journal,
    private readonly kinds: ReadonlySet<EventKind>,
    after: Position | null,
  ) {
    this.isFromOtherBoot = after !== null && after.bootId !== journal.bootId
    const unread = Math.min(journal.oldest, journal.newestRead + 1)
    this.next = after === null ? unread : this.isFromOtherBoot ? 1 : after.sequence + 1
    this.trafficSeen = journal.trafficBefore(this.next)
    this.seenMs = journal.timeOf(this.next - 1)
  }

  /** What it can no longer be given, and will be told as a gap; null when there is nothing. */
  get missed(): { first: number; last: number } | null {
    const { oldest } = this.journal
    return this.next < oldest ? { first: this.next, last: oldest - 1 } : null
  }

  /** The next event, or gap, as bytes; null when there is none yet. */
  read(): Uint8Array | null {
    if (this.isFromOtherBoot || this.next < this.journal.oldest) return this.readGap()
    for (;;) {
      const entry = this.journal.entry(this.next)
      if (!entry) return null
      this.next++
      this.trafficSeen = this.journal.trafficBefore(this.next)
      this.seenMs = entry.atMs
      this.journal.noteRead(this.next - 1, entry.atMs)
      if (this.wants(entry.kind)) return this.journal.bytesOf(entry)
    }
  }

  /** Gaps are always told. */
  private wants(kind: EventPayload['kind']): boolean {
    return this.kinds.size === 0 || kind === 'gap' || this.kinds.has(kind)
  }

  private readGap(): Uint8Array {
    const { oldest } = this.journal
    const nowKnown = this.journal.trafficBefore(oldest) ?? 0
    const gap = this.isFromOtherBoot
      ? { firstSequence: 0, lastSequence: 0, cause: text('gap_restarted') }
      : { firstSequence: this.next, lastSequence: oldest - 1, cause: text('gap_journal_full') }
    const trafficBytes = this.trafficSeen === null ? 0 : nowKnown - this.trafficSeen
    const heldFromMs = this.journal.timeOf(oldest)
    // What another run had not told ends at a time that this one does not know.
    const span = { fromMs: this.seenMs, toMs: this.isFromOtherBoot ? 0 : heldFromMs }
    this.isFromOtherBoot = false
    this.next = oldest
    this.trafficSeen = nowKnown
    this.seenMs = heldFromMs
    return this.journal.encodeGap({ ...gap, ...span, trafficBytes })
  }

  /** Settles when there may be something to read, or when `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        this.wakeUp = null
        signal.removeEventListener('abort', settle)
        resolve()
      }
      this.wakeUp = settle
      signal.addEventListener('abort', settle, { once: true })
      if (signal.aborted) settle()
    })
  }

  wake(): void {
    this.wakeUp?.()
  }
}
