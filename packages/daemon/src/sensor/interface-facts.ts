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
  /** Those that count. */
  watched: readonly string[]
  isForwarding: boolean
  resolvers: string[]
  /** Of the interface in question. */
  decoys: string[]
}

export function factsOf(info: InterfaceInfo, machine: MachineView): InterfaceFacts {
  const { mac, addresses, gateways } = info
  const { all, isForwarding, decoys, resolvers } = machine
  const ownMacs = [...new Set(all.map((one) => one.mac).filter((own) => own !== ''))].sort()
  return {
    mac,
    addresses,
    gateways,
    isForwarding,
    decoys,
    ownMacs,
    resolvers,
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
  const place = (one: InterfaceInfo) => [nearness(one, all), one.name].join(' ')
  const isFirst = (other: InterfaceInfo) => place(other) < place(info)
  const leadsOut = info.gateways.length === 0 && others.some(({ gateways }) => gateways.length > 0)
  return {
    isWhole,
    countedMacs,
    countedThere: [...(leadsOut ? DEFAULT_ROUTES : []), ...others.filter(isFirst).flatMap(subnetsOf)],
    // What is meant for this machine itself goes no further.
    countedHere: [
      ...[info, ...others.filter((other) => !isFirst(other))].flatMap(subnetsOf),
      ...all.flatMap(hostsOf),
    ],
  }
}

/**
 * Addresses are translated on the way out, where the counts of guests and of this machine cannot be told apart: so
 * what lies further out counts, and what lies further in is the second view. Equal ones go by name.
 */
function nearness(info: InterfaceInfo, all: readonly InterfaceInfo[]): number {
  if (info.gateways.length > 0) return 0
  return isGuestBridge(info, all) ? 2 : 1
}

function subnetsOf({ addresses }: InterfaceInfo): string[] {
  return addresses.flatMap(({ ip, prefixLength }) => cidrText(ip, prefixLength))
}

function hostsOf({ addresses }: InterfaceInfo): string[] {
  return addresses.flatMap(({ ip }) => cidrText(ip, ip.includes(':') ? 128 : 32))
}

function cidrText(ip: string, prefixLength: number): string[] {
  const cidr = makeCidr(ip, prefixLength)
  return cidr ? [formatCidr(cidr)] : []
}
