/** The state of a sensor to its message, and its counters back. */

import type {
  CaptureStatus as CaptureStatusMessage,
  Decoy as DecoyMessage,
  HelloCounts as HelloCountsMessage,
  Uplink as UplinkMessage,
} from '@netwatcher/shared/gen/netwatcher/v1/capture'
import { CaptureState } from '@netwatcher/shared/gen/netwatcher/v1/capture'
import {
  CAPTURE_STATE,
  DECOY_STATE,
  nameOf,
  UPLINK_EVIDENCE,
  UPLINK_STATE,
  VANTAGE,
} from '@netwatcher/shared/names'
import type { HelloCounts, PlacedStatus, SensorCounters } from '../model/capture.js'
import { type DecoyStatus, MAX_DECOYS } from '../model/decoy.js'
import type { Uplink } from '../model/uplink.js'
import {
  checkCount,
  checkCounter,
  checkIp,
  checkMac,
  checkNumber,
  fail,
  limited,
  MAX_TIME_MS,
  optional,
} from './checks.js'
import { wholeNumber } from './numbers.js'
import { checkTables, toTable, toText } from './text.js'

/** What only the daemon knows is left empty. */
export function toCounters(counters: SensorCounters): CaptureStatusMessage {
  return {
    sensor: undefined,
    state: CaptureState.UNSPECIFIED,
    detail: undefined,
    packets: wholeNumber(counters.packets),
    bytes: wholeNumber(counters.bytes),
    dropped: wholeNumber(counters.dropped),
    interfaceDropped: wholeNumber(counters.interfaceDropped),
    malformed: wholeNumber(counters.malformed),
    overflowed: wholeNumber(counters.overflowed),
    flows: counters.flows,
    flowCapacity: counters.flowCapacity,
    vantage: VANTAGE[counters.vantage],
    foreignUnicast: wholeNumber(counters.foreignUnicast),
    probesSent: wholeNumber(counters.probesSent),
    sentPackets: wholeNumber(counters.sentPackets),
    sentBytes: wholeNumber(counters.sentBytes),
    pid: 0,
    uid: 0,
    rssBytes: wholeNumber(counters.rssBytes),
    restarts: 0,
    startedMs: 0n,
    learningUntilMs: wholeNumber(counters.learningUntilMs),
    kernelPackets: 0n,
    kernelBytes: 0n,
    tables: counters.tables.map(toTable),
    clockSteps: counters.clockSteps,
    segment: '',
    decoys: counters.decoys.map((decoy) => ({ ...decoy, state: DECOY_STATE[decoy.state] })),
    hellos: toHellos(counters.hellos),
    uplink: counters.uplink ? toUplink(counters.uplink) : undefined,
  }
}

export function toCaptureStatus(status: PlacedStatus, daemonId: string): CaptureStatusMessage {
  return {
    ...toCounters(status.counters),
    sensor: { daemonId, interface: status.interface },
    state: CAPTURE_STATE[status.state],
    detail: toText(status.detail),
    pid: status.pid,
    uid: status.uid,
    restarts: status.restarts,
    startedMs: wholeNumber(status.startedMs),
    kernelPackets: wholeNumber(status.kernelPackets),
    kernelBytes: wholeNumber(status.kernelBytes),
    segment: status.segment,
  }
}

export function checkCounters(status: CaptureStatusMessage): SensorCounters {
  return {
    packets: checkCounter(status.packets),
    bytes: checkCounter(status.bytes),
    dropped: checkCounter(status.dropped),
    interfaceDropped: checkCounter(status.interfaceDropped),
    malformed: checkCounter(status.malformed),
    overflowed: checkCounter(status.overflowed),
    flows: checkCount(status.flows),
    flowCapacity: checkCount(status.flowCapacity),
    vantage: nameOf(VANTAGE, status.vantage) ?? fail('vantage'),
    foreignUnicast: checkCounter(status.foreignUnicast),
    probesSent: checkCount(status.probesSent),
    sentPackets: checkCounter(status.sentPackets),
    sentBytes: checkCounter(status.sentBytes),
    rssBytes: checkCounter(status.rssBytes),
    learningUntilMs: checkNumber(status.learningUntilMs, MAX_TIME_MS),
    clockSteps: status.clockSteps,
    tables: checkTables(status.tables),
    decoys: limited(status.decoys, MAX_DECOYS, 'decoys').map(checkDecoy),
    hellos: checkHellos(status.hellos),
    uplink: status.uplink ? checkUplink(status.uplink) : null,
  }
}

function toHellos({ named, veiled, split, unnamed }: HelloCounts): HelloCountsMessage {
  return {
    named: wholeNumber(named),
    veiled: wholeNumber(veiled),
    split: wholeNumber(split),
    unnamed: wholeNumber(unnamed),
  }
}

function checkHellos(message: HelloCountsMessage | undefined): HelloCounts {
  if (message === undefined) return fail('hellos')
  const { named, veiled, split, unnamed } = message
  return {
    named: checkCounter(named),
    veiled: checkCounter(veiled),
    split: checkCounter(split),
    unnamed: checkCounter(unnamed),
  }
}

function checkDecoy({ ip, state, claimant }: DecoyMessage): DecoyStatus {
  return {
    ip: checkIp(ip),
    state: nameOf(DECOY_STATE, state) ?? fail('decoy state'),
    claimant: optional(claimant, checkMac),
  }
}

function toUplink(uplink: Uplink): UplinkMessage {
  return {
    state: UPLINK_STATE[uplink.state],
    sinceMs: wholeNumber(uplink.sinceMs),
    answeredMs: wholeNumber(uplink.answeredMs),
    evidence: UPLINK_EVIDENCE[uplink.evidence],
    gateway: uplink.gateway,
    gatewayAnsweredMs: wholeNumber(uplink.gatewayAnsweredMs),
  }
}

function checkUplink(message: UplinkMessage): Uplink {
  return {
    state: nameOf(UPLINK_STATE, message.state) ?? fail('uplink state'),
    sinceMs: checkNumber(message.sinceMs, MAX_TIME_MS),
    answeredMs: checkNumber(message.answeredMs, MAX_TIME_MS),
    evidence: nameOf(UPLINK_EVIDENCE, message.evidence) ?? fail('uplink evidence'),
    gateway: optional(message.gateway, checkIp),
    gatewayAnsweredMs: checkNumber(message.gatewayAnsweredMs, MAX_TIME_MS),
  }
}
