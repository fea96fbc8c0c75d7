/** An audit whose file is in memory, for tests of whoever writes to it. */

import { FakeTextFile } from '../os/fake-text-file.js'
import { AuditLog } from './audit-log.js'
import { AuditTrail } from './audit-trail.js'

const LOG = { info: () => {}, warn: () => {}, error: () => {} }

export function fakeAudit(wallMs: () => number = Date.now, file = new FakeTextFile()) {
  const log = new AuditLog(file)
  log.load()
  return { log, trail: new AuditTrail(log, wallMs, LOG) }
}
