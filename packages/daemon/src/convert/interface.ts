/** Interfaces, and what sensors are told of theirs, to and from their messages. */

import type { InterfaceFacts as FactsMessage } from '@netwatcher/shared/gen/netwatcher/sensor/v1/sensor'
import type { Interface } from '@netwatcher/shared/gen/netwatcher/v1/discovery'
import type { InterfaceFacts, InterfaceInfo } from '../model/interface.js'

export function toInterface(info: InterfaceInfo, watched: { isWatched: boolean }): Interface {
  const { name, mac, isUp, isLoopback, addresses, gateways, mtu } = info
  return { name, mac, isUp, isLoopback, addresses, gateways, mtu, ...watched }
}

export function toFacts({ mac, addresses, gateways, isForwarding, decoys }: InterfaceFacts): FactsMessage {
  return { mac, addresses, gateways, isForwarding, decoys }
}

/** Those that a sensor begins with when it was told nothing. */
export function factsFrom(facts: FactsMessage | undefined): InterfaceFacts {
  return facts ?? { mac: '', addresses: [], gateways: [], isForwarding: false, decoys: [] }
}
