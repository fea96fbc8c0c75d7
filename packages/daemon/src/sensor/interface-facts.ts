/**
 * What a sensor is told of its interface and of the machine around it: which
 * MAC addresses are the machine's own wherever they show, whether a bridge leads
 * to guests only, and what other sensors count, too.
 */

import { formatCidr, makeCidr } from '@netwatcher/shared'
import type { InterfaceFacts, InterfaceInfo, SecondView } from '../model/interface.js'
import { isGuestPort } from './watched-interfaces.js'

const DEFAULT_ROUTES = ['0.0.0.0/0', '::/0']

export interface MachineView {
  all: readonly InterfaceInfo[]
  /** The order settles which of two networks behind this machine counts what goes from one to the other. */
  watched: readonly string[]
  isForwarding: boolean
  /** Of the interface in question. */
  decoys: string[]
}

export function factsOf(info: InterfaceInfo, machine: MachineView): InterfaceFacts {
  const { mac, addresses, gateways } = info
  const { all, isForwarding, decoys } = machine
  const ownMacs = [...new Set(all.map((one) => one.mac).filter((own) => own !== ''))].sort()
  return {
    mac,
    addresses,
    gateways,
    isForwarding,
    decoys,
    ownMacs,
    isGuestBridge: isGuestBridge(info, all),
    secondView: secondViewOf(info, machine),
  }
}

/** A bridge without a port that leads out of the machine. */
function isGuestBridge({ name, kind }: InterfaceInfo, all: readonly InterfaceInfo[]): boolean {
  return kind === 'bridge' && all.every((one) => one.master !== name || isGuestPort(one))
}

function secondViewOf(info: InterfaceInfo, { all, watched, isForwarding }: MachineView): SecondView {
  const others = all.filter(({ name }) => name !== info.name && watched.includes(name))
  const isWhole = others.some(({ name }) => name === info.master || name === info.lower)
  const countedMacs = others.map(({ mac }) => mac).filter((mac) => mac !== '' && mac !== info.mac)
  if (!isForwarding) return { isWhole, countedMacs, countedThere: [], countedHere: [] }
  const isBefore = (other: InterfaceInfo) => watched.indexOf(other.name) < watched.indexOf(info.name)
  const leadsOut = info.gateways.length === 0 && others.some(({ gateways }) => gateways.length > 0)
  return {
    isWhole,
    countedMacs,
    countedThere: [...(leadsOut ? DEFAULT_ROUTES : []), ...others.filter(isBefore).flatMap(subnetsOf)],
    countedHere: others.filter((other) => !isBefore(other)).flatMap(subnetsOf),
  }
}

function subnetsOf({ addresses }: InterfaceInfo): string[] {
  return addresses.flatMap(({ ip, prefixLength }) => {
    const cidr = makeCidr(ip, prefixLength)
    return cidr ? [formatCidr(cidr)] : []
  })
}
