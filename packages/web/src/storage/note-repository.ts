/** Notes: what is new about whom devices talk to. Those whose kind is an alert are told by the channels, too. */

import type { DataSource, EntityManager } from 'typeorm'
import { DEFAULT_LEVELS, NOTE_KINDS, type NoteKind, type NoteLevel } from '../contract/note-kinds.js'
import { DEVICES_OF_MAC, macOf } from './keys.js'
import type { OutboxRepository } from './outbox-repository.js'
import type { PageQuery } from './paging.js'
import type { TransactionQueue } from './transaction-queue.js'

const MOST_NOTES = 10_000

export interface NewNote {
  atMs: number
  kind: NoteKind
  /** 0: all devices together. */
  deviceId: number
  subject: string
}

export interface StoredNote {
  id: number
  atMs: number
  kind: NoteKind
  device: string | null
  subject: string
  isAlert: boolean
}

export class NoteRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly outbox: OutboxRepository,
  ) {}

  /** Within the transaction that it follows from. */
  async add(manager: EntityManager, notes: readonly NewNote[]): Promise<void> {
    if (notes.length === 0) return
    const levels = await levelsOf(manager)
    for (const { atMs, kind, deviceId, subject } of notes) {
      if (levels[kind] === 'off') continue
      const isAlert = levels[kind] === 'alert'
      await manager.query(
        'INSERT INTO note (at_ms, kind, device_id, subject, is_alert) VALUES (?, ?, ?, ?, ?)',
        [atMs, kind, deviceId, subject, Number(isAlert)],
      )
      if (!isAlert) continue
      const [{ id } = { id: 0 }]: { id: number }[] = await manager.query('SELECT last_insert_rowid() AS id')
      await this.outbox.note(manager, { atMs, kind: 'note', ref: String(id), detail: '' })
    }
    await manager.query(`DELETE FROM note WHERE id <= (SELECT max(id) - ${MOST_NOTES} FROM note)`)
  }

  /** Newest first; of one device, or all. */
  async list(device: string | undefined, { page, pageSize }: PageQuery) {
    const where = device === undefined ? '' : `WHERE device_id IN ${DEVICES_OF_MAC}`
    const of = device === undefined ? [] : [device]
    const [count]: { n: number }[] = await this.read.query(`SELECT count(*) AS n FROM note ${where}`, of)
    const rows: RawNote[] = await this.read.query(`${SELECT} ${where} ORDER BY id DESC LIMIT ? OFFSET ?`, [
      ...of,
      pageSize,
      (page - 1) * pageSize,
    ])
    return { notes: rows.map(toNote), total: count?.n ?? 0 }
  }

  async get(id: number): Promise<StoredNote | null> {
    const [row]: RawNote[] = await this.read.query(`${SELECT} WHERE id = ?`, [id])
    return row ? toNote(row) : null
  }

  levels(): Promise<Record<NoteKind, NoteLevel>> {
    return levelsOf(this.read)
  }

  setLevel(kind: NoteKind, level: NoteLevel): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query(
        `INSERT INTO note_level (kind, level) VALUES (?, ?)
         ON CONFLICT (kind) DO UPDATE SET level = excluded.level`,
        [kind, level],
      )
    })
  }
}

type RawNote = Omit<StoredNote, 'isAlert'> & { isAlert: number }

const SELECT = `SELECT id, at_ms AS atMs, kind, ${macOf('note.device_id')} AS device, subject, is_alert AS isAlert
  FROM note`

function toNote({ isAlert, ...rest }: RawNote): StoredNote {
  return { ...rest, isAlert: isAlert === 1 }
}

async function levelsOf(asker: Pick<EntityManager, 'query'>): Promise<Record<NoteKind, NoteLevel>> {
  const rows: { kind: NoteKind; level: NoteLevel }[] = await asker.query('SELECT kind, level FROM note_level')
  const decided = new Map(rows.map(({ kind, level }) => [kind, level]))
  const of = (kind: NoteKind): [NoteKind, NoteLevel] => [kind, decided.get(kind) ?? DEFAULT_LEVELS[kind]]
  return Object.fromEntries(NOTE_KINDS.map(of)) as Record<NoteKind, NoteLevel>
}
