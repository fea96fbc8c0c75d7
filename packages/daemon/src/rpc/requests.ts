/** Checks of request fields that several services share. Nothing from a caller is used before one of these. */

import {
  invalidArgument,
  isGroupMac,
  isMulticastIp,
  isUnspecifiedIp,
  parseIp,
  parseMac,
  ZERO_MAC,
} from '@netwatcher/shared'
import type { Binding as BindingMessage } from '@netwatcher/shared/gen/netwatcher/v1/common'
import type { Position as PositionMessage } from '@netwatcher/shared/gen/netwatcher/v1/event'
import { isInterfaceName } from '../config.js'
import type { Position } from '../model/event.js'
import type { Binding } from '../model/host.js'

const DEFAULT_PAGE_SIZE = 100
const MAX_PAGE_SIZE = 1000

/** An interface name, or empty where that means all. */
export function checkInterface(name: string): string {
  if (name === '' || isInterfaceName(name)) return name
  throw invalidArgument('INTERFACE_INVALID', 'This cannot be the name of an interface.')
}

export function checkPageSize(size: number): number {
  if (size <= MAX_PAGE_SIZE) return size === 0 ? DEFAULT_PAGE_SIZE : size
  throw invalidArgument('PAGE_SIZE_INVALID', `The page size must be at most ${MAX_PAGE_SIZE}.`)
}

export function checkBinding(binding: BindingMessage | undefined): Binding {
  const ip = parseIp(binding?.ip ?? '')
  const mac = parseMac(binding?.mac ?? '')
  if (!ip || isMulticastIp(ip) || isUnspecifiedIp(ip)) {
    throw invalidArgument('IP_INVALID', 'The binding needs the address of one host.')
  }
  if (!mac) throw invalidArgument('MAC_INVALID', 'The binding needs a hardware address.')
  return { ip, mac }
}

/** A hardware address that one station can have. */
export function checkStation(text: string): string {
  const mac = parseMac(text)
  if (mac && mac !== ZERO_MAC && !isGroupMac(mac)) return mac
  throw invalidArgument('MAC_INVALID', 'It is not the hardware address of one device.')
}

export function checkPosition(position: PositionMessage): Position {
  const isSound =
    /^[0-9a-f]{32}$/.test(position.bootId) && position.sequence <= BigInt(Number.MAX_SAFE_INTEGER)
  if (!isSound) throw invalidArgument('POSITION_INVALID', 'The position needs a boot id and a sequence.')
  return { bootId: position.bootId, sequence: Number(position.sequence) }
}

/** 32 hexadecimal digits. */
export function checkAlertId(id: string): string {
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw invalidArgument('ALERT_ID_INVALID', 'An alert id has 32 hexadecimal digits.')
}
