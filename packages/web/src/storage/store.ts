/** The store: one repository per aggregate over one database. The only TypeORM users are in this folder. */

import { join } from 'node:path'
import { AlertRepository } from './alert-repository.js'
import { AskedNameRepository } from './asked-name-repository.js'
import { AuditRepository } from './audit-repository.js'
import { ChangeRepository } from './change-log.js'
import { ChannelRepository } from './channel-repository.js'
import { ClueRepository } from './clue-repository.js'
import { openCursor } from './cursor.js'
import { CutRepository } from './cut-repository.js'
import { type Database, type DatabaseOptions, openDatabase } from './database.js'
import { DeviceRepository } from './device-repository.js'
import { ImportRepository } from './import-repository.js'
import { IncidentRepository } from './incident-repository.js'
import { Interner } from './intern.js'
import { InventoryChoices } from './inventory-choice.js'
import { InventoryRepository } from './inventory-repository.js'
import { Milestones } from './milestones.js'
import { NameRepository } from './name-repository.js'
import { NoteRepository } from './note-repository.js'
import { OutboxRepository } from './outbox-repository.js'
import { PortScanRepository } from './port-scan-repository.js'
import { PositionRepository } from './position-repository.js'
import { PresenceRepository } from './presence-repository.js'
import { QuarantineRepository } from './quarantine-repository.js'
import { ResolverRepository } from './resolver-repository.js'
import { RetentionRepository } from './retention-repository.js'
import { SameDeviceRepository } from './same-device-repository.js'
import { SECRETS_FILE, SecretFile } from './secret-file.js'
import { SessionRepository } from './session-repository.js'
import { SightingRepository } from './sighting-repository.js'
import { SiteRepository } from './site-repository.js'
import { SnapshotRepository } from './snapshot-repository.js'
import { NOTHING_KNOWN, type Outside, TalkMemory, TalkRepository } from './talk-repository.js'
import { TokenRepository } from './token-repository.js'
import { TrafficRepository } from './traffic-repository.js'
import { UplinkRepository } from './uplink-repository.js'
import { VolumeRepository } from './volume-repository.js'
import { WindowRepository } from './window-repository.js'

/** A transaction under way. */
export type { EntityManager } from 'typeorm'

export interface Store {
  database: Database
  interner: Interner
  incidents: IncidentRepository
  alerts: AlertRepository
  askedNames: AskedNameRepository
  channels: ChannelRepository
  audit: AuditRepository
  changes: ChangeRepository
  clues: ClueRepository
  cuts: CutRepository
  devices: DeviceRepository
  imports: ImportRepository
  inventory: InventoryRepository
  inventoryChoices: InventoryChoices
  milestones: Milestones
  names: NameRepository
  notes: NoteRepository
  outbox: OutboxRepository
  portScans: PortScanRepository
  positions: PositionRepository
  presence: PresenceRepository
  quarantine: QuarantineRepository
  resolvers: ResolverRepository
  retention: RetentionRepository
  sameDevices: SameDeviceRepository
  sessions: SessionRepository
  sightings: SightingRepository
  sites: SiteRepository
  snapshots: SnapshotRepository
  talks: TalkRepository
  tokens: TokenRepository
  traffic: TrafficRepository
  uplinks: UplinkRepository
  volumes: VolumeRepository
  windows: WindowRepository
  close(): Promise<void>
}

export interface StoreOptions extends DatabaseOptions {
  /** What is known of addresses apart from the database. */
  outside?: Outside
  /** How long it is kept which names devices ask for; 0: not at all. */
  askedNamesDays?: number
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { outside = NOTHING_KNOWN, askedNamesDays = 0 } = options
  const interner = new Interner()
  const talked = new TalkMemory()
  const database = await openDatabase(options, () => {
    interner.clear()
    talked.clear()
  })
  const { read, snapshots, analysis, writes } = database
  const cursor = () => openCursor(database.path)
  const windows = new WindowRepository(read, writes)
  const outbox = new OutboxRepository(read, writes)
  const notes = new NoteRepository(read, writes, outbox)
  const askedNames = new AskedNameRepository(read, writes, askedNamesDays)
  const volumes = new VolumeRepository(read, writes, notes)
  const traffic = new TrafficRepository(read, snapshots, analysis, writes, interner, cursor)
  return {
    database,
    interner,
    incidents: new IncidentRepository(read, writes, interner),
    alerts: new AlertRepository(read, writes, interner),
    channels: new ChannelRepository(read, writes, new SecretFile(join(options.stateDir, SECRETS_FILE))),
    askedNames,
    audit: new AuditRepository(read, writes),
    cuts: new CutRepository(read, traffic),
    changes: new ChangeRepository(read),
    clues: new ClueRepository(),
    devices: new DeviceRepository(read, cursor),
    imports: new ImportRepository(read, writes, interner),
    inventory: new InventoryRepository(read, writes, interner),
    inventoryChoices: new InventoryChoices(read, writes),
    milestones: new Milestones(read, writes),
    names: new NameRepository(read),
    notes,
    outbox,
    portScans: new PortScanRepository(read, writes, notes),
    positions: new PositionRepository(read, writes),
    presence: new PresenceRepository(read, writes),
    quarantine: new QuarantineRepository(read),
    resolvers: new ResolverRepository(read, outside),
    retention: new RetentionRepository(read, writes, interner, windows, askedNames, volumes),
    sameDevices: new SameDeviceRepository(read),
    sessions: new SessionRepository(read, writes),
    sightings: new SightingRepository(interner),
    sites: new SiteRepository(writes),
    snapshots: new SnapshotRepository(read, writes),
    talks: new TalkRepository(notes, talked, outside),
    tokens: new TokenRepository(read, writes),
    traffic,
    uplinks: new UplinkRepository(read, outbox),
    volumes,
    windows,
    close: () => database.close(),
  }
}
