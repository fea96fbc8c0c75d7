/**
 * Tables that are read and written row by row through TypeORM repositories.
 * The traffic tables are only ever touched by SQL in their repository. No
 * decorators: a schema is a value.
 */

import { EntitySchema } from 'typeorm'

export interface SnapshotRow {
  id: number
  takenAtMs: number
  method: string
  detail: string
  hosts: number
  clients: string
}

export const SnapshotEntity = new EntitySchema<SnapshotRow>({
  name: 'snapshot',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    takenAtMs: { type: 'integer', name: 'taken_at_ms' },
    method: { type: 'text' },
    detail: { type: 'text' },
    hosts: { type: 'integer' },
    clients: { type: 'text' },
  },
})

export interface SessionRow {
  idHash: string
  createdMs: number
  expiresMs: number
  /** Null: opened with the installation's own token, or a login link. */
  tokenId: number | null
}

export const SessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  columns: {
    idHash: { type: 'text', name: 'id_hash', primary: true },
    createdMs: { type: 'integer', name: 'created_ms' },
    expiresMs: { type: 'integer', name: 'expires_ms' },
    tokenId: { type: 'integer', name: 'token_id', nullable: true },
  },
  withoutRowid: true,
})

export interface TokenRow {
  id: number
  name: string
  secretHash: string
  access: 'read' | 'full'
  createdMs: number
}

export const TokenEntity = new EntitySchema<TokenRow>({
  name: 'token',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    name: { type: 'text' },
    secretHash: { type: 'text', name: 'secret_hash' },
    access: { type: 'text' },
    createdMs: { type: 'integer', name: 'created_ms' },
  },
})

export interface ChangeRow {
  id: number
  /** The last time that it happened. */
  atMs: number
  firstMs: number
  count: number
  /** Name of the token. */
  token: string
  way: 'bearer' | 'page'
  /** Address that it came from. */
  source: string
  method: string
  path: string
  status: number
}

export const ChangeEntity = new EntitySchema<ChangeRow>({
  name: 'change',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    atMs: { type: 'integer', name: 'at_ms' },
    firstMs: { type: 'integer', name: 'first_ms' },
    count: { type: 'integer' },
    token: { type: 'text' },
    way: { type: 'text' },
    source: { type: 'text' },
    method: { type: 'text' },
    path: { type: 'text' },
    status: { type: 'integer' },
  },
})

export interface UsedTicketRow {
  nonce: string
  expiresMs: number
}

export const UsedTicketEntity = new EntitySchema<UsedTicketRow>({
  name: 'used_ticket',
  columns: {
    nonce: { type: 'text', primary: true },
    expiresMs: { type: 'integer', name: 'expires_ms' },
  },
  withoutRowid: true,
})

export interface DaemonPositionRow {
  daemonId: string
  bootId: string
  sequence: number
  /** Counts the runs of all daemons in the order they were met: clocks may jump. */
  ordinal: number
  /** Start of the last traffic bucket that was applied; 0 before the first. */
  trafficMs: number
}

export const DaemonPositionEntity = new EntitySchema<DaemonPositionRow>({
  name: 'daemon_position',
  columns: {
    daemonId: { type: 'text', name: 'daemon_id', primary: true },
    bootId: { type: 'text', name: 'boot_id', primary: true },
    sequence: { type: 'integer' },
    ordinal: { type: 'integer' },
    trafficMs: { type: 'integer', name: 'traffic_ms' },
  },
  withoutRowid: true,
})

export interface GapRow {
  id: number
  daemonId: string
  bootId: string
  firstSequence: number
  lastSequence: number
  trafficBytes: number
  /** A `Text` as JSON. */
  cause: string
  atMs: number
  /** The time that it covers; both 0 when that is not known. */
  fromMs: number
  toMs: number
  /** 0: every sensor of the daemon. */
  sensorId: number
}

export const GapEntity = new EntitySchema<GapRow>({
  name: 'gap',
  columns: {
    id: { type: 'integer', primary: true, generated: true },
    daemonId: { type: 'text', name: 'daemon_id' },
    bootId: { type: 'text', name: 'boot_id' },
    firstSequence: { type: 'integer', name: 'first_sequence' },
    lastSequence: { type: 'integer', name: 'last_sequence' },
    trafficBytes: { type: 'integer', name: 'traffic_bytes' },
    cause: { type: 'text' },
    atMs: { type: 'integer', name: 'at_ms' },
    fromMs: { type: 'integer', name: 'from_ms' },
    toMs: { type: 'integer', name: 'to_ms' },
    sensorId: { type: 'integer', name: 'sensor_id' },
  },
})

export const ENTITIES = [
  SnapshotEntity,
  SessionEntity,
  TokenEntity,
  ChangeEntity,
  UsedTicketEntity,
  DaemonPositionEntity,
  GapEntity,
]
