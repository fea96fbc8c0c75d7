/** Tokens with a name, beside that of the installation. Only a hash of each secret is kept. */

import { NetWatcherError } from '@netwatcher/shared'
import type { DataSource } from 'typeorm'
import { SessionEntity, TokenEntity, type TokenRow } from './entities.js'
import type { TransactionQueue } from './transaction-queue.js'

const MAX_TOKENS = 64

export type StoredToken = Omit<TokenRow, 'secretHash'>

export class TokenRepository {
  constructor(
    private readonly read: DataSource,
    private readonly writes: TransactionQueue,
  ) {}

  /** The oldest first. */
  async list(): Promise<StoredToken[]> {
    const rows = await this.read.getRepository(TokenEntity).find({ order: { id: 'ASC' } })
    return rows.map(({ secretHash: _secretHash, ...token }) => token)
  }

  async ofHash(secretHash: string): Promise<StoredToken | null> {
    return await this.read.getRepository(TokenEntity).findOneBy({ secretHash })
  }

  async ofId(id: number): Promise<StoredToken | null> {
    return await this.read.getRepository(TokenEntity).findOneBy({ id })
  }

  /** Throws when the name is taken or there are too many. */
  create(token: Omit<TokenRow, 'id'>): Promise<number> {
    return this.writes.run(async (manager) => {
      if (await manager.existsBy(TokenEntity, { name: token.name })) throw nameTaken(token.name)
      if ((await manager.count(TokenEntity)) >= MAX_TOKENS) throw tooMany()
      const { identifiers } = await manager.insert(TokenEntity, { ...token })
      return Number(identifiers[0]?.id)
    })
  }

  /** With the sessions that were opened with it. False when there is no such token. */
  revoke(id: number): Promise<boolean> {
    return this.writes.run(async (manager) => {
      await manager.delete(SessionEntity, { tokenId: id })
      const { affected } = await manager.delete(TokenEntity, { id })
      return affected !== 0
    })
  }
}

function nameTaken(name: string): NetWatcherError {
  return new NetWatcherError('already_exists', 'TOKEN_NAME', `There is a token "${name}" already.`)
}

function tooMany(): NetWatcherError {
  const sentence = `There are ${MAX_TOKENS} tokens; revoke one first.`
  return new NetWatcherError('resource_exhausted', 'TOKENS', sentence)
}
