/** Every migration, oldest first. A stored file moves forward through these only. */

import { Initial0000000000001 } from './migrations/0001-initial.js'
import { Windows0000000000002 } from './migrations/0002-windows.js'
import { BelievedTime0000000000003 } from './migrations/0003-believed-time.js'
import { Sites0000000000004 } from './migrations/0004-sites.js'
import { GapTimes0000000000005 } from './migrations/0005-gap-times.js'
import { Segments0000000000006 } from './migrations/0006-segments.js'
import { GapCauses0000000000007 } from './migrations/0007-gap-causes.js'
import { SetAside0000000000008 } from './migrations/0008-set-aside.js'
import { Inventory0000000000009 } from './migrations/0009-inventory.js'
import { Clues0000000000011 } from './migrations/0011-clues.js'
import { Incidents0000000000013 } from './migrations/0013-incidents.js'
import { Notifications0000000000014 } from './migrations/0014-notifications.js'
import { Tokens0000000000016 } from './migrations/0016-tokens.js'
import { Domains0000000000020 } from './migrations/0020-domains.js'
import { Talk0000000000021 } from './migrations/0021-talk.js'
import { SnapshotDevices0000000000024 } from './migrations/0024-snapshot-devices.js'
import { PresenceByTime0000000000025 } from './migrations/0025-presence-by-time.js'
import { GapSpans0000000000050 } from './migrations/0050-gap-spans.js'
import { NoteRules0000000000051 } from './migrations/0051-note-rules.js'
import { AskedNames0000000000060 } from './migrations/0060-asked-names.js'
import { Uplink0000000000070 } from './migrations/0070-uplink.js'

export const MIGRATIONS = [
  Initial0000000000001,
  Windows0000000000002,
  BelievedTime0000000000003,
  Sites0000000000004,
  GapTimes0000000000005,
  Segments0000000000006,
  GapCauses0000000000007,
  SetAside0000000000008,
  Inventory0000000000009,
  Clues0000000000011,
  Incidents0000000000013,
  Notifications0000000000014,
  Tokens0000000000016,
  Domains0000000000020,
  Talk0000000000021,
  SnapshotDevices0000000000024,
  PresenceByTime0000000000025,
  GapSpans0000000000050,
  NoteRules0000000000051,
  AskedNames0000000000060,
  Uplink0000000000070,
]
