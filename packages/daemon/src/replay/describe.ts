/** What the devices of a capture are, by the same rules as what is stored. */

import { createRequire } from 'node:module'
import { factsOf, type Identity, identify, labelOf, VendorTable } from '@netwatcher/shared/identity'
import type { Device, ReplayResult } from './replay-result.js'

export interface Description extends Identity {
  label: string | null
}

export type Describe = (device: Device) => Description

/** The registry of vendors is read when the first device is described. */
export function describer(result: ReplayResult): Describe {
  const vendors = new VendorTable(() => createRequire(import.meta.url)('oui-data') as Record<string, string>)
  const ports = portsUsed(result)
  return (device) => {
    const { mac, clues, names, hostname } = device
    const vendor = vendors.vendorOf(mac)
    const used = [...(ports.get(mac) ?? [])].map((value) => ({ source: 'port_used' as const, value }))
    const told = [...clues.values(), ...used]
    const identity = identify(factsOf({ mac, vendor, names: [...names], clues: told, isGateway: false }))
    return { ...identity, label: labelOf(identity, vendor, hostname) }
  }
}

/** `tcp/443` of each device, by its MAC. */
function portsUsed({ rows }: ReplayResult): Map<string, Set<string>> {
  const ports = new Map<string, Set<string>>()
  for (const { deviceMac, protocol, servicePort, txPackets } of rows.values()) {
    const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : null
    if (name === null || txPackets === 0) continue
    const used = ports.get(deviceMac) ?? new Set()
    ports.set(deviceMac, used.add(`${name}/${servicePort}`))
  }
  return ports
}
