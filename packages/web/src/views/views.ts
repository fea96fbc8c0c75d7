/** Stored rows as the contract shows them: vendor, best name and presence put together. */

import {
  DEVICE_NAME_SOURCES,
  isLocalIp,
  isLocallyAdministered,
  type Language,
  protocolName,
  render,
} from '@netwatcher/shared'
import { factsOf, type Identity, identify, labelOf, type VendorTable } from '@netwatcher/shared/identity'
import type { Client } from '../contract/clients.js'
import type { Device } from '../contract/devices.js'
import type { Transition } from '../contract/presence.js'
import type { SensorStatus } from '../contract/sniff.js'
import type { TrafficDevice, TrafficRecord } from '../contract/traffic.js'
import type { CaptureStatus, Host } from '../daemon/types.js'
import type { ReverseDns } from '../identity/reverse-dns.js'
import type { Twins } from '../identity/twins.js'
import type { StoredDevice } from '../storage/device-rows.js'
import type { AddressName } from '../storage/name-repository.js'
import type { StoredTransition } from '../storage/presence-repository.js'
import type { DeviceTotal, FlowRecord } from '../storage/traffic-lists.js'

export class Views {
  constructor(
    private readonly vendors: VendorTable,
    private readonly reverseDns: ReverseDns,
    /** Whose private addresses this machine's resolver knows: the site of the first daemon. */
    private readonly homeSite: string,
    private readonly twins: Pick<Twins, 'idsOf'>,
  ) {}

  device(stored: StoredDevice): Device {
    const { names, clues, missedScans: _missedScans, ...rest } = stored
    const source = DEVICE_NAME_SOURCES.find((candidate) => names[candidate] !== undefined)
    const reverse = source === undefined ? this.firstReverseName(stored) : null
    const hostname = source === undefined ? reverse : (names[source] ?? null)
    const vendor = this.vendors.vendorOf(stored.mac)
    const called = [stored.name, ...Object.values(names), reverse].filter((name) => name !== null)
    const { mac, isGateway } = stored
    const identity = identify(factsOf({ mac, vendor, names: called, clues, isGateway }))
    return {
      ...rest,
      vendor,
      hostname,
      hostnameSource: source ?? (reverse === null ? null : 'rdns'),
      isRandomized: isLocallyAdministered(stored.mac),
      ...kindOf(stored.type, identity),
      model: identity.model,
      os: identity.os,
      label: labelOf(identity, vendor, stored.name ?? hostname),
      sameAs: this.twins.idsOf(stored.id),
    }
  }

  client(host: Host, site: string, names: ReadonlyMap<string, AddressName[]>): Client {
    const known = names.get(host.ip) ?? []
    const name = DEVICE_NAME_SOURCES.map((source) => known.find((one) => one.source === source)).find(Boolean)
    return {
      ip: host.ip,
      mac: host.mac,
      hostname: name?.name ?? this.reverseName(site, host.ip),
      vendor: host.mac === null ? null : this.vendors.vendorOf(host.mac),
      site,
      interface: host.sensor.interface,
      evidence: host.evidence,
      isSelf: host.isSelf,
      isGateway: host.isGateway,
    }
  }

  transition({ mac, name, ...rest }: StoredTransition): Transition {
    return { ...rest, device: mac, deviceName: name, vendor: this.vendors.vendorOf(mac) }
  }

  traffic({ site, ...record }: FlowRecord): TrafficRecord {
    return {
      ...record,
      site,
      dstName: this.addressName(site, record.dst, record.dstName),
      protocol: protocolName(record.protocol),
      bytes: record.txBytes + record.rxBytes,
    }
  }

  trafficDevice(total: DeviceTotal): TrafficDevice {
    return {
      ...total,
      vendor: total.device === null ? null : this.vendors.vendorOf(total.device),
      bytes: total.txBytes + total.rxBytes,
    }
  }

  /** Of a destination in `site`. */
  addressName(site: string, ip: string, seen: string | null): string | null {
    return seen ?? this.reverseName(site, ip)
  }

  private firstReverseName(device: StoredDevice): string | null {
    for (const { ip } of device.addresses) {
      const name = this.reverseName(device.site, ip)
      if (name !== null) return name
    }
    return null
  }

  /** Elsewhere the same private address is somebody else's. */
  private reverseName(site: string, ip: string): string | null {
    return site === this.homeSite || !isLocalIp(ip) ? this.reverseDns.nameOf(ip) : null
  }
}

/** What a person says needs no other reason. */
function kindOf(
  given: string | null,
  { type, confidence, reasons }: Identity,
): Pick<Device, 'deviceType' | 'typeConfidence' | 'typeReasons'> {
  if (given !== null) {
    const reason = { source: 'person', value: given, weight: 1 }
    return { deviceType: given, typeConfidence: 1, typeReasons: [reason] }
  }
  return { deviceType: type, typeConfidence: type === null ? null : confidence, typeReasons: reasons }
}

export function sensorView(
  { daemon, status }: { daemon: string; status: CaptureStatus },
  language: Language,
): SensorStatus {
  const { sensor: _sensor, segment: _segment, detail, ...view } = status
  return { daemon, ...view, detail: render(detail, language) }
}
