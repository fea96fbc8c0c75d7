/**
 * Fire drill: frames of a spoof that were never on a wire, shown to the decoder
 * and to detectors of their own, so that nothing of it is learnt. They are
 * tagged by addresses that no network has: documentation prefix (RFC 5737) and
 * documentation MACs (RFC 7042). Nothing is sent. Null: the detectors did not
 * find it, and that is what a drill is for.
 */

import { LINKTYPE_ETHERNET } from '../capture/packet-source.js'
import { NO_CONTEXT } from '../detect/engine/detection.js'
import { createDetectionEngine } from '../detect/engine/engine.js'
import type { AlertUpdate } from '../model/alert.js'
import { ARP_REPLY, encodeArp } from '../wire/arp.js'
import { decodeFrame } from '../wire/decode-frame.js'

const HOLDER = '00:00:5e:00:53:01'
const CLAIMANT = '00:00:5e:00:53:66'
const LISTENER = '00:00:5e:00:53:10'
const ADDRESS = '192.0.2.1'
const LISTENER_ADDRESS = '192.0.2.10'
/** The claimant repeats itself, as arpspoof does. */
const CLAIMS = 8
const CADENCE_MS = 2000

/** `nowMs` in capture time; `id` is the alert's, 32 hexadecimal digits. */
export function runDrill(nowMs: number, wallMs: number, id: string): AlertUpdate | null {
  const pinned = [{ ip: ADDRESS, mac: HOLDER }]
  const options = { learningMs: 0, activeVerification: false, allowedScanners: [] }
  const engine = createDetectionEngine({ ...NO_CONTEXT, gateways: [], pinned }, options)
  const beginMs = nowMs - (CLAIMS + 1) * CADENCE_MS
  const show = (mac: string, n: number) => {
    const atMs = beginMs + n * CADENCE_MS
    const frame = claimOf(mac)
    const stampMs = wallMs - nowMs + atMs
    engine.observe(decodeFrame(frame, LINKTYPE_ETHERNET, frame.length, atMs, stampMs))
    engine.tick(atMs)
  }
  show(HOLDER, 0)
  for (let n = 1; n <= CLAIMS; n++) show(CLAIMANT, n)
  engine.tick(nowMs)
  const found = engine.drain({ isLast: true }).alerts.findLast(({ alert }) => alert.kind === 'arp_spoof')
  if (!found) return null
  const times = { firstSeenMs: wallMs, lastSeenMs: wallMs }
  return {
    alert: { ...found.alert, id, kind: 'drill', severity: 'warning', state: 'ended', ...times },
    evidence: found.evidence,
  }
}

function claimOf(mac: string): Uint8Array {
  return encodeArp({
    destinationMac: LISTENER,
    sourceMac: mac,
    operation: ARP_REPLY,
    senderMac: mac,
    senderIp: ADDRESS,
    targetMac: LISTENER,
    targetIp: LISTENER_ADDRESS,
  })
}
