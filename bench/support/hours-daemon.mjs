/** The daemon of `hours`: what becomes of a sensor's reports until they are in the journal and read from it. */

import { encodeEvent, encodeGap } from '../../packages/daemon/dist/convert/event.js'
import { decodeReport } from '../../packages/daemon/dist/convert/report.js'
import { Neighbors } from '../../packages/daemon/dist/discovery/neighbors.js'
import { Segments } from '../../packages/daemon/dist/discovery/segments.js'
import { BindingHistory } from '../../packages/daemon/dist/firewall/binding-history.js'
import { AlertStore } from '../../packages/daemon/dist/journal/alert-store.js'
import { Journal } from '../../packages/daemon/dist/journal/journal.js'
import { Recorder } from '../../packages/daemon/dist/journal/recorder.js'
import { NO_FACTS } from '../../packages/daemon/dist/model/interface.js'
import { openStateDirectory } from '../../packages/daemon/dist/os/state-directory.js'
import { textFile } from '../../packages/daemon/dist/os/text-file.js'
import { LearntStore } from '../../packages/daemon/dist/sensor/learnt-store.js'
import { NO_TEXT } from '../../packages/shared/dist/index.js'
import { OWN } from './home.mjs'
import { serve } from './part.mjs'

const MIB = 2 ** 20
/** Bounds that are reached within the first hour: what is looked for is what has none. */
const JOURNAL_BYTES = 3 * MIB
const ALERT_LIMITS = { count: 250, alertBytes: 16 * MIB, evidenceBytes: 64 * MIB }
const INTERFACE = 'eth0'
const DAEMON_ID = 'd'.repeat(32)
const LOG = { info: () => {}, warn: () => {}, error: (message, fields) => console.error(message, fields) }
const FACTS = { ...NO_FACTS, mac: OWN.mac, gateways: ['192.168.77.1'] }

let nowMs = 0
/** @type {ReturnType<Journal['open']>} */
let cursor
/** @type {{ journal: Journal, alerts: AlertStore, recorder: Recorder, learnt: LearntStore, history: BindingHistory, hosts: ReturnType<Recorder['found']>[] }} */
let parts
let counters

function start({ atMs, folder }) {
  nowMs = atMs
  const openState = (...names) => openStateDirectory([folder, ...names].join('/'), () => {})
  openState()
  const journal = new Journal('b'.repeat(32), JOURNAL_BYTES, {
    encodeEvent: (position, eventMs, payload) => encodeEvent(position, eventMs, payload, DAEMON_ID),
    encodeGap,
    nowMs: () => nowMs,
  })
  const alerts = new AlertStore(openState('alerts'), ALERT_LIMITS, LOG)
  const neighbors = new Neighbors()
  const segments = new Segments({ own: () => [{ name: INTERFACE, mac: OWN.mac }], nowMs: () => nowMs })
  const recorder = new Recorder({
    journal,
    alerts,
    neighbors,
    segments,
    ownMacs: () => [OWN.mac],
    facts: () => FACTS,
    status: () => (counters ? captureStatus() : null),
    nowMs: () => nowMs,
    log: LOG,
  })
  parts = {
    journal,
    alerts,
    recorder,
    learnt: new LearntStore(openState('learnt'), LOG),
    history: new BindingHistory(textFile(openState(), 'protected-bindings.json'), () => nowMs, LOG),
    hosts: [],
  }
  cursor = journal.open(null, new Set())
}

function captureStatus() {
  return {
    interface: INTERFACE,
    state: /** @type {const} */ ('running'),
    detail: NO_TEXT,
    counters,
    pid: 1,
    uid: 999,
    restarts: 0,
    startedMs: 1,
    kernelPackets: counters.packets,
    kernelBytes: counters.bytes,
  }
}

/** Takes what a sensor has written; gives the events that a reader gets for it. */
function take({ reports }) {
  for (const { atMs, bytes } of reports) {
    nowMs = atMs
    record(decodeReport(bytes))
  }
  const events = []
  for (let event = cursor.read(); event; event = cursor.read()) events.push(event)
  // The reader has stored all of it.
  parts.alerts.acknowledge(parts.journal.newestSequence)
  return events
}

/** @param {ReturnType<typeof decodeReport>} report */
function record(report) {
  const { recorder, learnt, history } = parts
  if (report.type === 'learnt') learnt.write(INTERFACE, report.snapshot)
  else if (report.type === 'scan') noteScan(report.step)
  else {
    if (report.type === 'status') counters = report.counters
    recorder.record(INTERFACE, report)
  }
  if (report.type !== 'observation') return
  history.watch(FACTS.gateways)
  history.note(report.hosts)
}

function noteScan(step) {
  if (step.type === 'host') parts.hosts.push(parts.recorder.found(INTERFACE, step.host))
  if (step.type === 'summary') parts.recorder.recordScan(INTERFACE, step.summary, parts.hosts.splice(0))
}

serve({ start, take })
