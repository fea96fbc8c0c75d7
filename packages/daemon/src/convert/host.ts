/** Hosts, names and bindings to and from their messages. */

import { CLUE_SOURCES, MAX_CLUE_LENGTH, NAME_SOURCES } from '@netwatcher/shared'
import type { Binding as BindingMessage, Host } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { Observation } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { EVIDENCE, nameOf } from '@netwatcher/shared/names'
import type { Binding, Clue, HostFound, HostSeen, NameSighting } from '../model/host.js'
import {
  checkIp,
  checkMac,
  checkNumber,
  cleanText,
  fail,
  limited,
  MAX_REPORT_ENTRIES,
  MAX_TIME_MS,
  MAX_VLAN,
  oneOf,
  optional,
} from './checks.js'
import { wholeNumber } from './numbers.js'

/** A DNS name in text (RFC 1035 section 2.3.4). */
const MAX_NAME_LENGTH = 255

export function toHostSeen(host: HostSeen): Host {
  return {
    sensor: undefined,
    ip: host.ip,
    mac: host.mac,
    evidence: EVIDENCE[host.evidence],
    seenMs: wholeNumber(host.seenMs),
    isSelf: false,
    isGateway: false,
    vlan: host.vlan,
    isDisputed: false,
  }
}

export function toHost(host: HostFound, daemonId: string): Host {
  const { isSelf, isGateway } = host
  return { ...toHostSeen(host), sensor: { daemonId, interface: host.interface }, isSelf, isGateway }
}

export function checkHost(host: Host): HostSeen {
  return {
    ip: host.mac === '' ? checkIp(host.ip) : optional(host.ip, checkIp),
    mac: optional(host.mac, checkMac),
    evidence: nameOf(EVIDENCE, host.evidence) ?? fail('evidence'),
    seenMs: checkNumber(host.seenMs, MAX_TIME_MS),
    vlan: checkNumber(host.vlan, MAX_VLAN),
  }
}

export function toName(name: NameSighting): Observation['names'][number] {
  return { ...name, vlan: 0 }
}

function checkName({ ip, mac, name, source }: Observation['names'][number]): NameSighting {
  return {
    ip: optional(ip, checkIp),
    mac: optional(mac, checkMac),
    name: name.length <= MAX_NAME_LENGTH ? cleanText(name) : fail('name length'),
    source: oneOf(NAME_SOURCES, source, 'name source'),
  }
}

function checkClue({ mac, source, value, vlan }: Observation['clues'][number]): Clue {
  return {
    mac: checkMac(mac),
    source: oneOf(CLUE_SOURCES, source, 'clue source'),
    value: value.length <= MAX_CLUE_LENGTH ? cleanText(value) : fail('clue length'),
    vlan: checkNumber(vlan, MAX_VLAN),
  }
}

export function checkObservation(observation: Observation): {
  hosts: HostSeen[]
  names: NameSighting[]
  clues: Clue[]
} {
  return {
    hosts: limited(observation.hosts, MAX_REPORT_ENTRIES, 'hosts').map(checkHost),
    names: limited(observation.names, MAX_REPORT_ENTRIES, 'names').map(checkName),
    clues: limited(observation.clues, MAX_REPORT_ENTRIES, 'clues').map(checkClue),
  }
}

export function checkBinding({ ip, mac }: BindingMessage): Binding {
  return { ip: optional(ip, checkIp), mac: optional(mac, checkMac) }
}
