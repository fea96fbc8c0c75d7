/** Channels: where to, by which rules, and how that goes. Their secrets are in a file of their own. */

import type { DataSource, EntityManager } from 'typeorm'
import { type ChannelSettings, type ChannelState, type Rules, rulesSchema } from '../contract/channels.js'
import type { SecretFile } from './secret-file.js'
import type { TransactionQueue } from './transaction-queue.js'

export interface StoredChannel {
  id: number
  name: string
  settings: ChannelSettings
  rules: Rules
  isEnabled: boolean
  createdMs: number
  state: ChannelState
}

export type ChannelChange = Partial<Pick<StoredChannel, 'name' | 'settings' | 'rules' | 'isEnabled'>>

const COLUMNS: Record<keyof ChannelChange, string> = {
  name: 'name',
  settings: 'settings',
  rules: 'rules',
  isEnabled: 'is_enabled',
}

export class ChannelRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
    private readonly secrets: SecretFile,
  ) {}

  async list(): Promise<StoredChannel[]> {
    const rows: RawChannel[] = await this.read.query(`${SELECT} ORDER BY c.id`)
    return rows.map(channelFrom)
  }

  async get(id: number): Promise<StoredChannel | null> {
    const [row]: RawChannel[] = await this.read.query(`${SELECT} WHERE c.id = ?`, [id])
    return row ? channelFrom(row) : null
  }

  async hasName(name: string): Promise<boolean> {
    const rows: unknown[] = await this.read.query('SELECT 1 FROM channel WHERE name = ?', [name])
    return rows.length > 0
  }

  async add(
    channel: Pick<StoredChannel, 'name' | 'settings' | 'rules' | 'isEnabled'>,
    secret: string,
    nowMs: number,
  ): Promise<number> {
    return await this.writes.run(async (manager) => {
      await manager.query(
        'INSERT INTO channel (name, settings, rules, is_enabled, created_ms) VALUES (?, ?, ?, ?, ?)',
        [
          channel.name,
          JSON.stringify(channel.settings),
          JSON.stringify(channel.rules),
          channel.isEnabled,
          nowMs,
        ],
      )
      const [row]: { id: number }[] = await manager.query('SELECT last_insert_rowid() AS id')
      const id = row?.id ?? 0
      this.secrets.set(id, secret)
      return id
    })
  }

  /** `secret` is left as it is when it is undefined. */
  change(id: number, change: ChannelChange, secret: string | undefined): Promise<void> {
    return this.writes.run(async (manager) => {
      for (const key of Object.keys(COLUMNS) as (keyof ChannelChange)[]) {
        const value = change[key]
        if (value === undefined) continue
        const stored = typeof value === 'object' ? JSON.stringify(value) : value
        await manager.query(`UPDATE channel SET ${COLUMNS[key]} = ? WHERE id = ?`, [stored, id])
      }
      if (secret !== undefined) this.secrets.set(id, secret)
    })
  }

  remove(id: number): Promise<void> {
    return this.writes.run(async (manager) => {
      await manager.query('DELETE FROM channel WHERE id = ?', [id])
      this.secrets.set(id, '')
    })
  }

  secretOf(id: number): string {
    return this.secrets.get(id)
  }

  /** What a broker keeps for this channel, by topic. */
  async retained(id: number): Promise<Map<string, string>> {
    const rows: { topic: string; payload: string }[] = await this.read.query(
      'SELECT topic, payload FROM retained WHERE channel_id = ?',
      [id],
    )
    return new Map(rows.map(({ topic, payload }) => [topic, payload]))
  }

  /** Remembered before it is published, and forgotten after it was cleared: nothing is left behind. */
  keepRetained(id: number, topic: string, payload: string): Promise<void> {
    return this.writes.run((manager) => writeRetained(manager, id, topic, payload))
  }
}

async function writeRetained(manager: EntityManager, id: number, topic: string, payload: string) {
  if (payload === '') {
    await manager.query('DELETE FROM retained WHERE channel_id = ? AND topic = ?', [id, topic])
    return
  }
  await manager.query(
    `INSERT INTO retained (channel_id, topic, payload) SELECT id, ?2, ?3 FROM channel WHERE id = ?1
     ON CONFLICT (channel_id, topic) DO UPDATE SET payload = excluded.payload`,
    [id, topic, payload],
  )
}

const SELECT = `SELECT c.*, (SELECT count(*) FROM delivery WHERE channel_id = c.id) AS waiting FROM channel c`

interface RawChannel {
  id: number
  name: string
  settings: string
  rules: string
  is_enabled: number
  created_ms: number
  waiting: number
  sent: number
  dropped: number
  last_sent_ms: number | null
  last_error: string
  failing_since_ms: number | null
}

function channelFrom(row: RawChannel): StoredChannel {
  return {
    id: row.id,
    name: row.name,
    settings: JSON.parse(row.settings),
    // What a later version asks for is not in an earlier one's.
    rules: rulesSchema.parse(JSON.parse(row.rules)),
    isEnabled: row.is_enabled === 1,
    createdMs: row.created_ms,
    state: {
      waiting: row.waiting,
      sent: row.sent,
      dropped: row.dropped,
      lastSentMs: row.last_sent_ms,
      lastError: row.last_error,
      failingSinceMs: row.failing_since_ms,
    },
  }
}
