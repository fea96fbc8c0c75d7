import { expect, test } from 'vitest'
import { AlertState, Certainty, Role, Severity } from './gen/netwatcher/v1/alert.js'
import { CaptureState, UplinkEvidence, UplinkState, Vantage } from './gen/netwatcher/v1/capture.js'
import { Evidence } from './gen/netwatcher/v1/common.js'
import { ScanMethod, ScanPace } from './gen/netwatcher/v1/discovery.js'
import { EventKind } from './gen/netwatcher/v1/event.js'
import { BlockState } from './gen/netwatcher/v1/firewall.js'
import { PortScanProfile } from './gen/netwatcher/v1/portscan.js'
import {
  ALERT_STATE,
  BLOCK_STATE,
  CAPTURE_STATE,
  CERTAINTY,
  EVENT_KIND,
  EVIDENCE,
  nameOf,
  PORT_SCAN_PROFILE,
  ROLE,
  SCAN_METHOD,
  SCAN_PACE,
  SEVERITY,
  UPLINK_EVIDENCE,
  UPLINK_STATE,
  VANTAGE,
} from './names.js'

test.each([
  ['severity', SEVERITY, Severity],
  ['alert state', ALERT_STATE, AlertState],
  ['role', ROLE, Role],
  ['certainty', CERTAINTY, Certainty],
  ['evidence', EVIDENCE, Evidence],
  ['vantage', VANTAGE, Vantage],
  ['capture state', CAPTURE_STATE, CaptureState],
  ['uplink state', UPLINK_STATE, UplinkState],
  ['uplink evidence', UPLINK_EVIDENCE, UplinkEvidence],
  ['scan method', SCAN_METHOD, ScanMethod],
  ['scan pace', SCAN_PACE, ScanPace],
  ['event kind', EVENT_KIND, EventKind],
  ['block state', BLOCK_STATE, BlockState],
  ['port scan profile', PORT_SCAN_PROFILE, PortScanProfile],
])('every value of %s has one name', (_what, names: Record<string, number>, values: object) => {
  const defined = Object.values(values).filter((value) => value !== 0)
  const named = Object.values(names).filter((value) => value !== 0)
  expect(named.sort()).toEqual(defined.sort())
  for (const name in names) expect(nameOf(names, names[name] ?? -1)).toBe(name)
})

test('a value that nobody has defined has no name', () => {
  expect(nameOf(SEVERITY, 99)).toBeNull()
})
